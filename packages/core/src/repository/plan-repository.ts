import { LandfallError } from '../errors/landfall-error.ts';
import type { CurrentPolicy, PolicyKind } from './current-policy.ts';
import { describeChange } from './describe-policy.ts';
import { type LifecycleRule, lifecycleWith } from './lifecycle-policy.ts';
import { type PullStatement, policyWith } from './repository-policy.ts';
import { samePolicy } from './same-json.ts';

export interface Mutability {
  readonly mode: 'MUTABLE' | 'IMMUTABLE' | 'MUTABLE_WITH_EXCLUSION' | 'IMMUTABLE_WITH_EXCLUSION';
  /** Tags to which the mode does not apply; `*` stands for anything. */
  readonly exclusions: readonly string[];
}

interface Encryption {
  readonly type: 'AES256' | 'KMS' | 'KMS_DSSE';
  readonly kmsKey?: string | undefined;
}

/** A policy as a whole, or our parts in addition to what is there. */
export type RequestedPolicy<Part> =
  | { readonly kind: 'whole'; readonly text: string }
  /** Where there is none yet in a repository that is new or unfinished. */
  | { readonly kind: 'template'; readonly text: string }
  | {
      readonly kind: 'parts';
      readonly parts: readonly Part[];
      /** JSON that a repository begins with which is new or unfinished. */
      readonly template?: string | undefined;
    };

/** What is wanted of a repository. What is undefined is left as it is. */
export interface RequestedRepository {
  readonly name: string;
  readonly mutability?: Mutability | undefined;
  readonly scanOnPush?: boolean | undefined;
  readonly encryption?: Encryption | undefined;
  readonly lifecyclePolicy?: RequestedPolicy<LifecycleRule> | undefined;
  readonly policy?: RequestedPolicy<PullStatement> | undefined;
  readonly tags: readonly { readonly name: string; readonly value: string }[];
  /** The creation template with policies among these, where the repository is made by it. */
  readonly template?: string | undefined;
}

/**
 * The tag that a repository is made with while policies of its creation template are still to be set, and
 * that goes when they are: CreateRepository takes no policies, and a run after one that was cut off knows by
 * it alone that no one has decided against them.
 */
export const unfinishedTag = 'landfall:unfinished';

/** What there is. Policies are read only when they are wanted. */
export interface ExistingRepository {
  readonly arn: string;
  readonly mutability: Mutability;
  readonly scanOnPush: boolean;
  readonly encryption: Encryption;
  readonly lifecyclePolicy?: string | undefined;
  readonly policy?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export type Change =
  | { readonly kind: 'create'; readonly text: string }
  | { readonly kind: 'mutability'; readonly to: Mutability; readonly text: string }
  | { readonly kind: 'scanning'; readonly to: boolean; readonly text: string }
  | { readonly kind: 'lifecycle'; readonly to: string; readonly text: string }
  | { readonly kind: 'policy'; readonly to: string; readonly text: string }
  | { readonly kind: 'tags'; readonly to: readonly { name: string; value: string }[]; readonly text: string }
  | { readonly kind: 'finish'; readonly text: string };

/**
 * The writes that bring a repository to what is wanted, in order; empty when it is so already. Tags are added and
 * changed, never removed: others may have put theirs. The mark of an unfinished repository goes last.
 * @throws REPOSITORY_CONFLICT for another encryption, which ECR cannot change, and for a policy of others that
 * excludes what is wanted
 */
export function planRepository(
  existing: ExistingRepository | undefined,
  wanted: RequestedRepository,
): readonly Change[] {
  const changes: Change[] = [];
  if (!existing) changes.push({ kind: 'create', text: `create ${wanted.name}` });
  else {
    checkEncryption(existing, wanted);
    changes.push(...settingChanges(existing, wanted));
  }
  const { name } = wanted;
  // Someone may have deleted what was made by the template, and created another with the same name.
  const begins = existing === undefined || existing.tags[unfinishedTag] !== undefined;
  const asBegun = <Part>(policy: RequestedPolicy<Part> | undefined) =>
    begins ? policy : withoutTemplate(policy);
  const lifecyclePolicy = asBegun(wanted.lifecyclePolicy);
  const policy = asBegun(wanted.policy);
  const lifecycle = policyChange(
    name,
    'lifecycle policy',
    existing?.lifecyclePolicy,
    lifecyclePolicy,
    lifecycleWith,
  );
  if (lifecycle) changes.push({ kind: 'lifecycle', ...lifecycle });
  const pulls = policyChange(name, 'repository policy', existing?.policy, policy, policyWith);
  if (pulls) changes.push({ kind: 'policy', ...pulls });
  if (changes.length === 0 && wanted.template !== undefined && begins)
    changes.push({ kind: 'finish', text: `remove the tag ${unfinishedTag}` });
  return changes;
}

function withoutTemplate<Part>(policy: RequestedPolicy<Part> | undefined): RequestedPolicy<Part> | undefined {
  if (policy?.kind === 'template') return undefined;
  return policy?.kind === 'parts' ? { kind: 'parts', parts: policy.parts } : policy;
}

function policyChange<Part>(
  repository: string,
  kind: PolicyKind,
  is: string | undefined,
  wanted: RequestedPolicy<Part> | undefined,
  withParts: (held: CurrentPolicy, parts: readonly Part[]) => string,
): { readonly to: string; readonly text: string } | undefined {
  if (!wanted) return undefined;
  if (wanted.kind === 'template' && is !== undefined) return undefined;
  const to =
    wanted.kind !== 'parts'
      ? wanted.text
      : withParts(
          is === undefined
            ? { repository, kind, text: wanted.template, of: 'template' }
            : { repository, kind, text: is, of: 'repository' },
          wanted.parts,
        );
  if (samePolicy(is, to)) return undefined;
  return {
    to,
    text: is === undefined ? `set the ${kind}` : `change the ${kind}${describeChange(kind, is, to)}`,
  };
}

function settingChanges(existing: ExistingRepository, wanted: RequestedRepository): readonly Change[] {
  const changes: Change[] = [];
  const { mutability, scanOnPush, tags } = wanted;
  if (mutability && describeMutability(mutability) !== describeMutability(existing.mutability)) {
    changes.push({
      kind: 'mutability',
      to: mutability,
      text: `tags: ${describeMutability(existing.mutability)} → ${describeMutability(mutability)}`,
    });
  }
  if (scanOnPush !== undefined && scanOnPush !== existing.scanOnPush)
    changes.push({
      kind: 'scanning',
      to: scanOnPush,
      text: `scan on push: ${existing.scanOnPush} → ${scanOnPush}`,
    });
  const other = tags.filter(({ name, value }) => existing.tags[name] !== value);
  if (other.length > 0)
    changes.push({
      kind: 'tags',
      to: other,
      text: `resource tags: ${other.map(({ name }) => name).join(', ')}`,
    });
  return changes;
}

const describeMutability = ({ mode, exclusions }: Mutability) =>
  exclusions.length > 0 ? `${mode} (${[...exclusions].sort().join(', ')})` : mode;

/** A sentence on a key that could not be compared. */
export const notesOnKey = (
  { encryption: is }: ExistingRepository,
  { name, encryption }: RequestedRepository,
) =>
  encryption?.kmsKey !== undefined && isAlias(encryption.kmsKey)
    ? [`${name} is encrypted with ${is.kmsKey}; ECR does not report whether ${encryption.kmsKey} is that key`]
    : [];

/** `alias/ecr`, or the ARN of one. Which key it stands for, only KMS can tell. */
const isAlias = (key: string) => /(?:^|:)alias\//.test(key);

function checkEncryption(
  { arn, encryption: is }: ExistingRepository,
  { name, encryption: wanted }: RequestedRepository,
) {
  if (!wanted) return;
  // ECR shows a key by its ARN, whatever it was given as.
  const sameKey =
    wanted.kmsKey === undefined ||
    isAlias(wanted.kmsKey) ||
    is.kmsKey === wanted.kmsKey ||
    is.kmsKey?.endsWith(`/${wanted.kmsKey}`);
  if (is.type === wanted.type && sameKey) return;
  const describe = ({ type, kmsKey }: Encryption) => (kmsKey ? `${type} with ${kmsKey}` : type);
  throw new LandfallError('REPOSITORY_CONFLICT', {
    summary: `${name} is encrypted by ${describe(is)}, not by ${describe(wanted)}, which ECR cannot change`,
    facts: { repository: arn },
  });
}
