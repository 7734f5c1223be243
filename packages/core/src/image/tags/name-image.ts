import { invalidInputs } from '../../inputs/parse-inputs.ts';
import type { Log } from '../../world/host.ts';
import type { World } from '../../world/world.ts';
import { parseBuildContext } from '../context/build-context.ts';
import { namesDefaultContext } from '../context/default-context.ts';
import { type PushTarget, parseImageReference } from '../reference/image-reference.ts';
import { type Label, ociLabels } from './oci-labels.ts';
import { type Flavor, parseFlavor } from './tag-flavor.ts';
import { parseTagRules, type TagRule } from './tag-rule.ts';
import type { TagFacts } from './tag-template.ts';
import { type ResolvedTags, tagsFromRules } from './tags-from-rules.ts';

interface NameValues {
  readonly registry?: string | undefined;
  readonly repository?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  readonly flavor?: readonly string[] | undefined;
  readonly labels?: readonly Label[] | undefined;
  /** The build context: a folder's own commit names the image. */
  readonly context?: string | undefined;
}

export interface ImageNames {
  /** Every name once; the first is the image's own. */
  readonly targets: readonly PushTarget[];
  /** The first tag; undefined of an image without a name. */
  readonly version: string | undefined;
  readonly labels: readonly Label[];
}

const standardRule = ['sha'];

/** The rules of the inputs; what is wrong with them was reported when the inputs were checked. */
function rulesOf({ tags }: NameValues): readonly TagRule[] {
  const parsed = parseTagRules(tags ?? standardRule);
  return parsed.ok ? parsed.rules : [];
}

/** What to check before anything runs: a mere tag needs a repository, and a repository to push to a registry. */
export function nameProblems(values: NameValues, push: boolean) {
  const { registry, repository, tags } = values;
  const parsed = parseTagRules(tags ?? standardRule);
  if (!parsed.ok) return [{ input: 'tags', problem: parsed.problem }];
  if (parsed.rules.length === 0) return [{ input: 'tags', problem: 'contains no tag' }];
  const flavor = parseFlavor(values.flavor ?? []);
  if ('problem' in flavor) return [{ input: 'flavor', problem: flavor.problem }];
  if (repository !== undefined) {
    const name = parseImageReference(repository);
    if (!name.ok) return [{ input: 'repository', problem: name.problem }];
    if (name.reference.tag !== undefined || name.reference.digest !== undefined)
      return [{ input: 'repository', problem: 'must not contain a tag or a digest; put tags in `tags`' }];
    if (
      name.reference.registry !== undefined &&
      registry !== undefined &&
      name.reference.registry !== registry
    )
      return [
        { input: 'registry', problem: `is ${registry}, but repository names ${name.reference.registry}` },
      ];
  }
  const branchLike = parsed.rules.find(
    ({ target, text }) =>
      repository !== undefined && target !== undefined && target.registry === undefined && isShortName(text),
  );
  if (branchLike)
    return [
      {
        input: 'tags',
        problem: `holds "${branchLike.text}", which may be a branch or an image of Docker Hub: write {{branch}}, or docker.io/${branchLike.text}:latest`,
      },
    ];
  const bare = parsed.rules.find((rule) => rule.target === undefined);
  if (bare && repository === undefined && (push || tags !== undefined))
    return [{ input: 'repository', problem: `is required, because "${bare.text}" in tags names none` }];
  return push && bare && registryOf(nameOfRepository(values), registry) === undefined
    ? [
        {
          input: 'registry',
          problem: 'is required, because the repository names no registry host (docker.io for Docker Hub)',
        },
      ]
    : [];
}

/** `feature/login`: docker takes it for the image `latest` of Docker Hub's repository of that name. */
const isShortName = (text: string) => text.includes('/') && !text.includes(':');

const nameOfRepository = ({ repository }: NameValues) => {
  const parsed = repository === undefined ? undefined : parseImageReference(repository);
  return parsed?.ok ? parsed.reference : undefined;
};
const registryOf = (name: { readonly registry?: string } | undefined, standard: string | undefined) =>
  name?.registry ?? standard;

/**
 * What the rules come to, with what they skip in the log.
 * @throws INPUT_INVALID when a rule lacks a fact that the host should tell
 */
export function tagsOfRun(
  rules: readonly TagRule[],
  facts: TagFacts,
  flavor: Flavor | undefined,
  log: Log,
): ResolvedTags {
  const made = tagsFromRules(rules, facts, flavor);
  if (made.problems.length > 0)
    throw invalidInputs(made.problems.map((problem) => ({ input: 'tags', problem: `rule ${problem}` })));
  for (const note of made.notes) log.info(note);
  return made;
}

/**
 * The names and labels of the image of this run.
 * @throws INPUT_INVALID when no rule makes a tag, or one lacks a fact that the host should tell
 */
export async function nameImage(values: NameValues, { host, clock }: World): Promise<ImageNames> {
  const context = parseBuildContext(values.context ?? '.');
  const inWorkspace =
    context.ok && context.context.kind === 'folder' && !namesDefaultContext(values.context ?? '');
  const commit = await host.commit(inWorkspace ? context.context.path : undefined);
  const now = clock.now();
  const own = nameOfRepository(values);
  // What gets no name, such as files or a check, needs no commit to be named after.
  if (values.tags === undefined && own === undefined && commit.sha === undefined)
    return {
      targets: [],
      version: undefined,
      labels: ociLabels(commit, undefined, now, values.labels ?? []),
    };
  const rules = rulesOf(values);
  const flavor = parseFlavor(values.flavor ?? []);
  const facts = { commit, run: host.run, now };
  const { tags, notes } = tagsOfRun(rules, facts, 'flavor' in flavor ? flavor.flavor : undefined, host.log);
  if (commit.changedFiles !== undefined)
    host.log.notice(
      `the work tree differs from commit ${commit.sha?.slice(0, 7)} (${commit.changedFiles} changed or new ${commit.changedFiles === 1 ? 'file' : 'files'}): the build does not match that commit`,
    );
  if (tags.length === 0) {
    throw invalidInputs([{ input: 'tags', problem: `produce no tag for this run: ${notes.join('; ')}` }]);
  }
  const targets = tags.flatMap(({ tag, target, moves }): PushTarget[] => {
    const name = target ?? own;
    if (!name) return [];
    // A whole reference without a host is one of Docker Hub, as for docker itself.
    const registry = registryOf(name, values.registry) ?? 'docker.io';
    return [{ registry, repository: name.repository, tag, ...(moves !== undefined && { moves }) }];
  });
  const version = tags[0]!.tag;
  return { targets, version, labels: ociLabels(commit, version, now, values.labels ?? []) };
}
