import {
  type BuildFile,
  type BuildTarget,
  type Fields,
  fieldsOf,
  isRecord,
  isRemote,
  unreadable,
  within,
} from './build-target.ts';
import { interpolate } from './interpolate.ts';

const buildFields = [
  'context',
  'dockerfile',
  'args',
  'labels',
  'target',
  'platforms',
  'cache_from',
  'cache_to',
  'no_cache',
  'pull',
  'network',
  'extra_hosts',
  'shm_size',
  'ulimits',
  'ssh',
  'secrets',
  'tags',
  'additional_contexts',
  'provenance',
  'sbom',
];

interface ComposeOptions {
  /** The file's folder, to which its paths are relative; empty for the workspace itself. */
  readonly folder: string;
  /** For messages. */
  readonly name: string;
  readonly variables: ReadonlyMap<string, string>;
  /** The services wanted; undefined for all that are built and have no profile. */
  readonly wanted?: readonly string[] | undefined;
}

/**
 * The images of a Compose file: its services with a `build` section. Only what is built is looked into.
 * https://github.com/compose-spec/compose-spec/blob/main/build.md
 * @throws FILE_UNREADABLE
 */
export function readComposeFile(document: unknown, options: ComposeOptions): BuildFile {
  const { name, wanted } = options;
  if (!isRecord(document) || !isRecord(document.services))
    throw unreadable(name, 'services', 'is missing: this is no Compose file');
  if (document.include !== undefined)
    throw unreadable(name, 'include', 'is not supported by this step: name the file itself');
  const services = Object.entries(document.services).filter(
    (entry): entry is [string, Fields] => isRecord(entry[1]) && entry[1].build != null,
  );
  const chosen = services.filter(([service, fields]) =>
    wanted === undefined ? !(fields.profiles as unknown[] | undefined)?.length : wanted.includes(service),
  );
  return {
    targets: chosen.map(([service, fields]) => readService(service, fields, document.secrets, options)),
    notes:
      wanted === undefined
        ? services
            .filter((entry) => !chosen.includes(entry))
            .map(
              ([service]) =>
                `${name}: ${service} belongs to a profile, and is built only when \`targets\` names it`,
            )
        : [],
  };
}

function readService(
  service: string,
  fields: Fields,
  secrets: unknown,
  { folder, name, variables }: ComposeOptions,
): BuildTarget {
  const where = `services.${service}`;
  if (fields.extends !== undefined)
    throw unreadable(name, `${where}.extends`, 'is not supported by this step');
  const filled = (value: unknown, at: string): unknown => {
    if (Array.isArray(value)) return value.map((one, index) => filled(one, `${at}[${index}]`));
    if (isRecord(value))
      return Object.fromEntries(
        Object.entries(value).map(([key, one]) => [key, filled(one, `${at}.${key}`)]),
      );
    if (typeof value !== 'string') return value;
    const result = interpolate(value, variables);
    if (result.ok) return result.text;
    throw unreadable(name, at, result.problem);
  };
  const written = filled(fields.build, `${where}.build`);
  const build: Fields = isRecord(written) ? written : { context: written };
  const read = fieldsOf(name, `${where}.build`, build);
  read.only(buildFields);
  const context = within(folder, read.text('context', 'context') ?? '.');
  const dockerfile = read.text('dockerfile', 'file');
  const image = fields.image === undefined ? undefined : String(filled(fields.image, `${where}.image`));
  return {
    name: service,
    ...(image !== undefined && { image }),
    values: {
      context,
      file: dockerfile === undefined ? undefined : within(isRemote(context) ? '' : context, dockerfile),
      target: read.text('target', 'target'),
      platforms: read.list('platforms', 'platforms'),
      buildArgs: read.pairs('args', 'build-args'),
      labels: read.pairs('labels', 'labels'),
      cacheFrom: read.list('cache_from', 'cache-from'),
      cacheTo: read.list('cache_to', 'cache-to'),
      noCache: read.flag('no_cache'),
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
      ...buildSecrets(build.secrets, secrets, folder, read.wrong),
      buildContexts: read.pairs('additional_contexts', 'build-contexts')?.map((one) => {
        if (!one.value.startsWith('service:')) return { ...one, value: within(folder, one.value) };
        throw read.wrong('additional_contexts', `names ${one.value}: each image is built for itself here`);
      }),
      provenance: read.text('provenance', 'provenance'),
      sbom: read.text('sbom', 'sbom'),
    },
  };
}

const limits = (ulimits: Fields) =>
  Object.entries(ulimits).map(([name, limit]) =>
    isRecord(limit) ? `${name}=${String(limit.soft)}:${String(limit.hard)}` : `${name}=${String(limit)}`,
  );

/** A secret of the build names one of the file's own, which is a file or a variable of the environment. */
function buildSecrets(
  asked: unknown,
  declared: unknown,
  folder: string,
  wrong: (field: string, problem: string) => Error,
) {
  if (!Array.isArray(asked)) return {};
  const all = asked.map((one: unknown) => {
    const source = isRecord(one) ? String(one.source) : String(one);
    const id = isRecord(one) && one.target !== undefined ? String(one.target) : source;
    const secret = isRecord(declared) ? declared[source] : undefined;
    if (!isRecord(secret)) throw wrong('secrets', `names ${source}, which the file does not declare`);
    if (typeof secret.file === 'string')
      return { kind: 'file', name: id, value: within(folder, secret.file) };
    if (typeof secret.environment === 'string') return { kind: 'env', name: id, value: secret.environment };
    throw wrong('secrets', `names ${source}, which is neither a file nor a variable of the environment`);
  });
  const of = (kind: string) =>
    all.filter((one) => one.kind === kind).map(({ name, value }) => ({ name, value }));
  return { secretFiles: of('file'), secretEnvs: of('env') };
}
