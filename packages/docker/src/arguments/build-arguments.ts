import { csvField, csvFields } from '@landfall/core/inputs/csv-fields';
import type { BuildRequest, NamedValue } from '@landfall/core/world/docker';

/** Where the builder is to write its report. */
export interface ReportFiles {
  readonly imageId: string;
  readonly metadata: string;
}

/** A request whose secrets are already in files. */
export type PreparedBuild = Omit<BuildRequest, 'secrets' | 'dockerfile' | 'privateFolder'>;

const each = (flag: string, values: readonly string[] = []) => values.flatMap((value) => [flag, value]);
const pairs = (flag: string, values: readonly NamedValue[] = []) =>
  values.flatMap(({ name, value }) => [flag, `${name}=${value}`]);
const one = (flag: string, value: string | undefined) => (value === undefined ? [] : [flag, value]);
const when = (flag: string, wanted: boolean | undefined) => (wanted ? [flag] : []);
const secrets = (kind: 'src' | 'env', values: readonly NamedValue[] = []) =>
  values.flatMap(({ name, value }) => [
    '--secret',
    [csvField(`id=${name}`), csvField(`${kind}=${value}`)].join(','),
  ]);

/** `name=[::1]` as `name:::1`, the only form that every release knows. */
const hostEntry = (entry: string) => entry.replace(/^([^:=]+)[:=]\[?([^\]]*)\]?$/, '$1:$2');

/** What `docker build` and `docker buildx build` have in common. */
const shared = (request: PreparedBuild) => [
  ...one('--file', request.file),
  ...one('--target', request.target),
  ...pairs('--build-arg', request.buildArgs),
  ...pairs('--label', request.labels),
  ...when('--pull', request.pull),
  ...when('--no-cache', request.noCache),
  ...one('--network', request.network),
  ...each('--add-host', request.addHosts?.map(hostEntry)),
  ...one('--shm-size', request.shmSize),
  ...each('--ulimit', request.ulimits),
  ...one('--cgroup-parent', request.cgroupParent),
];
const buildKitOnly = (request: PreparedBuild) => [
  ...secrets('src', request.secretFiles),
  ...secrets('env', request.secretEnvs),
  ...each('--ssh', request.ssh),
];

/** `docker buildx build …`. Source of the flags: docs.docker.com/reference/cli/docker/buildx/build. */
export const buildxArguments = (request: PreparedBuild, report: ReportFiles): readonly string[] => [
  'buildx',
  'build',
  '--progress=plain',
  ...one('--builder', request.builder),
  ...(request.call === undefined
    ? [...imageIdFile(request, report), '--metadata-file', report.metadata]
    : []),
  ...shared(request),
  ...buildKitOnly(request),
  ...(request.platforms?.length ? ['--platform', request.platforms.join(',')] : []),
  ...pairs('--build-context', request.buildContexts),
  ...each('--no-cache-filter', request.noCacheFilters),
  ...each('--cache-from', request.cacheFrom),
  ...each('--cache-to', request.cacheTo),
  ...each('--allow', request.allow),
  ...each('--annotation', request.annotations),
  ...each('--attest', request.attests),
  ...(request.provenance === undefined ? [] : [`--provenance=${request.provenance}`]),
  ...(request.sbom === undefined ? [] : [`--sbom=${request.sbom}`]),
  ...one('--call', request.call),
  ...each('--output', request.outputs),
  ...destination(request),
  '--',
  request.context,
];

/** A folder or archive of files is not an image, and buildx refuses to note an id of one. */
const imageIdFile = ({ outputs = [] }: PreparedBuild, report: ReportFiles) =>
  outputs.some((output) => /^type=(?:local|tar),/.test(output)) ? [] : ['--iidfile', report.imageId];

const destination = ({ destination: to, outputs = [], imageAttributes = [] }: PreparedBuild) => {
  if (to.kind === 'cache') return [];
  const into = (names: readonly string[] = []) =>
    names.length === 0 ? 'type=docker' : `type=docker,${csvField(`name=${names.join(',')}`)}`;
  // The shorthand cannot name the image, and does not go with other outputs.
  if (to.kind === 'engine')
    return to.references || outputs.length > 0 ? ['--output', into(to.references)] : ['--load'];
  const fields = [`name=${to.repositories.join(',')}`, ...imageAttributes].map(csvField).join(',');
  return [
    '--output',
    `type=image,${fields},push-by-digest=true,name-canonical=true,push=true`,
    ...(to.loadAs ? ['--output', into(to.loadAs)] : []),
  ];
};

/** `docker build …` of a client before 23 with DOCKER_BUILDKIT=1. */
export const buildKitArguments = (request: PreparedBuild, report: ReportFiles): readonly string[] => [
  'build',
  '--progress=plain',
  ...imageIdFile(request, report),
  ...shared(request),
  ...(request.cacheTo?.some((cache) => cacheType(cache) === 'inline')
    ? ['--build-arg', 'BUILDKIT_INLINE_CACHE=1']
    : []),
  ...buildKitOnly(request),
  ...each('--platform', request.platforms),
  ...each('--cache-from', request.cacheFrom?.map(cacheReference)),
  ...each('--output', request.outputs),
  '--',
  request.context,
];

/** `docker build …` with DOCKER_BUILDKIT=0. */
export const classicArguments = (request: PreparedBuild, report: ReportFiles): readonly string[] => [
  'build',
  '--iidfile',
  report.imageId,
  ...shared(request),
  ...each('--platform', request.platforms),
  ...each('--cache-from', request.cacheFrom?.map(cacheReference)),
  '--',
  request.context,
];

const cacheFields = (cache: string) => csvFields(cache) ?? [cache];

/** `type=registry,ref=x` and a bare `x` are of the type registry. */
export const cacheType = (cache: string): string =>
  cacheFields(cache)
    .find((field) => field.startsWith('type='))
    ?.slice('type='.length) ?? 'registry';

const cacheReference = (cache: string): string =>
  cacheFields(cache)
    .find((field) => field.startsWith('ref='))
    ?.slice('ref='.length) ?? cache;
