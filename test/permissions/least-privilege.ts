/** Whether an operation needs what its policy allows: each part is taken away, and something has to say so. */
import { iamPolicy, policyInputs } from '@landfall/app/commands/iam-policy';
import type { Operation } from '@landfall/core/operation/operation';
import { evaluate, type Question } from '@landfall/sandbox/authorization/evaluate';
import type { PolicyDocument, Statement } from '@landfall/sandbox/authorization/policy';
import type { Principal } from '@landfall/sandbox/authorization/principals';
import type { Scenario, ScenarioResult } from '../rollouts/scenario/scenario.ts';

export type Begin = (
  inputs?: Readonly<Record<string, string>>,
  options?: Omit<NonNullable<Parameters<Scenario['begin']>[1]>, 'operation' | 'accessKeyId'>,
) => ReturnType<Scenario['begin']>;

/** How a run ended, and what it said. */
type CaseResult = Pick<ScenarioResult, 'result' | 'host'>;

/** A use of an operation. */
export interface PermissionCase {
  readonly name: string;
  /** The account that the operation finds. */
  create(): Promise<Scenario>;
  /** Runs the operation as a user with its policy or less. */
  run(begin: Begin, scenario: Scenario, principal: Principal): Promise<CaseResult>;
}

const names = {
  account: '123456789012',
  region: 'us-east-1',
  cluster: 'main',
  service: 'web',
  'service-name': 'web',
  repository: 'web',
  image: 'web',
  source: 'web',
  target: 'live',
  secret: '*',
  key: '*',
};

/** A statement of one action and one resource. */
export interface Part extends Statement {
  /** It is for an occasion only: a user who does without it removes it. */
  readonly isOccasional: boolean;
}

/** The policy that `landfall iam-policy` prints, in parts. */
export function partsOf(operation: Operation): readonly Part[] {
  // There is no policy for an operation that calls nothing.
  if (operation.permissions.length === 0) return [];
  const taken = policyInputs(operation);
  // An Express service may bring its cluster with it.
  const cluster = operation.name === 'deploy-express-service' ? '*' : names.cluster;
  const given = Object.entries({ ...names, cluster }).filter(([name]) => Object.hasOwn(taken, name));
  const policy = JSON.parse(iamPolicy(operation, new Map(given))) as { Statement: readonly Statement[] };
  return policy.Statement.flatMap(({ Sid = '', ...statement }) =>
    [statement.Action!]
      .flat()
      .flatMap((Action) =>
        [statement.Resource!]
          .flat()
          .map((Resource) => ({ ...statement, Action, Resource, isOccasional: Sid.startsWith('When') })),
      ),
  );
}

/** What is left without a part, and without what includes it on some occasion only. */
export const without = (parts: readonly Part[], part: Part): readonly Part[] =>
  parts.filter((one) => one !== part && !(one.isOccasional && includes(one, part)));

const includes = (wide: Part, part: Part) =>
  wide.Action === part.Action &&
  !wide.Condition &&
  String(wide.Resource).endsWith('*') &&
  String(part.Resource).startsWith(String(wide.Resource).slice(0, -1));

const policyOf = (parts: readonly Part[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: parts.map(({ isOccasional, ...statement }) => statement),
});

export interface CaseRun {
  readonly end: CaseResult;
  readonly asked: readonly Question[];
}

/** Runs a case with these parts of the policy, and notes what IAM was asked. */
export async function runCase(
  operation: Operation,
  one: PermissionCase,
  parts: readonly Part[],
): Promise<CaseRun> {
  const scenario = await one.create();
  try {
    const principal = scenario.sandbox.addPrincipal({ policy: policyOf(parts) });
    const { accessKeyId, arn } = principal;
    const begin: Begin = (inputs = {}, options = {}) =>
      scenario.begin({ 'task-definition': '', ...inputs }, { ...options, operation, accessKeyId });
    const end = await one.run(begin, scenario, principal);
    const asked = scenario.sandbox
      .journal()
      .flatMap((entry) => (entry.caller === arn ? (entry.asked ?? []) : []));
    return { end, asked };
  } finally {
    await scenario.close();
  }
}

/** Whether one of these questions is no longer answered with yes. */
export const isNeeded = (asked: readonly Question[], rest: readonly Part[]): boolean =>
  asked.some((question) => evaluate([policyOf(rest)], question) !== 'allowed');

/** Everything that a run said. */
export const outputOf = ({ result, host }: CaseResult): string =>
  [
    result.error?.summary,
    result.error?.remedy,
    ...(result.error?.details ?? []),
    JSON.stringify([result.services, result.tasks, result.checks]),
  ]
    .concat(host.lines)
    .join('\n');
