import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Sandbox, type SandboxOptions, startSandbox } from '@landfall/sandbox/sandbox';
import { startJob } from '../runner/github-runner.ts';
import type { Scenario } from './proofs.ts';

export interface Account {
  readonly sandbox: Sandbox;
  // biome-ignore lint/suspicious/noExplicitAny: answers of many operations, read by the test that knows them
  ask(operation: string, input?: object): Promise<any>;
}

export const taskDefinition = (version: number, more: object = {}) => ({
  family: 'web',
  containerDefinitions: [
    { name: 'app', image: `example/web:${version}`, memory: 128, essential: true, ...more },
  ],
});

/** An account with the cluster `main`, in virtual time. */
export async function ecsAccount(options: SandboxOptions = {}): Promise<Account> {
  const sandbox = await startSandbox({ tasks: 'scripted', clock: 'virtual', seed: 1, ...options });
  const ask: Account['ask'] = (operation, input = {}) => sandbox.dispatch('ecs', operation, input);
  await ask('CreateCluster', { clusterName: 'main' });
  return { sandbox, ask };
}

/** A step in the account, in a workspace with these files. */
export function stepIn(
  { sandbox }: Account,
  inputs: Scenario['with'],
  files: Readonly<Record<string, string>> = {},
  env: Readonly<Record<string, string>> = {},
): Scenario {
  const workspace = mkdtempSync(join(tmpdir(), 'landfall-migrating-'));
  for (const [path, text] of Object.entries(files)) writeFileSync(join(workspace, path), text);
  const job = startJob({ workspace, env: { ...sandbox.environment(), ...env } });
  const from = (sandbox.journal().at(-1)?.number ?? 0) + 1;
  return {
    with: inputs,
    run: (action, all) => job.uses(action, { with: all }),
    end: async () => (await job.end()).flatMap(({ log }) => log).join('\n'),
    calls: () => sandbox.journal(from),
    close: () => sandbox.close(),
  };
}
