import {
  type BuildFile,
  type BuildTarget,
  type Fields,
  fieldList,
  fieldsOf,
  isRecord,
  isRemote,
  unreadable,
  within,
} from './build-target.ts';

const targetFields = [
  'context',
  'dockerfile',
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
    JSON.stringify(document).includes('${')
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
  wanted: readonly string[] | undefined,
): BuildFile {
  if (!isRecord(document) || !isRecord(document.target))
    throw unreadable(name, 'target', 'is missing: this is no Bake file');
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
      throw unreadable(name, `group.${path.at(-1)}`, `names ${one}, which is no target`);
  };
  const roots = wanted ?? (groups.default || targets.default ? ['default'] : Object.keys(targets));
  for (const one of roots) visit(one, []);
  const chosen = [...named].map((one) => readTarget(one, targets[one] as Fields, name));
  return {
    targets: chosen,
    notes: chosen
      .filter(({ name: one }) => (targets[one] as Fields).output != null)
      .map(
        ({ name: one }) =>
          `${name}: the output of ${one} is not used; this step pushes, or loads, as its inputs say`,
      ),
  };
}

/** The names by which `targets` may ask: targets and groups. */
export const bakeNames = (document: unknown): readonly string[] =>
  isRecord(document)
    ? [document.target, document.group].flatMap((one) => (isRecord(one) ? Object.keys(one) : []))
    : [];

function readTarget(target: string, fields: Fields, name: string): BuildTarget {
  const read = fieldsOf(name, `target.${target}`, fields);
  read.only(targetFields);
  const context = read.text('context', 'context') ?? '.';
  const dockerfile = read.text('dockerfile', 'file');
  const [image] = Array.isArray(fields.tags) ? fields.tags : [];
  const ofEnvironment = (one: string) => /(?:^|,)env=/.test(one);
  const secrets = (Array.isArray(fields.secret) ? fields.secret : []).map((one: unknown) =>
    isRecord(one) ? fieldList(one) : String(one),
  );
  const field = (text: string, key: string) => new RegExp(`(?:^|,)${key}=([^,]*)`).exec(text)?.[1];
  return {
    name: target,
    ...(typeof image === 'string' && { image }),
    values: {
      context,
      file: dockerfile === undefined ? undefined : within(isRemote(context) ? '' : context, dockerfile),
      target: read.text('target', 'target'),
      platforms: read.list('platforms', 'platforms'),
      buildArgs: read.pairs('args', 'build-args'),
      labels: read.pairs('labels', 'labels'),
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
      secretFiles: secrets
        .filter((one) => !ofEnvironment(one))
        .map((one) => {
          const [id, path] = [field(one, 'id'), field(one, 'src') ?? field(one, 'source')];
          if (id && path) return { name: id, value: path };
          throw read.wrong('secret', 'must have an id and a src or env');
        }),
      secretEnvs: secrets
        .filter(ofEnvironment)
        .map((one) => ({ name: field(one, 'id') ?? '', value: field(one, 'env') ?? '' })),
      buildContexts: read.pairs('contexts', 'build-contexts')?.map((one) => {
        if (!one.value.startsWith('target:')) return one;
        throw read.wrong('contexts', `names ${one.value}: each image is built for itself here`);
      }),
      allow: read.list('entitlements', 'allow'),
      attests: read.list('attest', 'attests', fieldList),
    },
  };
}
