import { randomBytes } from 'node:crypto';
import { AwsFault, type Caller } from '../api/aws-service.ts';
import { word } from '../clock/random.ts';
import type { PolicyDocument } from './policy.ts';
import { problemOfPolicy } from './problem-of-policy.ts';

/** Who may call. Without a policy everything is allowed. */
export interface PrincipalSpec {
  /** Made up when absent. */
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  /** Shown with the key pair; the sandbox knows a caller by the access key alone. */
  readonly sessionToken?: string;
  readonly policy?: PolicyDocument | readonly PolicyDocument[];
  /** Last part of the user's ARN. Default: the access key id in lower case. */
  readonly name?: string;
  readonly accountId?: string;
  /** The whole ARN that GetCallerIdentity shows, instead of a user's. */
  readonly arn?: string;
  /** Epoch milliseconds from which the key answers ExpiredTokenException. */
  readonly expires?: number;
  /** Sessions of this role, made by AssumeRole, get the policy of this principal. */
  readonly roleArn?: string;
}

export interface Principal {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly accountId: string;
  readonly arn: string;
  readonly userId: string;
  readonly policies?: readonly PolicyDocument[];
  readonly expires?: number;
  readonly roleArn?: string;
}

export interface Principals {
  /** Adds, or replaces one with the same access key. Throws an Error that says what is wrong with the policy. */
  add(spec: PrincipalSpec): Principal;
  remove(accessKeyId: string): boolean;
  find(accessKeyId: string): Principal | undefined;
  ofRole(roleArn: string): Principal | undefined;
  list(): readonly Principal[];
  /** The principal of a key. Throws what AWS answers for a key that is unknown or has expired. */
  authenticate(accessKeyId: string | undefined, now: number): Principal;
  restore(principals: readonly Principal[]): void;
}

/** The access key that may do everything. */
export const administrator = 'LANDFALLADMIN';

export function createPrincipals(accountId: string, partition: string, random: () => number): Principals {
  const known = new Map<string, Principal>();
  const add = (spec: PrincipalSpec): Principal => {
    const policies = spec.policy === undefined ? undefined : [spec.policy].flat();
    for (const policy of policies ?? []) {
      const problem = problemOfPolicy(policy);
      if (problem) throw new Error(`The policy cannot be used: ${problem}.`);
    }
    const accessKeyId = spec.accessKeyId ?? `AKIA${word(random, 16).toUpperCase()}`;
    if (!/^\w{3,128}$/.test(accessKeyId)) {
      throw new Error(
        `The access key id ${JSON.stringify(accessKeyId)} is not 3 to 128 letters, digits and underscores.`,
      );
    }
    const account = spec.accountId ?? accountId;
    if (!/^\d{12}$/.test(account))
      throw new Error(`The account id ${JSON.stringify(account)} is not 12 digits.`);
    const principal: Principal = {
      accessKeyId,
      secretAccessKey: spec.secretAccessKey ?? randomBytes(20).toString('hex'),
      accountId: account,
      arn: spec.arn ?? `arn:${partition}:iam::${account}:user/${spec.name ?? accessKeyId.toLowerCase()}`,
      userId: `AIDA${word(random, 17).toUpperCase()}`,
      ...(spec.sessionToken === undefined ? {} : { sessionToken: spec.sessionToken }),
      ...(policies ? { policies } : {}),
      ...(spec.expires === undefined ? {} : { expires: spec.expires }),
      ...(spec.roleArn === undefined ? {} : { roleArn: spec.roleArn }),
    };
    known.set(accessKeyId, principal);
    return principal;
  };
  add({ accessKeyId: administrator, secretAccessKey: 'landfall-sandbox', name: 'landfall-admin' });

  return {
    add,
    remove: (accessKeyId) => known.delete(accessKeyId),
    find: (accessKeyId) => known.get(accessKeyId),
    ofRole: (roleArn) => [...known.values()].find((principal) => principal.roleArn === roleArn),
    list: () => [...known.values()],
    restore(principals) {
      for (const principal of principals) known.set(principal.accessKeyId, principal);
    },
    authenticate(accessKeyId, now) {
      if (accessKeyId === undefined) {
        throw new AwsFault('MissingAuthenticationTokenException', 'Missing Authentication Token', {
          status: 403,
        });
      }
      const principal = known.get(accessKeyId);
      if (!principal) {
        throw new AwsFault(
          'UnrecognizedClientException',
          'The security token included in the request is invalid.',
        );
      }
      if (principal.expires !== undefined && now >= principal.expires) {
        throw new AwsFault('ExpiredTokenException', 'The security token included in the request is expired');
      }
      return principal;
    },
  };
}

export const callerOf = (principal: Principal, region: string, partition: string): Caller => ({
  accessKeyId: principal.accessKeyId,
  accountId: principal.accountId,
  region,
  partition,
  arn: principal.arn,
});
