import { loadDocument } from '../../documents/load-document.ts';
import type { ValuesOf } from '../../inputs/input.ts';
import { near } from '../../inputs/near.ts';
import { invalidInputs } from '../../inputs/parse-inputs.ts';
import type { World } from '../../world/world.ts';
import { bakeNames, needsBuildx, readBakeFile, readPrintedBakeFile } from './bake-file.ts';
import type { buildFileInputs } from './build-file-inputs.ts';
import { type BuildFile, orderTargets } from './build-target.ts';
import { readComposeProject } from './compose/compose-file.ts';
import { readProject } from './compose/project.ts';
import { serviceNames } from './compose/service.ts';
import { givenVariables } from './compose/variables.ts';

export type BuildFileValues = ValuesOf<typeof buildFileInputs>;

/**
 * The images that the run builds.
 * @throws FILE_UNREADABLE, PATH_MISSING, PATH_REFUSED, TOOL_MISSING (a Bake file without buildx), and
 * INPUT_INVALID for a target that the file does not have
 */
export async function loadBuildFile(values: BuildFileValues, world: World): Promise<BuildFile> {
  const { composeFile, bakeFile } = values;
  const file =
    composeFile === undefined
      ? await bake(bakeFile!, values, world)
      : await compose(composeFile, values, world);
  if (file.targets.length > 0)
    return { ...file, targets: orderTargets(file.targets, composeFile?.join(', ') ?? bakeFile!) };
  const input = composeFile === undefined ? 'bake-file' : 'compose-file';
  throw invalidInputs([{ input, problem: `${composeFile?.join(', ') ?? bakeFile} builds nothing` }]);
}

/**
 * Read here although `docker buildx bake --print` reads Compose files as well: an engine with BuildKit builds them
 * without buildx, and every file that they include, extend or take variables from must be inside the workspace.
 */
async function compose(
  paths: readonly string[],
  { targets, targetsBeforePush = [], variables }: BuildFileValues,
  world: World,
) {
  const project = await readProject(paths, givenVariables(variables, world), world);
  const name = paths.join(', ');
  const names = [...serviceNames(project).keys()];
  refuseUnknown('targets', targets, names, name);
  refuseUnknown('targets-before-push', targetsBeforePush, names, name);
  const file = await readComposeProject(project, targets, targetsBeforePush, world);
  const problems = [
    ['targets', targets ?? []] as const,
    ['targets-before-push', targetsBeforePush] as const,
  ].flatMap(([input, asked]) => {
    const unbuilt = asked.filter((one) => !file.targets.some((target) => target.name === one));
    const problem = `names ${unbuilt.join(', ')}, which ${name} does not build: there is no \`build\` section`;
    return unbuilt.length === 0 ? [] : [{ input, problem }];
  });
  if (problems.length === 0) return file;
  throw invalidInputs(problems);
}

/** JSON that says all itself is read here; what must be worked out, buildx works out. */
async function bake(
  name: string,
  { targets, targetsBeforePush = [], variables = [], set = [] }: BuildFileValues,
  world: World,
): Promise<BuildFile> {
  const { docker, files, host } = world;
  if (/\.json$/i.test(name) && set.length === 0) {
    const document = await read(name, world);
    if (!needsBuildx(document)) {
      if (variables.length > 0)
        throw invalidInputs([{ input: 'variables', problem: `cannot be set: ${name} has no variables` }]);
      refuseUnknown('targets', targets, bakeNames(document), name);
      refuseUnknown('targets-before-push', targetsBeforePush, bakeNames(document), name);
      return readBakeFile(document, name, { targets, also: targetsBeforePush }, host.environment);
    }
  }
  const text = await docker.bakePlan(
    {
      file: await files.file(name),
      folder: await files.folder('.'),
      // Without a name it is the group `default`.
      targets:
        targetsBeforePush.length === 0
          ? (targets ?? [])
          : [...(targets ?? ['default']), ...targetsBeforePush],
      variables,
      set,
    },
    { signal: host.cancellation },
  );
  // The requested targets are the group `default` of its output.
  return readPrintedBakeFile(await loadDocument(text, name), name, host.environment);
}

function refuseUnknown(
  input: string,
  targets: readonly string[] = [],
  known: readonly string[],
  name: string,
) {
  const unknown = targets.find((one) => !known.includes(one));
  if (unknown === undefined) return;
  const problem = `names ${unknown}, which ${name} does not have${near(unknown, known)}: it has ${known.join(', ') || 'none'}`;
  throw invalidInputs([{ input, problem }]);
}

const read = async (name: string, { files }: World) => loadDocument(await files.readText(name), name);
