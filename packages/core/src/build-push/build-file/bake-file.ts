import {
  type BuildFile,
  type BuildTarget,
  type Fields,
  fieldList,
  fieldsOf,
  isRecord,
  isRemote,
  targetContext,
  unreadable,
  within,
} from './build-target.ts';

const targetFields = [
  'context',
  'dockerfile',
  'dockerfile-inline',
  'args',
  'labels',
  'annotations',
  'target',
  'platforms',
  'cache-from',
  'cache-to',
  'no-cache',
  'no-cache-filter',
  'pull',
  'network',
  'extra-hosts',
  'shm-size',
  'ulimits',
  'ssh',
  'secret',
  'contexts',
  'attest',
  'entitlements',
  'tags',
  'output',
  'description',
];

/** What only buildx can work out: a file that has it goes through `docker buildx bake --print` first. */
export function needsBuildx(document: unknown): boolean {
  if (!isRecord(document)) return false;
  const targets = isRecord(document.target) ? Object.values(document.target) : [];
  return (
    document.variable !== undefined ||
    document.function !== undefined ||
    targets.some((one) => isRecord(one) && ['inherits', 'matrix', 'name'].some((field) => field in one)) ||
    /[$%]\{/.test(JSON.stringify(document))
  );
}

/**
 * The images of a Bake file in JSON, or of what `docker buildx bake --print` makes of any. Its paths are relative
 * to the workspace. https://docs.docker.com/build/bake/reference/
 * @throws FILE_UNREADABLE
 */
export function readBakeFile(
  document: unknown,
  name: string,
  {
    targets: wanted,
    also = [],
  }: { readonly targets?: readonly string[] | undefined; readonly also?: readonly string[] },
  environment: (name: string) => string | undefined = () => undefined,
): BuildFile {
  if (!isRecord(document) || !isRecord(document.target))
    throw unreadable(name, 'target', 'is missing: this is not a Bake file');
  const groups = isRecord(document.group) ? document.group : {};
  const targets = document.target;
  const named = new Set<string>();
  const visit = (one: string, path: readonly string[]) => {
    const group = groups[one];
    if (isRecord(group) && !path.includes(one)) {
      for (const member of Array.isArray(group.targets) ? group.targets : [])
        visit(String(member), [...path, one]);
    } else if (isRecord(targets[one])) named.add(one);
    // A group that leads back to itself has nothing to add.
    else if (path.length > 0 && !isRecord(group))
      throw unreadable(name, `group.${path.at(-1)}`, `names ${one}, which is not a target`);
  };
  const roots = wanted ?? (groups.default || targets.default ? ['default'] : Object.keys(targets));
  for (const one of [...roots, ...also]) visit(one, []);
  const chosen: BuildTarget[] = [];
  const unasked: string[] = [];
  // A target that another takes as a context is built, too: it comes into the set while that is walked.
  for (const one of named) {
    const target = readTarget(one, targets[one] as Fields, name, environment);
    chosen.push(target);
    for (const { value } of target.values.buildContexts ?? []) {
      const base = targetContext(value);
      if (base === undefined) continue;
      if (!isRecord(targets[base]))
        throw unreadable(name, `target.${one}.contexts`, `names ${value}, which is not a target`);
      if (!named.has(base)) unasked.push(`${name}: ${base} is also built, because it is a context of ${one}`);
      named.add(base);
    }
  }
  return {
    targets: chosen,
    notes: [
      ...unasked,
      ...chosen.flatMap(({ name: one }) => {
        const { output } = targets[one] as Fields;
        return pushesItself(output)
          ? [`${name}: the output of ${one} is not used; this step pushes or loads according to its inputs`]
          : [];
      }),
    ],
  };
}

/** Likewise of what `docker buildx bake --print` made of a file. */
export const readPrintedBakeFile = (
  document: unknown,
  name: string,
  environment: (name: string) => string | undefined,
): BuildFile => readBakeFile(unescaped(document), name, {}, environment);

/** buildx prints a file that it would read again: what would begin a template is escaped. */
function unescaped(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll('$${', '${').replaceAll('%%{', '%{');
  if (Array.isArray(value)) return value.map(unescaped);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, unescaped(one)]));
}

/** buildx prints `cacheonly` for what is only built upon. */
const pushesItself = (output: unknown) =>
  output != null && ![output].flat().every((one) => isRecord(one) && one.type === 'cacheonly');

/** The names by which `targets` may ask: targets and groups. */
export const bakeNames = (document: unknown): readonly string[] =>
  isRecord(document)
    ? [document.target, document.group].flatMap((one) => (isRecord(one) ? Object.keys(one) : []))
    : [];

function readTarget(
  target: string,
  fields: Fields,
  name: string,
  environment: (name: string) => string | undefined,
): BuildTarget {
  const read = fieldsOf(name, `target.${target}`, fields);
  read.only(targetFields);
  const context = (read.text('context', 'context') ?? '.').replace(/^cwd:\/\//, '');
  const inline = fields['dockerfile-inline'];
  if (inline != null && typeof inline !== 'string') throw read.wrong('dockerfile-inline', 'must be a string');
  if (inline != null && isRemote(context))
    throw read.wrong('dockerfile-inline', 'cannot be combined with a remote context');
  const dockerfile = read.text('dockerfile', 'file');
  const secrets = (Array.isArray(fields.secret) ? fields.secret : []).map((one: unknown) => {
    const text = isRecord(one) ? fieldList(one) : String(one);
    const field = (...keys: readonly string[]) =>
      keys.map((key) => new RegExp(`(?:^|,)${key}=([^,]*)`).exec(text)?.[1]).find((value) => value);
    const [id, env, path] = [field('id'), field('env'), field('src', 'source')];
    if (id === undefined) throw read.wrong('secret', 'must have an id');
    // With an id alone it is the variable of that name, else the file, as for buildx.
    if (env !== undefined || (path === undefined && environment(id) !== undefined))
      return { kind: 'env', name: id, value: env ?? id };
    return { kind: 'file', name: id, value: path ?? id };
  });
  const secretsOf = (kind: string) =>
    secrets.filter((one) => one.kind === kind).map(({ name: id, value }) => ({ name: id, value }));
  return {
    name: target,
    images: read.texts('tags'),
    // Bake takes the text where both are given.
    ...(typeof inline === 'string' && { dockerfile: inline }),
    values: {
      context,
      file:
        dockerfile === undefined || inline != null
          ? undefined
          : within(isRemote(context) ? '' : context, dockerfile),
      target: read.text('target', 'target'),
      platforms: read.list('platforms', 'platforms'),
      // Null leaves it to the Dockerfile.
      buildArgs: read.pairs('args', 'build-args', () => undefined),
      labels: read.pairs('labels', 'labels', () => undefined),
      annotations: read.list('annotations', 'annotations'),
      cacheFrom: read.list('cache-from', 'cache-from', fieldList),
      cacheTo: read.list('cache-to', 'cache-to', fieldList),
      noCache: read.flag('no-cache'),
      noCacheFilters: read.list('no-cache-filter', 'no-cache-filters'),
      pull: read.flag('pull'),
      network: read.text('network', 'network'),
      addHosts: isRecord(fields['extra-hosts'])
        ? read.items(
            'extra-hosts',
            'add-hosts',
            Object.entries(fields['extra-hosts']).map(([host, to]) => `${host}=${String(to)}`),
          )
        : read.list('extra-hosts', 'add-hosts'),
      shmSize: read.text('shm-size', 'shm-size'),
      ulimit: read.list('ulimits', 'ulimit'),
      ssh: read.list('ssh', 'ssh', (one) => (one.paths ? `${one.id}=${String(one.paths)}` : String(one.id))),
      secretFiles: secretsOf('file'),
      secretEnvs: secretsOf('env'),
      buildContexts: read.pairs('contexts', 'build-contexts'),
      allow: read.list('entitlements', 'allow'),
      attests: read.list('attest', 'attests', fieldList),
    },
  };
}
