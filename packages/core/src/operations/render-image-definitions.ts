import { loadDocument } from '../documents/load-document.ts';
import { isLandfallError } from '../errors/landfall-error.ts';
import { clusterInput, regionInput } from '../inputs/common.ts';
import type { ValuesOf } from '../inputs/input.ts';
import { boolean, integer, list, path, text } from '../inputs/kinds.ts';
import type { InputProblem } from '../inputs/parse-inputs.ts';
import * as patterns from '../inputs/patterns.ts';
import { type Call, defineOperation } from '../operation/operation.ts';
import {
  type ContainerImage,
  imageDefinitions,
  imageDetail,
  pipelineWarnings,
} from '../pipeline-files/image-definitions.ts';
import {
  mostPlaceholders,
  placeholdersOf,
  taskDefinitionTemplate,
} from '../pipeline-files/task-definition-template.ts';
import { imageInputs } from '../task-definition/edit/edit-inputs.ts';
import { editProblems } from '../task-definition/edit/edit-problems.ts';
import { loadFromService } from '../task-definition/load/load.ts';
import { containerNames } from '../task-definition/parse/containers.ts';
import type { World } from '../world/world.ts';

const fileName = (of: string, standard: string) =>
  text({
    pattern: { expression: /^[A-Za-z0-9_][A-Za-z0-9._-]{0,99}$/, rule: 'a file name without folders' },
    default: standard,
    description: `The name of the ${of}.`,
  });

const inputs = {
  images: {
    ...imageInputs.images,
    description: 'The images, one `container=image` per line, for any number of containers.',
  },
  'container-name': {
    ...imageInputs['container-name'],
    description: 'The containers that `image` applies to.',
  },
  image: imageInputs.image,
  'output-folder': path({ default: '.', description: 'The output directory, inside the workspace.' }),
  'image-definitions-file': fileName('file for the Amazon ECS action', 'imagedefinitions.json'),
  'image-detail': boolean({
    default: 'false',
    description:
      'Also write `imageDetail.json` for the blue/green action; with several images, one in a directory per image, named after its placeholder.',
  }),
  'task-definition': path({
    description:
      'Also write this task definition (JSON or YAML) for the blue/green action, with a placeholder for each image of `images`.',
  }),
  'task-definition-file': fileName('task definition template', 'taskdef.json'),
  'image-placeholders': list({
    item: {
      expression: /^[A-Za-z0-9_]{1,100}$/,
      rule: 'a placeholder (letters, digits and _), without < and >',
    },
    maxItems: mostPlaceholders,
    description:
      'Names of the placeholders, in the order of the images. By default, `IMAGE1_NAME` and so on.',
  }),
  'app-spec': path({
    description:
      'Also write this AppSpec (YAML or JSON) for the blue/green action, with the task definition replaced by `<TASK_DEFINITION>`.',
  }),
  'app-spec-container': text({
    pattern: patterns.container,
    description: 'Without `app-spec`: write an AppSpec for this container behind the load balancer.',
  }),
  'app-spec-port': integer({ min: 1, max: 65_535 }, { description: 'The port of `app-spec-container`.' }),
  'app-spec-file': fileName('AppSpec', 'appspec.yaml'),
  service: text({
    pattern: patterns.service,
    description:
      'Check the container names against what this service runs, and warn where CodePipeline would fail.',
  }),
  cluster: clusterInput,
  region: regionInput,
};

const outputs = {
  'image-definitions': { description: 'The path of the image definitions.' },
  'image-detail': { description: 'The paths of the image details, one per line, if requested.' },
  'task-definition': { description: 'The path of the task definition template, if requested.' },
  'app-spec': { description: 'The path of the AppSpec, if requested.' },
};

type Values = ValuesOf<typeof inputs>;

export const renderImageDefinitions = defineOperation({
  name: 'render-image-definitions',
  title: 'Render image definitions for CodePipeline',
  description:
    'Writes the files that CodePipeline needs to deploy images to Amazon ECS: `imagedefinitions.json`, and for blue/green `imageDetail.json`, `taskdef.json` and `appspec.yaml`.',
  promises: [
    'Every limit that CodePipeline enforces later is checked here, before any file is written.',
    'It changes nothing in AWS; with `service` it reads that service, and a missing permission is a warning.',
    'Each file is written completely or not at all, and never through a symbolic link.',
  ],
  inputs,
  outputs,
  permissions: [
    {
      action: 'ecs:DescribeServices',
      resource: 'arn:${Partition}:ecs:${Region}:${Account}:service/${cluster}/${service}',
      when: 'when `service` is set',
      optional: true,
    },
    {
      action: 'ecs:DescribeTaskDefinition',
      resource: '*',
      when: 'when `service` is set',
      optional: true,
    },
  ],
  errors: [
    'TASKDEF_INVALID',
    'CONTAINER_NOT_FOUND',
    'PATH_MISSING',
    'PATH_REFUSED',
    'FILE_TOO_LARGE',
    'FILE_UNREADABLE',
    'DISK_FULL',
    'NOT_FOUND',
    'SERVICE_NOT_ACTIVE',
  ],
  branding: { icon: 'layers', color: 'blue' },

  check(values: Values) {
    const problems: InputProblem[] = editProblems(values);
    const images = imagesOf(values);
    const distinct = placeholdersOf(images).length;
    const names = values.imagePlaceholders ?? [];
    const say = (input: string, problem: string) => problems.push({ input, problem });
    if (images.length === 0) say('images', 'is required, or container-name and image instead');
    if (values.image !== undefined && !values.containerName?.length)
      say('container-name', 'is required by image');
    if ((values.imageDetail || values.taskDefinition !== undefined) && distinct > mostPlaceholders) {
      say(
        'images',
        `holds ${distinct} different images; the blue/green action takes at most ${mostPlaceholders}`,
      );
    }
    if (names.length > 0 && names.length !== distinct) {
      say(
        'image-placeholders',
        `must have one name for each different image: ${distinct}, got ${names.length}`,
      );
    }
    if (new Set(names).size !== names.length) say('image-placeholders', 'names a placeholder twice');
    if ((values.appSpecContainer === undefined) !== (values.appSpecPort === undefined)) {
      say('app-spec-container', 'and app-spec-port go together');
    }
    if (values.appSpec !== undefined && values.appSpecContainer !== undefined) {
      say('app-spec-container', 'cannot be combined with app-spec: set only one of them');
    }
    return problems;
  },

  async run(call: Call<typeof inputs, typeof outputs>) {
    const { inputs: values, world } = call;
    const images = imagesOf(values);
    const placeholders = placeholdersOf(images, values.imagePlaceholders);

    // Everything is made before the first file is written.
    const definitions = imageDefinitions(images, values.imageDefinitionsFile);
    const source = values.taskDefinition;
    const template =
      source === undefined
        ? undefined
        : taskDefinitionTemplate(
            await loadDocument(await world.files.readText(source), source),
            placeholders,
          );
    for (const note of template?.notes ?? []) world.host.log.notice(`${source}: ${note}`);
    const appSpec = await readAppSpec(values, template?.containers ?? [], world);
    await warn(values, images, template !== undefined || appSpec !== undefined, world);

    const write = async (name: string, text: string) => {
      const written = await world.files.writeArtifact(`${values.outputFolder}/${name}`, text);
      world.host.log.info(`wrote ${written}`);
      return written;
    };
    await call.output('image-definitions', await write(values.imageDefinitionsFile, definitions));
    if (values.imageDetail) {
      const paths: string[] = [];
      for (const { name, image } of placeholders) {
        const folder = placeholders.length > 1 ? `${name}/` : '';
        paths.push(await write(`${folder}imageDetail.json`, imageDetail(image)));
      }
      await call.output('image-detail', paths.join('\n'));
    }
    if (template) {
      await call.output('task-definition', await write(values.taskDefinitionFile, template.text));
      for (const [at, { name, containers }] of placeholders.entries()) {
        world.host.log.info(`Image${at + 1}ContainerName: ${name} (container ${containers.join(', ')})`);
      }
    }
    if (appSpec !== undefined) await call.output('app-spec', await write(values.appSpecFile, appSpec));
    call.record.note({ containerImages: images });
  },
});

function imagesOf(values: Values): readonly ContainerImage[] {
  const pairs = (values.images ?? []).map(({ name, value }) => ({ container: name, image: value.trim() }));
  const { image } = values;
  const named = image === undefined ? [] : [...new Set(values.containerName)];
  return [...pairs, ...named.map((container) => ({ container, image: image! }))];
}

async function readAppSpec(
  values: Values,
  containers: readonly string[],
  { files }: World,
): Promise<string | undefined> {
  const { appSpec: source, appSpecContainer: container, appSpecPort: port } = values;
  const name = source ?? 'app-spec-container';
  if (source === undefined && container === undefined) return undefined;
  const { appSpecText, newAppSpec } = await import('../pipeline-files/app-spec.ts');
  const given =
    source === undefined
      ? newAppSpec(container!, port!)
      : await loadDocument(await files.readText(source), source);
  return appSpecText(given, name, containers);
}

async function warn(
  values: Values,
  images: readonly ContainerImage[],
  blueGreen: boolean,
  world: World,
): Promise<void> {
  const { service, cluster } = values;
  const { log } = world.host;
  if (service === undefined) return;
  try {
    const live = await loadFromService({ cluster, service }, world);
    const running = { name: live.name, containers: containerNames(live.document) };
    const containers = images.map(({ container }) => container);
    for (const warning of pipelineWarnings(live.service, running, { containers, blueGreen }))
      log.warning(warning);
  } catch (error) {
    if (!isLandfallError(error, 'ACCESS_DENIED')) throw error;
    log.warning(`the container names could not be checked against service ${service}: ${error.summary}`);
  }
}
