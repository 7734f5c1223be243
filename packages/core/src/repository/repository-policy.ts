import { isObject } from '../documents/canonical.ts';
import { type CurrentPolicy, conflict, listOf, readPolicy } from './current-policy.ts';
import { same } from './same-json.ts';

/** A statement of ours, known by its Sid. */
export interface PullStatement {
  readonly Sid: (typeof sids)[number];
  readonly Effect: 'Allow';
  readonly Principal: { readonly AWS: readonly string[] } | { readonly Service: string };
  readonly Action: readonly string[];
}

const sids = ['PullByAccounts', 'PullByCodeBuild', 'PullByLambda'] as const;
const pull = ['ecr:BatchCheckLayerAvailability', 'ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];
/** What Lambda's own guide asks for; it checks layers by other means. */
const pullByLambda = ['ecr:BatchGetImage', 'ecr:GetDownloadUrlForLayer'];

/** The statements that let others pull: account ids, `codebuild`, `lambda`. */
export function pullStatements(allowed: readonly string[], partition: string): readonly PullStatement[] {
  const accounts = allowed.filter((one) => /^\d{12}$/.test(one));
  const service = (Sid: PullStatement['Sid'], name: string, Action: readonly string[]): PullStatement => ({
    Sid,
    Effect: 'Allow',
    Principal: { Service: `${name}.amazonaws.com` },
    Action,
  });
  return [
    ...(accounts.length > 0
      ? [
          {
            Sid: 'PullByAccounts' as const,
            Effect: 'Allow' as const,
            Principal: { AWS: accounts.map((account) => `arn:${partition}:iam::${account}:root`) },
            Action: pull,
          },
        ]
      : []),
    ...(allowed.includes('codebuild') ? [service('PullByCodeBuild', 'codebuild', pull)] : []),
    ...(allowed.includes('lambda') ? [service('PullByLambda', 'lambda', pullByLambda)] : []),
  ];
}

/**
 * A repository policy with these statements and none other of ours; those of others stay as they are.
 * @throws REPOSITORY_CONFLICT when a statement of others has a Sid of ours, with both
 */
export function policyWith(held: CurrentPolicy, wanted: readonly PullStatement[]): string {
  const { Version = '2012-10-17', Statement, ...rest } = readPolicy(held);
  const there = listOf(Statement);
  const kept = there.flatMap((one) => {
    const sid = sidOf(one);
    if (sid === undefined) return [one];
    const ours = wanted.find(({ Sid }) => Sid === sid);
    if (!isOurs(one))
      throw conflict(held, `another statement ${sid}, a name that \`allow-pull\` uses`, one, ours ?? {});
    return ours ? [ours] : [];
  });
  const added = wanted.filter(({ Sid }) => !there.some((one) => sidOf(one) === Sid));
  return JSON.stringify({ ...rest, Version, Statement: [...kept, ...added] });
}

const sidOf = (statement: unknown) =>
  isObject(statement) ? sids.find((sid) => sid === statement.Sid) : undefined;

/** Written by an earlier run, be it for other accounts. */
function isOurs(statement: unknown): boolean {
  const { Principal } = statement as { readonly Principal?: { readonly AWS?: unknown } };
  const accounts = listOf(isObject(Principal) ? Principal.AWS : undefined).map(
    (one) => /^(?:arn:[a-z-]+:iam::)?(\d{12})(?::root)?$/.exec(String(one))?.[1],
  );
  if (accounts.includes(undefined)) return false;
  const names = [...(accounts as readonly string[]), 'codebuild', 'lambda'];
  return pullStatements(names, 'aws').some((one) => same(one, statement));
}

/** Names of the statements in a policy that are not ours, with their effect: `DenyOthers (Deny)`. */
export const otherStatements = (text: string): readonly string[] =>
  listOf((JSON.parse(text) as { readonly Statement?: unknown }).Statement).flatMap((one, index) =>
    sidOf(one) !== undefined || !isObject(one)
      ? []
      : [
          `${typeof one.Sid === 'string' && one.Sid !== '' ? one.Sid : `statement ${index + 1}`} (${one.Effect})`,
        ],
  );
