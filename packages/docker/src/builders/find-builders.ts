import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isLandfallError } from '@landfall/core/errors/landfall-error';
import type { DockerCallOptions } from '@landfall/core/world/docker';
import { userConfigFolder } from '../config/isolate-config.ts';
import type { Environment } from '../processes/environment.ts';
import { callDocker, type Programs, withoutOutput } from '../programs.ts';
import type { Candidate } from './choose-builder.ts';
import { type BuildxPlugin, findPlugin } from './find-plugin.ts';

/**
 * Asks docker for its buildx and the driver of the builder that would be used; where the first on PATH has no
 * buildx, for its version, and the others too. Each question starts a program, so what is expected is asked at once.
 */
export async function findBuilders(
  programs: Programs,
  builder: string | undefined,
  given: DockerCallOptions,
): Promise<readonly Candidate[]> {
  const options = withoutOutput(given);
  const [found, plugin, made] = await Promise.all([
    programs.dockers(),
    findPlugin(programs.environment),
    hasMadeBuilders(programs.environment),
  ]);
  const question: Question = { programs, builder, plugin, made, options };
  const [first] = found;
  if (first === undefined) return [];
  if (plugin !== undefined) {
    const buildx = await buildxOf(first, question);
    // Who has buildx builds with it: what the client's version is and who else is there matters no more.
    if (buildx) return [{ program: first, ...buildx }];
  }
  return await Promise.all(found.map((program) => probe(program, question)));
}

interface Question {
  readonly programs: Programs;
  readonly builder: string | undefined;
  /** Where buildx seems to be. */
  readonly plugin: BuildxPlugin | undefined;
  /** Whether there are builders of other drivers than docker. */
  readonly made: boolean;
  /** Prints nothing of its own. */
  readonly options: DockerCallOptions;
}

const ask = ({ programs, options }: Question, program: string, ...args: readonly string[]) =>
  callDocker(programs, { program, args }, options);

async function probe(program: string, question: Question): Promise<Candidate> {
  const [client, buildx] = await Promise.all([
    // Unlike `docker version` it does not ask the engine.
    ask(question, program, '--version'),
    buildxOf(program, question),
  ]);
  const clientVersion = /^Docker version ([^\s,]+)/m.exec(client.stdout)?.[1] ?? 'of unknown version';
  const { plugin } = question;
  return { program, clientVersion, ...(buildx ?? (plugin && { brokenPlugin: plugin.path })) };
}

async function buildxOf(
  program: string,
  question: Question,
): Promise<Pick<Candidate, 'buildxVersion' | 'driver'> | undefined> {
  const { plugin, made, builder } = question;
  const inspect = () =>
    ask(question, program, 'buildx', 'inspect', ...(builder === undefined ? [] : ['--', builder]));
  const [buildxVersion, early] = await Promise.all([
    versionOf(program, question),
    plugin !== undefined && made ? inspect() : undefined,
  ]);
  if (buildxVersion === undefined) return undefined;
  if (!made) return { buildxVersion, driver: 'docker' };
  const driver = /^Driver:\s+(\S+)/m.exec((early ?? (await inspect())).stdout)?.[1];
  return { buildxVersion, ...(driver !== undefined && { driver }) };
}

/** Undefined where this docker has no buildx. */
async function versionOf(program: string, question: Question): Promise<string | undefined> {
  const { plugin } = question;
  if (plugin !== undefined && (await plugin.foundBy(program))) {
    const version = await pluginVersion(plugin.path, question);
    if (version !== undefined) return version;
  }
  const { exitCode, stdout } = await ask(question, program, 'buildx', 'version');
  return exitCode === 0 ? (releaseIn(stdout) ?? '0.0.0-unknown') : undefined;
}

/**
 * As docker itself asks a plugin what it is. `docker buildx version` starts docker, the plugin for this
 * question and the plugin again: more than twice the time.
 */
async function pluginVersion(path: string, question: Question): Promise<string | undefined> {
  try {
    const { exitCode, stdout } = await ask(question, path, 'docker-cli-plugin-metadata');
    if (exitCode !== 0) return undefined;
    const { Version } = JSON.parse(stdout) as { Version?: unknown };
    return typeof Version === 'string' ? releaseIn(Version) : undefined;
  } catch (thrown) {
    if (isLandfallError(thrown, 'CANCELLED') || isLandfallError(thrown, 'DOCKER_TIMED_OUT')) throw thrown;
    // A file that does not run here, or that is not a plugin: docker says what it makes of it.
    return undefined;
  }
}

const releaseIn = (text: string) => /\bv?(\d+\.\d+\.\d+\S*)/.exec(text)?.[1];

/**
 * Whether a builder was ever made with `docker buildx create`. Where none was, buildx builds with that of a Docker
 * context, by the docker driver (docker/buildx store/store.go and storeutil.go, `GetNodeGroup`).
 */
async function hasMadeBuilders(environment: Environment): Promise<boolean> {
  const docker = userConfigFolder(environment);
  const folder = environment.BUILDX_CONFIG || (docker === undefined ? undefined : join(docker, 'buildx'));
  // Docker finds a home folder by other ways than HOME, too: then only buildx knows.
  if (folder === undefined) return true;
  return await readdir(join(folder, 'instances')).then(
    (names) => names.length > 0,
    (thrown: NodeJS.ErrnoException) => thrown.code !== 'ENOENT',
  );
}
