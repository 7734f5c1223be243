import { removeBuildFolders } from '../image/build/build-image.ts';
import { ecrHost } from '../image/reference/ecr-host.ts';
import { parseImageReference } from '../image/reference/image-reference.ts';
import { boolean, list } from '../inputs/kinds.ts';
import type { InputProblem } from '../inputs/parse-inputs.ts';
import { defineOperation } from '../operation/operation.ts';
import {
  isGiven,
  joinedInputs,
  joinedOutputs,
  joinedPermissions,
  ownInputs,
  type Part,
  type Values,
  valuesOf,
  type Wiring,
} from '../pipeline/part.ts';
import { type PartOutputs, runParts } from '../pipeline/run-parts.ts';
import { sourceOf } from '../task-definition/load/wanted-task-definition.ts';
import { buildPush } from './build-push.ts';
import { deployService } from './deploy-service.ts';
import { deregisterTaskDefinitions } from './deregister-task-definitions.ts';
import { ecrLogin } from './ecr-login.ts';
import { ensureRepository } from './ensure-repository.ts';
import { renderTaskDefinition } from './render-task-definition.ts';
import { runTask } from './run-task.ts';

const login: Part = { operation: ecrLogin };
const repository: Part = { operation: ensureRepository, outputs: { changed: 'repository-changed' } };
const build: Part = { operation: buildPush };
const render: Part = {
  operation: renderTaskDefinition,
  inputs: { command: 'container-command', secrets: 'container-secrets' },
  outputs: { changed: 'task-definition-changed' },
};
const task: Part = {
  operation: runTask,
  inputs: Object.fromEntries(
    [
      'command',
      'tags',
      'propagate-tags',
      'enable-ecs-managed-tags',
      'enable-execute-command',
      'wait-for-task-stopped',
      'wait-timeout',
      'on-cancel',
    ].map((name) => [name, `task-${name}`]),
  ),
};
const deploy: Part = { operation: deployService };
const cleanUp: Part = { operation: deregisterTaskDefinitions };

/** In the order in which they run. */
export const parts: readonly Part[] = [login, repository, build, render, task, deploy, cleanUp];
const partNames = parts.map(({ operation }) => operation.name);

const joined = joinedInputs(parts);
const own = {
  parts: list({
    item: { expression: new RegExp(`^(?:${partNames.join('|')})$`), rule: partNames.join(', ') },
    description: `The parts to run, always in this order: ${partNames.map((name) => `\`${name}\``).join(', ')}. By default, those whose inputs are set: \`build-push\` (and \`ecr-login\` before it, unless \`registry\` is not Amazon ECR) for \`repository\`, \`compose-file\` or \`bake-file\`; \`ensure-repository\` for a setting of the repository; \`render-task-definition\` for a built image or an edit of the task definition; \`run-task\` for \`task-command\` or \`container-overrides\`; \`deploy-service\` for \`service\`, \`services\` or \`service-definition\`; \`deregister-task-definitions\` for \`keep\`.`,
    example: 'ecr-login,build-push',
  }),
};
/** What parts share is described as the part does that makes the most of it. */
const shared = {
  repository: buildPush.inputs.repository,
  'task-definition': deployService.inputs['task-definition'],
  service: deployService.inputs.service,
  'dry-run': boolean({
    default: 'false',
    description:
      'Print what would be changed, and exit without changing anything. Parts without a dry run (`ecr-login`, `build-push`, `run-task`) are skipped.',
  }),
};
const inputs = { ...own, ...joined, ...shared };

export const pipeline = defineOperation({
  name: 'pipeline',
  title: 'Deploy a commit to Amazon ECS',
  description:
    'Runs the whole pipeline in one step: log in, create the repository, build and push the image, render the task definition, run a task such as a migration, deploy the service and deregister old task definitions, each only if its inputs are set.',
  promises: [
    'Green means that every part that was requested is green, each by its own promise.',
    'A failed part stops the rest, which are reported as SKIPPED. On cancel, the current part does what it does on its own, and no other is started.',
    'The inputs of all parts are checked before the first one starts.',
    'Every part takes what an earlier one output: the built image goes into the task definition, and that is run and deployed.',
    'Running it again is safe to the extent that each part is: what is already done is not done twice.',
  ],
  inputs: inputs as typeof own & typeof shared,
  outputs: {
    ...joinedOutputs(parts),
    parts: {
      description:
        'What became of each requested part, as a JSON object: `{"build-push":"SUCCEEDED","deploy-service":"FAILED"}`, or `SKIPPED`.',
    },
  } as Record<never, never>,
  permissions: joinedPermissions(parts),
  errors: [...new Set(parts.flatMap(({ operation }) => operation.errors))],
  branding: { icon: 'fast-forward', color: 'blue' },
  check: problems,

  async run(call) {
    const given: Values = call.inputs;
    const requested = requestedParts(given);
    await runParts(call as never, given, {
      parts: requested,
      skipped: call.inputs.dryRun ? requested.filter((part) => withoutDryRun.has(part)) : [],
      wiring: (part, outputs) => wiringOf(part, given, requested, outputs),
    });
  },

  async cleanUp(world) {
    await ecrLogin.cleanUp?.(world);
    await removeBuildFolders(world);
  },
});

const withoutDryRun: ReadonlySet<Part> = new Set([login, build, task]);

/** The parts whose inputs are set, or those that `parts` names. */
function requestedParts(given: Values): readonly Part[] {
  const named = given.parts as readonly string[] | undefined;
  if (named) return parts.filter(({ operation }) => named.includes(operation.name));
  const has = (...names: readonly string[]) => names.some((name) => isGiven(inputs, given, name));
  const hasOwn = (part: Part) => has(...ownInputs(part, parts));
  const wanted = new Set<Part>();
  const want = (part: Part, isWanted: boolean) => isWanted && wanted.add(part);
  want(repository, hasOwn(repository));
  want(build, has('repository', 'compose-file', 'bake-file'));
  const registry = registryOf(given);
  want(
    login,
    hasOwn(login) || (wanted.has(build) && (registry === undefined || ecrHost(registry) !== undefined)),
  );
  want(task, has('task-command', 'container-overrides'));
  want(deploy, has('service', 'services', 'service-definition'));
  want(render, (wanted.has(task) || wanted.has(deploy)) && (wanted.has(build) || hasOwn(render)));
  want(cleanUp, has('keep'));
  return parts.filter((part) => wanted.has(part));
}

/** The registry that the inputs name for the image. */
function registryOf({ registry, repository: name }: Values): string | undefined {
  if (typeof registry === 'string') return registry;
  const image = typeof name === 'string' ? parseImageReference(name) : undefined;
  return image?.ok ? image.reference.registry : undefined;
}

function problems(given: Values): readonly InputProblem[] {
  const requested = requestedParts(given);
  if (requested.length === 0)
    return [{ input: 'parts', problem: 'or the inputs of a part are required: nothing is requested' }];
  const foreign = parts
    .filter((part) => !requested.includes(part))
    .flatMap((part) =>
      ownInputs(part, parts)
        .filter((name) => isGiven(inputs, given, name))
        .map((input) => ({
          input,
          problem: `is of ${part.operation.name}, which is not among the parts to run (${requested.map(({ operation }) => operation.name).join(', ')})`,
        })),
    );
  const unpushed =
    requested.includes(build) &&
    given.push === false &&
    requested.includes(render) &&
    !given.images &&
    !given.image
      ? [{ input: 'push', problem: 'is false, so there is no image for the task definition' }]
      : [];
  const expected = Object.fromEntries(
    Object.entries(samples).filter(([name]) => requested.some(({ operation }) => operation.name === name)),
  );
  const all = requested.flatMap(
    (part) => valuesOf(part, given, wiringOf(part, given, requested, expected)).problems,
  );
  const seen = new Set<string>();
  return [...foreign, ...unpushed, ...all].filter(({ input, problem }) => {
    const key = `${input} ${problem}`;
    return !seen.has(key) && seen.add(key);
  });
}

/** What parts output, for a check of the inputs of those after them. */
const samples: PartOutputs = {
  'ecr-login': { registry: '123456789012.dkr.ecr.us-east-1.amazonaws.com' },
  'build-push': { image: `web@sha256:${'0'.repeat(64)}`, images: '{}' },
  'render-task-definition': { 'task-definition': 'task-definition.json', family: 'web' },
};

/** What a part gets from those before it. */
function wiringOf(
  part: Part,
  given: Values,
  requested: readonly Part[],
  { 'ecr-login': loggedIn, 'build-push': built, 'render-task-definition': rendered }: PartOutputs,
): Wiring {
  const registry = registryOf(given);
  switch (part) {
    case login:
      return registry !== undefined && given.registries === undefined && ecrHost(registry)?.kind === 'private'
        ? { registries: registry }
        : {};
    case repository: {
      const image = parseImageReference(String(given.repository ?? ''));
      return image.ok ? { repository: image.reference.repository } : {};
    }
    case build:
      return registry === undefined && given.repository !== undefined && loggedIn?.registry !== undefined
        ? { registry: loggedIn.registry }
        : {};
    case render:
      return { ...sourceWiring(given), ...(requested.includes(build) && built && imageWiring(given, built)) };
    case task:
      return {
        ...(rendered && { 'task-definition': rendered['task-definition'] }),
        ...containerWiring(given),
      };
    case deploy:
      return rendered ? { 'task-definition': rendered['task-definition'] } : {};
    case cleanUp:
      return given.family === undefined && rendered ? { family: rendered.family } : {};
    default:
      return {};
  }
}

/** `task-definition` names a file or a registered one; the part has an input for each. */
function sourceWiring({ taskDefinition: given }: Values): Wiring {
  if (typeof given !== 'string' || sourceOf(given).kind === 'file') return {};
  const isRevision = given.includes(':');
  return {
    'task-definition': undefined,
    [isRevision ? 'task-definition-arn' : 'task-definition-family']: given,
  };
}

/** The images that were built, unless the inputs name others. */
function imageWiring({ images, image }: Values, built: Readonly<Record<string, string>>): Wiring {
  if (images !== undefined || image !== undefined) return {};
  if (built.image) return { image: built.image };
  const byTarget = Object.entries(JSON.parse(built.images ?? '{}') as Record<string, string>);
  return { images: byTarget.map(([name, one]) => `${name}=${one}`).join('\n') || undefined };
}

/** The container that gets the image is the one that runs the command. */
function containerWiring({ container, containerOverrides, containerName }: Values): Wiring {
  const [only, ...others] = (containerName ?? []) as readonly string[];
  const isOpen = container === undefined && containerOverrides === undefined;
  return isOpen && only !== undefined && others.length === 0 ? { container: only } : {};
}
