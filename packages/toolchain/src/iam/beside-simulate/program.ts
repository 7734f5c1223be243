/**
 * Decides cases by `@cloud-copilot/iam-simulate`, in a process of its own: it is under the AGPL, and nothing
 * in what is built or published here. `node program.ts <folder of node_modules>`, cases on standard input as
 * JSON.
 */
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import type { Case, Outcome } from './case.ts';

interface Simulator {
  runSimulation(
    simulation: object,
    options: object,
  ): Promise<{
    readonly resultType: 'single' | 'wildcard' | 'error';
    readonly overallResult?: string;
    readonly errors?: { readonly message: string };
  }>;
}

const require = createRequire(join(process.argv[2]!, 'package.json'));
const module = pathToFileURL(require.resolve('@cloud-copilot/iam-simulate')).href;
const { runSimulation } = (await import(module)) as Simulator;

const decisions: Readonly<Record<string, Outcome>> = {
  Allowed: 'allowed',
  ExplicitlyDenied: 'explicit-deny',
  ImplicitlyDenied: 'implicit-deny',
};

async function decide({ policy, action, resource, context }: Case): Promise<string> {
  const accountId = '123456789012';
  const result = await runSimulation(
    {
      request: {
        principal: `arn:aws:iam::${accountId}:user/ada`,
        action,
        resource: { resource, accountId },
        contextVariables: context,
      },
      identityPolicies: [{ name: 'policy', policy }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
    },
    {},
  );
  if (result.resultType !== 'error') return decisions[result.overallResult!] ?? String(result.overallResult);
  const { message = '' } = result.errors ?? {};
  return message === 'policy.errors' ? 'refused' : message;
}

const cases = (await json(process.stdin)) as readonly Case[];
const outcomes: string[] = [];
for (const one of cases) outcomes.push(await decide(one));
process.stdout.write(JSON.stringify(outcomes));
