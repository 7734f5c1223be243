import { parseImageList } from '../image/tags/image-list.ts';
import { tagsOfRun } from '../image/tags/name-image.ts';
import { type Label, ociLabels, repositoryLabels } from '../image/tags/oci-labels.ts';
import { autoFlavor, parseFlavor } from '../image/tags/tag-flavor.ts';
import { parseTagRules } from '../image/tags/tag-rule.ts';
import { fillLabel, parseLabelTemplate, type TagFacts } from '../image/tags/tag-template.ts';
import { notProvided, type ResolvedTag } from '../image/tags/tags-from-rules.ts';
import { type Input, parsed, refused, type ValuesOf } from '../inputs/input.ts';
import { choice, list, type Pair, pairs, secret, text } from '../inputs/kinds.ts';
import { type InputProblem, invalidInputs } from '../inputs/parse-inputs.ts';
import { type Call, defineOperation } from '../operation/operation.ts';

/** What stands between the items of an output: every character counts, so nothing is trimmed. */
const separator = (of: string): Input<string | undefined> => ({
  type: 'string',
  description: `What separates the ${of} in the output. By default, a line break.`,
  required: false,
  rule: 'at most 16 characters',
  blank: true,
  parse: (given) => (given.length > 16 ? refused('must be at most 16 characters') : parsed(given)),
});
const templated = 'Placeholders such as `{{branch}}` are replaced';

const inputs = {
  images: list({
    lines: true,
    description:
      'The images to tag, one per line: a name with or without its registry host, or `name=…,enable=…`. Without images, the tags are output without names.',
    example: 'ghcr.io/acme/web',
  }),
  tags: list({
    lines: true,
    description:
      'The tags, one rule per line, as in docker/metadata-action and `build-push`; the first tag is the version. By default, `nightly` for a schedule, the branch, the tag, or `pr-<number>`.',
    example: 'type=semver,pattern={{version}}',
  }),
  flavor: list({
    lines: true,
    description:
      'Options for all tags: `latest=auto` (the default: also tag a release `latest`), `true` or `false`; `prefix=` and `suffix=`, with `,onlatest=true` to include `latest`.',
  }),
  labels: pairs({
    description: `Labels besides those of the OCI image specification, or instead of them, one \`name=value\` per line. ${templated}.`,
  }),
  annotations: pairs({
    description: `Annotations besides those of the OCI image specification, or instead of them, one \`name=value\` per line. ${templated}.`,
  }),
  'annotation-levels': list({
    item: {
      expression: /^(?:manifest|index|manifest-descriptor|index-descriptor)$/,
      rule: 'a level (manifest, index, manifest-descriptor or index-descriptor)',
    },
    description: 'The levels that the annotations are for. By default, `manifest`.',
    example: 'manifest,index',
  }),
  'sep-tags': separator('tags'),
  'sep-labels': separator('labels'),
  'sep-annotations': separator('annotations'),
  'bake-target': text({
    pattern: {
      expression: /^[A-Za-z0-9_-]{1,128}$/,
      rule: 'the name of a target (letters, digits, - and _)',
    },
    default: 'docker-metadata-action',
    description: 'The target in the Bake files.',
  }),
  context: choice(['workflow', 'git'], {
    default: 'workflow',
    description: 'The commit to describe: the one that the run is for, or the one that is checked out.',
  }),
  'github-token': secret({
    description:
      'Accepted for compatibility with the official action, and not used: the facts come from the event and the checkout.',
  }),
};

const outputs = {
  version: { description: 'The first tag.' },
  tags: { description: 'Every image with every tag.' },
  'tag-names': { description: 'The tags without the images.' },
  labels: {
    description: 'The labels, `name=value`, sorted by name; one of several lines is in double quotes.',
  },
  annotations: {
    description:
      'The annotations, `level:name=value`, sorted by name within each level; one of several lines is in double quotes.',
  },
  json: { description: 'Tags, tag names, labels and annotations as a JSON object.' },
  'bake-file-tags': { description: 'The path of a Bake file with the tags.' },
  'bake-file-labels': { description: 'The path of a Bake file with the labels.' },
  'bake-file-annotations': { description: 'The path of a Bake file with the annotations.' },
  'bake-file': { description: 'The path of a Bake file with tags and labels.' },
};

type Values = ValuesOf<typeof inputs>;
type MetadataCall = Call<typeof inputs, typeof outputs>;

/** Those of docker/metadata-action. */
const standardRules = ['type=schedule', 'type=ref,event=branch', 'type=ref,event=tag', 'type=ref,event=pr'];

/** What the official action reads from the environment, and what is to be written here. */
const variables = {
  DOCKER_METADATA_ANNOTATIONS_LEVELS: 'use the input `annotation-levels`',
  DOCKER_METADATA_SHORT_SHA_LENGTH: 'use the tag rule `sha,length=…`',
};

export const imageMetadata = defineOperation({
  name: 'image-metadata',
  title: 'Determine the tags and labels of an image',
  description:
    'Determines tags, labels and annotations for an image from the commit and the run, as docker/metadata-action does, for a build in a later step; `build-push` does the same itself.',
  promises: [
    'It changes nothing but files of its own in the temporary directory.',
    'A fact that a rule needs and the CI host does not provide is an error, not a smaller set of tags.',
    'The same commit and inputs produce the same labels.',
  ],
  inputs,
  outputs,
  permissions: [],
  errors: ['DISK_FULL'],
  branding: { icon: 'tag', color: 'blue' },
  check: problems,
  run,
});

function problems({ images, tags, flavor, labels, annotations }: Values): readonly InputProblem[] {
  const found: readonly (readonly [string, object])[] = [
    ['images', parseImageList(images ?? [])],
    ['tags', parseTagRules(tags ?? standardRules)],
    ['flavor', parseFlavor(flavor ?? [])],
    ...(labels ?? []).map((one) => ['labels', templateOf(one)] as const),
    ...(annotations ?? []).map((one) => ['annotations', templateOf(one)] as const),
  ];
  return found.flatMap(([input, result]) =>
    'problem' in result ? [{ input, problem: String(result.problem) }] : [],
  );
}

/** The value of a label as a template, or a problem that names it. */
function templateOf({ name, value }: Pair) {
  const parsed = parseLabelTemplate(value);
  return 'problem' in parsed ? { problem: `has a value of ${name} that ${parsed.problem}` } : parsed;
}

async function run(call: MetadataCall): Promise<void> {
  const { inputs: given, world } = call;
  const { host, clock, files } = world;
  for (const [name, instead] of Object.entries(variables))
    if (host.environment(name) !== undefined) host.log.warning(`${name} is not read: ${instead}`);
  const commit = await host.commit(given.context === 'git' ? '.' : undefined);
  const facts: TagFacts = { commit, run: host.run, now: clock.now() };
  // Not every host provides what started a run; only a rule of the user's own fails without it.
  const standard = host.run.event === undefined ? standardRules.slice(1) : standardRules;
  const rules = parseTagRules(given.tags ?? standard);
  const flavor = parseFlavor(given.flavor ?? [], autoFlavor);
  const made = tagsOfRun(
    rules.ok ? rules.rules : [],
    facts,
    'flavor' in flavor ? flavor.flavor : autoFlavor,
    host.log,
  );
  const list = parseImageList(given.images ?? []);
  const images = 'names' in list ? list.names : [];
  const version = made.tags[0]?.tag;
  if (version === undefined) host.log.warning('no rule produces a tag for this run');

  const tags = referencesOf(made.tags, images);
  const tagNames = [...new Set(made.tags.map(({ tag }) => tag))];
  const labelled = (input: string, pairs: readonly Pair[] | undefined) =>
    labelsOf(facts, version, filled(input, pairs ?? [], facts));
  const labels = labelled('labels', given.labels);
  const annotated = labelled('annotations', given.annotations);
  const annotations = (given.annotationLevels ?? ['manifest']).flatMap((level) =>
    annotated.map((one) => `${level}:${shown(one)}`),
  );

  const labelObject = Object.fromEntries(labels.map(({ name, value }) => [name, value]));
  const args = { DOCKER_META_IMAGES: images.join(','), DOCKER_META_VERSION: version ?? '' };
  const bakeFile = async (part: string, target: object) =>
    await files.writePrivate(
      `docker-metadata-bake${part}`,
      '.json',
      `${JSON.stringify({ target: { [given.bakeTarget]: target } }, undefined, 2)}\n`,
    );
  const results: Readonly<Record<keyof typeof outputs, string>> = {
    version: version ?? '',
    tags: tags.join(given.sepTags ?? '\n'),
    'tag-names': tagNames.join(given.sepTags ?? '\n'),
    labels: asLines(labels.map(shown), given.sepLabels),
    annotations: asLines(annotations, given.sepAnnotations),
    json: JSON.stringify({ tags, 'tag-names': tagNames, labels: labelObject, annotations }),
    'bake-file-tags': await bakeFile('-tags', { tags, args }),
    'bake-file-labels': await bakeFile('-labels', { labels: labelObject }),
    'bake-file-annotations': await bakeFile('-annotations', { annotations }),
    'bake-file': await bakeFile('', { tags, labels: labelObject, args }),
  };
  for (const tag of tags) host.log.info(`tag ${tag}`);
  for (const label of labels) host.log.info(`label ${shown(label)}`);
  for (const name of Object.keys(outputs) as (keyof typeof outputs)[]) {
    await call.output(name, results[name]);
    // The official action sets these too, and its users' scripts read them.
    if (host.name === 'github')
      await host.exportVariable(
        `DOCKER_METADATA_OUTPUT_${name.replaceAll('-', '_').toUpperCase()}`,
        results[name],
      );
  }
}

/** Every image with every tag; a rule that is a whole reference stands as written. */
const referencesOf = (tags: readonly ResolvedTag[], images: readonly string[]): readonly string[] => {
  const mere = tags.flatMap(({ tag, target }) => (target === undefined ? [tag] : []));
  return [
    ...(images.length === 0 ? mere : images.flatMap((image) => mere.map((tag) => `${image}:${tag}`))),
    ...tags.flatMap(({ tag, target }) =>
      target
        ? [`${target.registry === undefined ? '' : `${target.registry}/`}${target.repository}:${tag}`]
        : [],
    ),
  ];
};

/** Between line breaks, one of several lines is quoted as an input takes it: its lines are not labels of their own. */
const asLines = (all: readonly string[], separator = '\n') =>
  all
    .map((one) => (separator.includes('\n') && one.includes('\n') ? `"${one.replaceAll('"', '""')}"` : one))
    .join(separator);

const shown = ({ name, value }: Label) => `${name}=${value}`;

/** @throws INPUT_INVALID when a label lacks a fact that the host should tell */
function filled(input: string, given: readonly Pair[], facts: TagFacts): readonly Label[] {
  return given.map((pair) => {
    const template = templateOf(pair);
    const value = 'template' in template ? fillLabel(template.template, facts) : template;
    if ('text' in value) return { name: pair.name, value: value.text };
    const problem =
      'missing' in value
        ? `has a value of ${pair.name} that cannot be filled: ${notProvided(value.missing)}`
        : value.problem;
    throw invalidInputs([{ input, problem }]);
  });
}

/** Those of the image spec and of the repository, sorted; what is given wins. */
function labelsOf(
  { commit, now }: TagFacts,
  version: string | undefined,
  given: readonly Label[],
): readonly Label[] {
  const names = new Set(given.map(({ name }) => name));
  const ofRepository = repositoryLabels(commit).filter(({ name }) => !names.has(name));
  return [...ociLabels(commit, version, now, [...ofRepository, ...given])].sort((a, b) =>
    a.name < b.name ? -1 : 1,
  );
}
