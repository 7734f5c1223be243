import { problemOfPolicy } from '@landfall/sandbox/authorization/problem-of-policy';
import type { Case } from './case.ts';

/** What iam-simulate decides in another way, and why the sandbox does not follow it. */
export interface Known {
  readonly name: string;
  readonly reason: string;
  /** Whether a policy is of that kind, so that the two may differ. */
  applies(policy: Policy, one: Case): boolean;
}

interface Policy {
  readonly Version?: string;
  readonly Statement: unknown;
}
interface Statement {
  readonly Resource?: string | readonly string[];
  readonly NotResource?: string | readonly string[];
  readonly Condition?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
}

const statementsOf = (policy: Policy) => [policy.Statement].flat() as readonly Statement[];
const resourcesOf = (policy: Policy) =>
  statementsOf(policy).flatMap(({ Resource = [], NotResource = [] }) => [Resource, NotResource].flat(2));
const conditionsOf = (policy: Policy) =>
  statementsOf(policy).flatMap(({ Condition = {} }) =>
    Object.entries(Condition).flatMap(([operator, keys]) =>
      Object.values(keys).map((values) => ({ operator, values: [values].flat().map(String) })),
    ),
  );
const isArn = (text: string) => /^arn:[^:]*:[^:]*:[^:]*:[^:]*:/.test(text);

export const knownDifferences: readonly Known[] = [
  {
    name: 'a policy that IAM refuses',
    reason:
      'iam-simulate validates less: it takes resources that are no ARN, operators that do not exist, and any Sid, which IAM refuses as malformed (and operators that it has and the sandbox does not judge).',
    applies: (policy) => /"Sid"|ARN format|condition operator/.test(problemOfPolicy(policy) ?? ''),
  },
  {
    name: 'an ARN that ends before its resource',
    reason:
      'iam-simulate goes on with `*` where not even a `*` is written, which is documented nowhere; the sandbox judges what is written.',
    applies: (policy) => resourcesOf(policy).some((resource) => /^arn:(?:[^:]*:){0,3}[^:*]*$/.test(resource)),
  },
  {
    name: 'a wildcard in the type of a resource',
    reason:
      'iam-simulate takes it for text. The guide advises against it, but AWS itself writes policies for arn:aws:ec2:…:*/* in the examples for tagging EC2 resources.',
    applies: (policy) =>
      resourcesOf(policy).some((resource) => /^arn:(?:[^:]*:){4}[^/:]*[*?][^/:]*[/:]/.test(resource)),
  },
  {
    name: 'a policy variable in a version before 2012-10-17',
    reason:
      'iam-simulate fills it in. The guide: in earlier versions a variable is treated as literal text (Policy variables, "Version").',
    applies: (policy) => policy.Version !== '2012-10-17' && JSON.stringify(policy).includes('${'),
  },
  {
    name: 'an ARN operator with a value that is not an ARN',
    reason:
      'Such a value fits no ARN. iam-simulate then lets the opposite operators fail as well, which is documented nowhere.',
    applies: (policy) =>
      conditionsOf(policy).some(
        ({ operator, values }) => /Arn/.test(operator) && values.some((value) => !isArn(value)),
      ),
  },
  {
    name: 'a variable without a value in an opposite operator',
    reason:
      'The condition key has a value, which is not what the variable stands for. iam-simulate lets the condition fail.',
    applies: (policy, { context }) => {
      const given = new Set(Object.keys(context).map((key) => key.toLowerCase()));
      const isUnknown = (value: string) =>
        [...value.matchAll(/\$\{([\w:/]+)\}/g)].some(([, key]) => !given.has(key!.toLowerCase()));
      return conditionsOf(policy).some(
        ({ operator, values }) => /Not/.test(operator) && values.some(isUnknown),
      );
    },
  },
];

/** The kinds of known difference that a case is of. */
export const knownOf = (one: Case): readonly Known[] =>
  typeof one.policy === 'object' && one.policy !== null && 'Statement' in one.policy
    ? knownDifferences.filter((known) => known.applies(one.policy as Policy, one))
    : [];
