import { LandfallError } from '@landfall/core/errors/landfall-error';
import { convertCompose } from '@landfall/core/manifest/from-compose/convert-compose';
import { type Draft, type DraftFile, draftFiles } from '@landfall/core/manifest/manifest-draft';
import type { Files } from '@landfall/core/world/files';
import { parse, stringify } from 'yaml';
import type { Ci, FolderFacts } from './inspect-folder.ts';
import { pipelineFile } from './pipeline-file.ts';

/** What a person chose, or the folder alone allows. */
export interface Choices {
  readonly name: string;
  readonly environment: string;
  readonly region: string;
  readonly branch: string;
  readonly ci: Ci;
  readonly dockerfile: string | undefined;
  readonly compose: string | undefined;
  readonly taskDefinition: string | undefined;
  /** Of the manifest: `subnets`, `securityGroups`, `executionRoleArn`. */
  readonly vars: Readonly<Record<string, unknown>>;
  readonly cluster: string | undefined;
}

export interface ProjectDraft {
  readonly files: readonly DraftFile[];
  /** Variables that still need a value. */
  readonly missing: readonly string[];
  readonly notes: readonly string[];
}

interface Build {
  readonly context: string;
  readonly file: string;
  readonly target: string | undefined;
}

/** The files of a project: the task definition, the manifest and the pipeline. Nothing is written here. */
export async function draftProject(facts: FolderFacts, given: Choices, files: Files): Promise<ProjectDraft> {
  const compose = given.compose ?? (given.dockerfile === undefined ? facts.composeFiles[0] : undefined);
  const build =
    compose === undefined ? oneDockerfile(facts, given) : await oneBuild(compose, files, facts, given);
  const draft = await draftOf(given, compose, build, facts, files);
  const { cluster, vars } = given;
  const manifest = {
    ...draft.manifest,
    ...(Object.keys(vars).length > 0 && { vars: { ...Object(draft.manifest.vars), ...vars } }),
    ...(cluster !== undefined && {
      defaults: { cluster, ...Object(draft.manifest.defaults) },
    }),
    environments: { [given.environment]: { region: given.region } },
  };
  const pipeline = pipelineFile(given.ci, { ...given, ...build, repository: given.name });
  return {
    files: [...(await draftFiles({ manifest, documents: draft.documents }, 'landfall.yml')), pipeline],
    missing: draft.missing.filter((name) => !(name in vars)),
    notes: draft.problems
      .filter(({ problem }) => !problem.includes('build the image with build-push'))
      .map(({ path, problem }) => `${path} ${problem}`),
  };
}

async function draftOf(
  given: Choices,
  compose: string | undefined,
  build: Build,
  facts: FolderFacts,
  files: Files,
): Promise<Draft> {
  const options = { name: given.name, environment: given.environment, folder: 'ecs/' };
  const taskDefinition = given.taskDefinition ?? facts.taskDefinitions[0];
  if (taskDefinition !== undefined && given.compose === undefined)
    return fromTaskDefinition(taskDefinition, given, files);
  if (compose !== undefined) return convertCompose(compose, options, files);
  // A Dockerfile is a Compose file of one service.
  const port = /^\s*EXPOSE\s+(\d+)/im.exec(await files.readText(build.file))?.[1];
  const service = { build: build.context, ...(port !== undefined && { ports: [port] }) };
  const text = stringify({ services: { [given.name]: service } });
  const made: Files = {
    ...files,
    readText: async (path, how) => (path === 'compose.yml' ? text : files.readText(path, how)),
  };
  return convertCompose('compose.yml', options, made);
}

/** The image goes into the first essential container. */
async function fromTaskDefinition(path: string, { name }: Choices, files: Files): Promise<Draft> {
  const { containerDefinitions = [] } = JSON.parse(await files.readText(path)) as {
    readonly containerDefinitions?: readonly { readonly name?: string; readonly essential?: boolean }[];
  };
  const main = containerDefinitions.find(({ essential }) => essential !== false)?.name ?? name;
  return {
    manifest: {
      landfall: 1,
      name,
      services: {
        [name]: { taskDefinition: path, images: { [main]: '${image}' }, desiredCount: { initial: 1 } },
      },
    },
    documents: [],
    missing: [],
    problems: [],
  };
}

const refused = (summary: string, remedy: string) => new LandfallError('INPUT_INVALID', { summary, remedy });

function oneDockerfile({ dockerfiles }: FolderFacts, { dockerfile }: Choices): Build {
  if (dockerfile === undefined && dockerfiles.length === 0)
    throw refused(
      'there is no Dockerfile and no Compose file here, up to two folders deep',
      'Write a Dockerfile, or name one with --dockerfile.',
    );
  if (dockerfile === undefined && dockerfiles.length > 1)
    throw refused(
      `there are several Dockerfiles: ${dockerfiles.join(', ')}`,
      'Choose one with --dockerfile; run init again in another folder for each other service.',
    );
  return buildOf(dockerfile ?? dockerfiles[0] ?? '');
}

const buildOf = (file: string): Build => ({
  context: file.includes('/') ? file.slice(0, file.lastIndexOf('/')) : '.',
  file,
  target: undefined,
});

/** The one image that a Compose file builds. */
async function oneBuild(compose: string, files: Files, facts: FolderFacts, given: Choices): Promise<Build> {
  const { services = {} } = (parse(await files.readText(compose)) ?? {}) as {
    readonly services?: Readonly<
      Record<string, { readonly build?: string | { context?: string; dockerfile?: string; target?: string } }>
    >;
  };
  const builds = Object.values(services).flatMap(({ build }) =>
    build === undefined ? [] : [typeof build === 'string' ? { context: build } : build],
  );
  const different = [...new Set(builds.map((one) => JSON.stringify(one)))];
  const [first] = builds;
  if (first === undefined) return oneDockerfile(facts, given);
  if (different.length > 1)
    throw refused(
      `${compose} builds ${different.length} images, and the pipeline that init writes builds one`,
      'Name the Dockerfile of the service to begin with (--dockerfile), or write the pipeline with build-push and compose-file.',
    );
  const { context = '.', dockerfile = 'Dockerfile', target } = first;
  const folder = context.replace(/^\.\/|\/$/g, '') || '.';
  return { context: folder, file: folder === '.' ? dockerfile : `${folder}/${dockerfile}`, target };
}
