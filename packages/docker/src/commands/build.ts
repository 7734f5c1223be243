import { mkdir, readFile, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LandfallError } from '@landfall/core/errors/landfall-error';
import { type Refusal, refusalOf } from '@landfall/core/registry/push/refusal';
import type { BuildRequest, BuiltImage, DockerCallOptions, NamedValue } from '@landfall/core/world/docker';
import {
  buildKitArguments,
  buildxArguments,
  classicArguments,
  type PreparedBuild,
  type ReportFiles,
} from '../arguments/build-arguments.ts';
import { type ChosenBuilder, isBefore } from '../builders/choose-builder.ts';
import type { Environment } from '../processes/environment.ts';
import { noteProcess } from '../processes/left-behind.ts';
import type { ProcessResult } from '../processes/run-process.ts';
import { callDocker, endOf, type Programs, throwIfUnreachable } from '../programs.ts';
import { builderRemedy } from './builder-remedy.ts';

const argumentsOf = {
  buildx: buildxArguments,
  buildkit: buildKitArguments,
  classic: classicArguments,
} as const;
const switches: Readonly<Record<ChosenBuilder['kind'], Environment>> = {
  buildx: {},
  buildkit: { DOCKER_BUILDKIT: '1' },
  classic: { DOCKER_BUILDKIT: '0' },
};
const digestForm = /^sha256:[0-9a-f]{64}$/;

/** Builds with the builder chosen. BUILD_FAILED, DISK_FULL, DOCKER_UNREACHABLE, DIGEST_UNKNOWN, or a push's codes. */
export async function build(
  programs: Programs,
  builder: ChosenBuilder,
  request: BuildRequest,
  options: DockerCallOptions,
): Promise<BuiltImage> {
  const report: ReportFiles = {
    imageId: join(request.privateFolder, 'image-id'),
    metadata: join(request.privateFolder, 'metadata.json'),
  };
  const prepared = await prepare(request, builder);
  const result = await callDocker(
    programs,
    {
      program: builder.program,
      args: argumentsOf[builder.kind](prepared, report),
      environment: switches[builder.kind],
      onStart: (id) => noteProcess(request.privateFolder, id),
      long: true,
    },
    options,
  );
  if (result.exitCode !== 0) throw await buildError(result, request);
  const imageId = (await readFile(report.imageId, 'utf8').catch(absent))?.trim();
  const metadata = parseMetadata(await readFile(report.metadata, 'utf8').catch(absent));
  const base = {
    builder: builder.kind,
    metadata,
    ...(imageId !== undefined && digestForm.test(imageId) && { imageId }),
  };
  if (request.destination.kind !== 'registry') return base;
  const digest = metadata['containerimage.digest'];
  if (typeof digest !== 'string' || !digestForm.test(digest)) {
    throw new LandfallError('DIGEST_UNKNOWN', {
      summary: 'buildx pushed the image but reported no digest (containerimage.digest) in its metadata file',
    });
  }
  return { ...base, digest };
}

/** Secrets go into new private files: an argument would show them in the process list. */
async function prepare(request: BuildRequest, builder: ChosenBuilder): Promise<PreparedBuild> {
  const { secrets = [], privateFolder, provenance, dockerfile, ...rest } = request;
  const files: NamedValue[] = [];
  if (secrets.length > 0) await mkdir(join(privateFolder, 'secrets'), { mode: 0o700 });
  for (const [index, { name, value }] of secrets.entries()) {
    const path = join(privateFolder, 'secrets', String(index));
    await writeFile(path, value, { mode: 0o600, flag: 'wx' });
    files.push({ name, value: path });
  }
  const ownFile = dockerfile === undefined ? undefined : join(privateFolder, 'Dockerfile');
  if (ownFile !== undefined) await writeFile(ownFile, dockerfile!, { mode: 0o600, flag: 'wx' });
  // A buildx before 0.10 makes no attestations, and does not know the flag that says so.
  const knows = builder.buildxVersion !== undefined && !isBefore(builder.buildxVersion, '0.10.0');
  return {
    ...rest,
    ...(ownFile !== undefined && { file: ownFile }),
    secretFiles: [...(rest.secretFiles ?? []), ...files],
    ...(knows && provenance !== undefined && { provenance }),
  };
}

const shown = 20;

async function buildError(result: ProcessResult, request: BuildRequest): Promise<LandfallError> {
  throwIfUnreachable(result);
  const lines = result.tail.filter((line) => line.trim() !== '');
  const details = lines.slice(-shown);
  const text = lines.slice(-5).join('\n');
  const refusal = refusalOf({ text });
  if (refusal.code === 'DISK_FULL') {
    return diskFull(lines, details, request.privateFolder);
  }
  const cache = /^ ?> exporting cache to (\S+):/m.exec(lines.slice(-10).join('\n'))?.[1];
  if (cache !== undefined) return cacheError(cache, { refusal, lines, details });
  const pushing =
    request.destination.kind === 'registry' &&
    /failed to push|unexpected status from (?:PUT|POST|PATCH|HEAD) /.test(text);
  if (pushing) {
    return new LandfallError(refusal.code, {
      summary: `the push to ${request.destination.repositories.join(', ')} failed: ${lines.at(-1)}`,
      ...(refusal.remedy !== undefined && { remedy: refusal.remedy }),
      details,
      facts: { transient: refusal.transient },
    });
  }
  const remedy = builderRemedy(text, request);
  const last =
    (request.call === undefined ? undefined : lines.find((line) => /^Check complete/.test(line))) ??
    lines.findLast((line) =>
      /^(?:ERROR|error|failed|invalid argument|unknown flag|The command|COPY|ADD)\b/.test(line),
    ) ??
    lines.at(-1);
  return new LandfallError('BUILD_FAILED', {
    summary: last
      ? `docker build${request.call === undefined ? '' : ` --call ${request.call}`} ${endOf(result)}: ${last.slice(0, 500)}`
      : `docker build ${endOf(result)} and printed nothing`,
    ...(remedy !== undefined && { remedy }),
    details,
    facts: { exitCode: result.exitCode, signal: result.signal, transient: refusal.transient },
  });
}

/** The image is built, and pushed if it was to be: `cache-to` is what failed. */
function cacheError(
  kind: string,
  { refusal, lines, details }: { refusal: Refusal; lines: readonly string[]; details: readonly string[] },
): LandfallError {
  const said = lines.findLast((line) => /^ERROR: /.test(line)) ?? lines.at(-1);
  // ECR refuses BuildKit's older form, and others do so too, each in words of its own.
  const form = kind === 'registry' && refusal.code === 'PUSH_FAILED' && !refusal.transient;
  const remedy = form
    ? 'Use the format that registries accept in `cache-to`: image-manifest=true,oci-mediatypes=true. With ignore-error=true a cache that cannot be stored does not fail the build.'
    : refusal.remedy;
  return new LandfallError(refusal.code, {
    summary: `the build cache could not be stored (cache-to, type ${kind}): ${said?.slice(0, 500)}`,
    ...(remedy !== undefined && { remedy }),
    details,
    facts: { transient: refusal.transient },
  });
}

/** The path is the engine's, which may be another machine: free space is reported for this machine. */
async function diskFull(
  lines: readonly string[],
  details: readonly string[],
  privateFolder: string,
): Promise<LandfallError> {
  const line = lines.findLast((one) => /no space left|quota exceeded/i.test(one)) ?? lines.at(-1);
  const path = /(\/[^\s:"']+):? (?:no space left on device|disk quota exceeded)/i.exec(line ?? '')?.[1];
  const free = await freeBytes(path ?? privateFolder);
  return new LandfallError('DISK_FULL', {
    summary: `the build failed: ${line}`,
    details: [...details, ...(free ? [`${free.bytes} bytes are free on ${free.path}`] : [])],
    facts: { ...(path !== undefined && { path }), ...(free && { freeBytes: free.bytes, on: free.path }) },
  });
}

/** Of the nearest folder that exists; undefined where the system does not report it. */
async function freeBytes(path: string): Promise<{ path: string; bytes: number } | undefined> {
  try {
    const { bavail, bsize } = await statfs(path);
    return { path, bytes: bavail * bsize };
  } catch {
    // The file was never made, or lies on the engine's machine: its folder may say it.
    return path === '/' ? undefined : freeBytes(dirname(path));
  }
}

function parseMetadata(text: string | undefined): Record<string, unknown> {
  if (text === undefined || text.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : {};
  } catch {
    // A truncated file tells nothing; the code that needs the digest reports that it is unknown.
    return {};
  }
}

const absent = (thrown: NodeJS.ErrnoException) => {
  if (thrown.code === 'ENOENT') return undefined;
  throw thrown;
};
