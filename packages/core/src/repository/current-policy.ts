import { isObject } from '../documents/canonical.ts';
import { LandfallError } from '../errors/landfall-error.ts';
import type { Files } from '../world/files.ts';

export type PolicyKind = 'lifecycle policy' | 'repository policy';

/** A policy that a part of ours is put into. */
export interface CurrentPolicy {
  /** The repository's name, for errors. */
  readonly repository: string;
  readonly kind: PolicyKind;
  /** JSON; undefined for none. */
  readonly text: string | undefined;
  /** Of a template for new repositories, what an input says otherwise gives way. */
  readonly of: 'repository' | 'template';
}

/** @throws REPOSITORY_CONFLICT for what is not a policy: nothing of it could be kept */
export function readPolicy({ repository, kind, text }: CurrentPolicy): Readonly<Record<string, unknown>> {
  if (text === undefined) return {};
  try {
    const policy: unknown = JSON.parse(text);
    if (isObject(policy)) return policy;
  } catch {
    // Not JSON: the same as JSON of something else.
  }
  throw new LandfallError('REPOSITORY_CONFLICT', {
    summary: `${repository} has a ${kind} that cannot be read, so nothing can be added to it`,
    remedy: `Set the complete policy (\`${kind.replace(' ', '-')}\`), or correct the existing one.`,
  });
}

/** What others wrote and what is wanted exclude each other. */
export const conflict = ({ repository, kind }: CurrentPolicy, why: string, theirs: unknown, ours: unknown) =>
  new LandfallError('REPOSITORY_CONFLICT', {
    summary: `the ${kind} of ${repository} has ${why}`,
    details: [`- ${JSON.stringify(theirs)}`, `+ ${JSON.stringify(ours)}`],
    remedy: `This step must not change it: remove or change it, or set the complete policy (\`${kind.replace(' ', '-')}\`).`,
    facts: { repository },
  });

/** One thing is written as itself or as a list of it. */
export const listOf = (value: unknown): readonly unknown[] =>
  value === undefined ? [] : Array.isArray(value) ? value : [value];

/** A policy in a file of the workspace, as one line of JSON. @throws FILE_UNREADABLE, PATH_MISSING, PATH_REFUSED */
export async function policyFile(files: Files, path: string | undefined): Promise<string | undefined> {
  if (path === undefined) return undefined;
  const content = await files.readText(path);
  try {
    return JSON.stringify(JSON.parse(content));
  } catch (thrown) {
    throw new LandfallError('FILE_UNREADABLE', {
      summary: `${path} is not JSON: ${(thrown as Error).message}`,
      cause: thrown,
    });
  }
}
