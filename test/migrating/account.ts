import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { VirtualClock } from '@landfall/sandbox/clock/clock';
import { type Sandbox, type SandboxOptions, startSandbox } from '@landfall/sandbox/sandbox';
import { startJob } from '../runner/github-runner.ts';
import type { Scenario } from './proofs.ts';
import type { RecordedDocker } from './recorded-docker.ts';

export interface Account {
  readonly sandbox: Sandbox;
  // biome-ignore lint/suspicious/noExplicitAny: answers of many operations, read by the test that knows them
  ask(operation: string, input?: object, service?: string): Promise<any>;
  /** Lets the deployments that were started end. */
  settle(): void;
}

export const taskDefinition = (version: number, more: object = {}) => ({
  family: 'web',
  containerDefinitions: [
    { name: 'app', image: `example/web:${version}`, memory: 128, essential: true, ...more },
  ],
});

/** An account with the cluster `main`, in virtual time. */
export async function createAccount(options: SandboxOptions = {}): Promise<Account> {
  const sandbox = await startSandbox({ tasks: 'scripted', clock: 'virtual', seed: 1, ...options });
  const ask: Account['ask'] = (operation, input = {}, service = 'ecs') =>
    sandbox.dispatch(service, operation, input);
  await ask('CreateCluster', { clusterName: 'main' });
  const settle = () => (sandbox.clock as VirtualClock).advance(3_600_000);
  return { sandbox, ask, settle };
}

/** What GitHub sets for a push to main. */
const pushToMain = {
  GITHUB_EVENT_NAME: 'push',
  GITHUB_REF: 'refs/heads/main',
  GITHUB_REF_NAME: 'main',
  GITHUB_REF_TYPE: 'branch',
  GITHUB_SHA: '0123456789abcdef0123456789abcdef01234567',
};

interface StepOptions {
  readonly account?: Account;
  readonly with?: Scenario['with'];
  /** Of the workspace. */
  readonly files?: Readonly<Record<string, string>>;
  readonly env?: Readonly<Record<string, string>>;
  readonly docker?: RecordedDocker;
  /** A step before, in the workspace. */
  readonly before?: (workspace: string) => void;
}

/** One step of a job. In inputs and in arguments of docker, `<registry>` stands for the registry of the account. */
export function oneStep({
  account,
  with: inputs = {},
  files = {},
  env = {},
  docker,
  before,
}: StepOptions): Scenario {
  const workspace = mkdtempSync(join(tmpdir(), 'landfall-migrating-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(workspace, path)), { recursive: true });
    writeFileSync(join(workspace, path), text);
  }
  before?.(workspace);
  const sandbox = account?.sandbox;
  const job = startJob({
    workspace,
    env: { ...pushToMain, ...sandbox?.environment(), ...docker?.env, ...env },
  });
  const from = (sandbox?.journal().at(-1)?.number ?? 0) + 1;
  const registry = sandbox?.registry ?? '<registry>';
  return {
    with: inputs,
    run: (action, all) =>
      job.uses(action, {
        with: Object.fromEntries(
          Object.entries(all).map(([name, value]) => [name, value.replaceAll('<registry>', registry)]),
        ),
      }),
    end: async () => (await job.end()).flatMap(({ log }) => log).join('\n'),
    calls: () => sandbox?.journal(from) ?? [],
    docker: () =>
      (docker?.calls() ?? []).map((argv) =>
        argv.map((one) => one.replaceAll(registry, '<registry>').replaceAll(workspace, '<workspace>')),
      ),
    close: async () => await sandbox?.close(),
  };
}
