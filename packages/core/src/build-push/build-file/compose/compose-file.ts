import type { Pair } from '../../../inputs/kinds.ts';
import type { World } from '../../../world/world.ts';
import {
  type BuildFile,
  type BuildTarget,
  type Fields,
  fieldsOf,
  isRecord,
  isRemote,
  targetContext,
  unreadable,
  within,
} from '../build-target.ts';
import type { Lookup } from './interpolate.ts';
import { buildFields } from './merge.ts';
import type { Project } from './project.ts';
import { readService, type Service, secretOf, serviceNames } from './service.ts';

const known = [
  'context',
  'dockerfile',
  'dockerfile_inline',
  'args',
  'labels',
  'target',
  'platforms',
  'cache_from',
  'cache_to',
  'no_cache',
  'no_cache_filter',
  'pull',
  'network',
  'extra_hosts',
  'shm_size',
  'ulimits',
  'ssh',
  'secrets',
  'tags',
  'additional_contexts',
  'entitlements',
  'privileged',
  'isolation',
  'provenance',
  'sbom',
];

/**
 * The images of a Compose project: its services with a `build` section, and those that their contexts name. Only
 * what is built is read. https://github.com/compose-spec/compose-spec/blob/main/build.md
 * @param wanted the services; undefined for all that are built and have no profile, or one in COMPOSE_PROFILES
 * @param also services that are built besides
 * @throws FILE_UNREADABLE, PATH_MISSING, PATH_REFUSED
 */
export async function readComposeProject(
  project: Project,
  wanted: readonly string[] | undefined,
  also: readonly string[],
  world: World,
): Promise<BuildFile> {
  const owners = serviceNames(project);
  const { name, lookup } = project.layers[0]!;
  const profiles = (lookup('COMPOSE_PROFILES') ?? '').split(',').map((one) => one.trim());
  const targets = new Map<string, BuildTarget>();
  const notes: string[] = [];
  const add = async (one: string, by?: string): Promise<void> => {
    const owner = owners.get(one);
    if (targets.has(one) || owner === undefined) return;
    const service = await readService(one, owner, world);
    if (service.fields.build === undefined) return;
    const has = [service.fields.profiles ?? []].flat().map(String);
    if (wanted === undefined && by === undefined && !also.includes(one) && has.length > 0) {
      if (!has.some((profile) => profiles.includes(profile) || profiles.includes('*'))) {
        notes.push(`${name}: ${one} belongs to a profile, and is built only when \`targets\` names it`);
        return;
      }
    }
    const target = readTarget(one, service, { owner, lookup: owner.layers[0]!.lookup, world, notes });
    targets.set(one, target);
    if (by !== undefined && wanted !== undefined && !wanted.includes(one))
      notes.push(`${name}: ${one} is also built, because it is a context of ${by}`);
    for (const context of target.values.buildContexts ?? []) {
      const base = targetContext(context.value);
      if (base === undefined) continue;
      await add(base, one);
      if (targets.has(base)) continue;
      const where = `services.${one}.build.additional_contexts`;
      throw unreadable(service.file, where, `names service:${base}, which is not built here`);
    }
  };
  for (const one of [...(wanted ?? owners.keys()), ...also]) await add(one);
  return { targets: [...targets.values()], notes };
}

interface Reading {
  readonly owner: Project;
  readonly lookup: Lookup;
  readonly world: World;
  readonly notes: string[];
}

function readTarget(name: string, service: Service, reading: Reading): BuildTarget {
  const { notes, lookup } = reading;
  const where = `services.${name}.build`;
  const build = buildFields(service.fields.build);
  const read = fieldsOf(service.file, where, build);
  read.only(known);
  notes.push(...service.notes);
  const inline = build.dockerfile_inline;
  if (inline !== undefined && typeof inline !== 'string')
    throw read.wrong('dockerfile_inline', 'must be a string');
  if (inline !== undefined && build.dockerfile !== undefined)
    throw read.wrong('dockerfile_inline', 'cannot be combined with dockerfile');
  const context = read.text('context', 'context') ?? within(service.folder, '.');
  if (inline !== undefined && isRemote(context))
    throw read.wrong('dockerfile_inline', 'cannot be combined with a remote context');
  if (build.isolation !== undefined && build.isolation !== 'default')
    throw read.wrong('isolation', 'is not supported by this step: BuildKit has no isolation modes');
  const dockerfile = read.text('dockerfile', 'file');
  const { image } = service.fields;
  const ofEnvironment = (argument: string) => {
    const value = lookup(argument);
    if (value === undefined)
      notes.push(
        `${service.file}: ${where}.args.${argument} is not set by any variable, so the Dockerfile's default applies`,
      );
    return value;
  };
  // What a file asks for is allowed with it, as by Compose.
  const allow = [
    ...(read.list('entitlements', 'allow') ?? []),
    ...(read.flag('privileged') ? ['security.insecure'] : []),
    ...(build.network === 'host' ? ['network.host'] : []),
  ].filter((one, index, all) => all.indexOf(one) === index);
  return {
    name,
    images: [...(typeof image === 'string' ? [image] : []), ...read.texts('tags')],
    ...(inline !== undefined && { dockerfile: inline }),
    values: {
      context,
      file: dockerfile === undefined ? undefined : within(isRemote(context) ? '' : context, dockerfile),
      target: read.text('target', 'target'),
      platforms: platforms(service, read),
      buildArgs: read.pairs('args', 'build-args', ofEnvironment),
      labels: read.pairs('labels', 'labels', () => ''),
      cacheFrom: read.list('cache_from', 'cache-from'),
      cacheTo: read.list('cache_to', 'cache-to'),
      noCache: read.flag('no_cache'),
      noCacheFilters: read.list('no_cache_filter', 'no-cache-filters'),
      pull: read.flag('pull'),
      network: read.text('network', 'network'),
      addHosts: isRecord(build.extra_hosts)
        ? read.items(
            'extra_hosts',
            'add-hosts',
            Object.entries(build.extra_hosts).flatMap(([host, to]) =>
              (Array.isArray(to) ? to : [to]).map((address) => `${host}=${String(address)}`),
            ),
          )
        : read.list('extra_hosts', 'add-hosts'),
      shmSize: read.text('shm_size', 'shm-size'),
      ulimit: isRecord(build.ulimits) ? read.items('ulimits', 'ulimit', limits(build.ulimits)) : undefined,
      ssh: isRecord(build.ssh)
        ? read.items(
            'ssh',
            'ssh',
            Object.entries(build.ssh).map(([id, path]) => (path == null ? id : `${id}=${String(path)}`)),
          )
        : read.list('ssh', 'ssh'),
      ...buildSecrets(build.secrets, reading, read.wrong),
      buildContexts: read
        .pairs('additional_contexts', 'build-contexts')
        ?.map((one) => ({ ...one, value: one.value.replace(/^service:/, 'target:') })),
      allow: allow.length > 0 ? allow : undefined,
      provenance: read.text('provenance', 'provenance'),
      sbom: read.text('sbom', 'sbom'),
    },
  };
}

/** The service's own platform is the one to build for, unless the build has a list, which must then hold it. */
function platforms({ fields }: Service, read: ReturnType<typeof fieldsOf>) {
  const listed = read.list('platforms', 'platforms');
  const own = typeof fields.platform === 'string' && fields.platform !== '' ? fields.platform : undefined;
  if (own === undefined) return listed;
  if (listed === undefined) return read.items('platforms', 'platforms', [own]);
  if (listed.includes(own)) return listed;
  throw read.wrong('platforms', `lacks ${own}, the platform of the service`);
}

const limits = (ulimits: Fields) =>
  Object.entries(ulimits).map(([name, limit]) =>
    isRecord(limit) ? `${name}=${String(limit.soft)}:${String(limit.hard)}` : `${name}=${String(limit)}`,
  );

/** A secret of the build names one of the file's own, which is a file or a variable. */
function buildSecrets(
  asked: unknown,
  { owner, lookup, world }: Reading,
  wrong: (field: string, problem: string) => Error,
) {
  if (asked === undefined || asked === null) return {};
  if (!Array.isArray(asked)) throw wrong('secrets', 'must be a list');
  const secretFiles: Pair[] = [];
  const secretEnvs: Pair[] = [];
  const secrets: Pair[] = [];
  for (const one of asked as readonly unknown[]) {
    const source = isRecord(one) ? String(one.source) : String(one);
    const name = isRecord(one) && one.target !== undefined ? String(one.target) : source;
    const secret = secretOf(owner, source);
    if (secret === undefined) throw wrong('secrets', `names ${source}, which the file does not declare`);
    const { file, environment } = secret;
    if (typeof file === 'string') secretFiles.push({ name, value: file });
    else if (typeof environment === 'string') {
      const value = lookup(environment);
      if (value === undefined)
        throw wrong('secrets', `names ${source}, whose variable ${environment} is not set`);
      // Docker reads the environment itself; what another source says it cannot know.
      if (world.host.environment(environment) === value) secretEnvs.push({ name, value: environment });
      else secrets.push({ name, value });
    } else
      throw wrong('secrets', `names ${source}, which is neither a file nor a variable of the environment`);
  }
  return { secretFiles, secretEnvs, ...(secrets.length > 0 && { secrets }) };
}
