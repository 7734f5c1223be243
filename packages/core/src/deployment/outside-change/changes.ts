import type { Probe } from '../../reading/probe.ts';
import type { OutsideChange } from '../../record/outside-change.ts';
import { type HeldImage, isOrNames } from '../../registry/read/held-image.ts';
import type { Reference } from './references.ts';

/** How one reference stands against what runs. */
export type Standing =
  | { readonly kind: 'same' }
  /** Why, as a clause with its subject. */
  | { readonly kind: 'changed'; readonly why: string }
  /** Why it could not be compared, as a clause. */
  | { readonly kind: 'unknown'; readonly why: string };

const same: Standing = { kind: 'same' };
const unknown = (why: string): Standing => ({ kind: 'unknown', why });
const dateOf = (time: number) => new Date(time).toISOString();

/** Why a probe came to nothing, as a clause; `missing` where it does not exist. */
export const because = (one: Exclude<Probe<unknown>, { kind: 'found' }>, missing: string): string => {
  switch (one.kind) {
    case 'denied':
      return `the caller lacks ${one.action}`;
    case 'failed':
      return one.message;
    default:
      return missing;
  }
};

/** When something was last changed, in milliseconds, against `since`, when the oldest running task was created. */
export const compareTime = (changedAt: number, since: number): Standing =>
  changedAt <= since ? same : changedOn(changedAt, since);

const changedOn = (changedAt: number, since: number): Standing => ({
  kind: 'changed',
  why: `was changed on ${dateOf(changedAt)}, after the oldest running task was created (${dateOf(since)})`,
});

/** What Secrets Manager reports of a secret, without its value. Milliseconds. */
interface SecretTimes {
  /** The last change "in any way": of a value, a label, a description, a tag (SecretListEntry, API reference). */
  readonly changed: number | undefined;
  readonly rotated: number | undefined;
}

/** A version that has a label. */
export interface SecretVersion {
  readonly stages: readonly string[];
  readonly created: number | undefined;
}

/** Whether the versions of a secret have to be read, too: it was changed in some way since. */
export const needsVersions = ({ changed }: SecretTimes, since: number) =>
  changed === undefined || changed > since;

/**
 * A secret that was changed in some way since the oldest running task was created. The version that
 * containers read shows when its value was made; a rotation, which moves AWSCURRENT to a version made before,
 * has its own time. AWS has no time of any other move of a label.
 */
export function compareSecret(
  { changed, rotated }: SecretTimes,
  versions: readonly SecretVersion[],
  stage: string,
  since: number,
): Standing {
  const version = versions.find(({ stages }) => stages.includes(stage));
  if (version?.created === undefined) return unknown(`AWS shows no version of it with the label ${stage}`);
  const changedAt = Math.max(version.created, stage === 'AWSCURRENT' ? (rotated ?? 0) : 0);
  if (changedAt > since) return changedOn(changedAt, since);
  return unknown(
    `it was modified${changed === undefined ? '' : ` on ${dateOf(changed)}`}, and AWS does not report whether the label ${stage} was moved to another version then`,
  );
}

/** S3 tells whole seconds: a file of the second in which the task was created may be newer than the task. */
export const compareFile = (modified: number, since: number): Standing =>
  modified < Math.floor(since / 1000) * 1000 ? same : changedOn(modified, since);

/** What a tag names now, against the digests that run. */
export function compareImage(name: string, now: HeldImage, running: ReadonlySet<string>): Standing {
  const other = [...running].find((digest) => !isOrNames(now, digest));
  return other === undefined
    ? same
    : { kind: 'changed', why: `${name} names ${now.digest} now, and ${other} runs` };
}

/** What is to be told of a reference; undefined where it stands as the tasks have it. */
export function changeOf(
  service: string,
  { kind, name, containers }: Reference,
  standing: Standing,
): OutsideChange | undefined {
  if (standing.kind === 'same') return undefined;
  const what = `${kind} ${name}`;
  const question =
    kind === 'image'
      ? `cannot tell whether ${name} has been re-pushed`
      : `cannot tell whether ${what} has changed since the oldest running task was created`;
  const reason =
    standing.kind === 'unknown'
      ? `${question}: ${standing.why}`
      : kind === 'image'
        ? standing.why
        : `${what} ${standing.why}`;
  return { service, kind, name, containers, status: standing.kind, reason };
}
