import { text } from '../../inputs/kinds.ts';
import { type InputProblem, invalidInputs } from '../../inputs/parse-inputs.ts';
import * as patterns from '../../inputs/patterns.ts';
import type { ServiceDefinition } from '../../service-definition/service-definition.ts';
import { checkVolumeOf } from '../../task-definition/launch-volume.ts';
import {
  readTaskDefinitionInput,
  sourceOf,
  type WantedTaskDefinition,
} from '../../task-definition/load/wanted-task-definition.ts';
import type { World } from '../../world/world.ts';
import { type Settings, settingsWith } from '../plan/plan-types.ts';
import type { WaitUntil } from '../rollout/wait-conditions.ts';
import type { Target } from '../service/read-service-targets.ts';
import {
  checkDefinition,
  checkDefinitionInputs,
  checkPlace,
  serviceDefinitionInputs,
} from './service-definition-inputs.ts';
import { type Order, orders } from './service-list.ts';

/** Which task definition goes to which service. */
export const whatInputs = {
  'task-definition': text({
    maxLength: 4096,
    description:
      'What to deploy: the path of a JSON or YAML file, or a registered task definition (family, family:revision or ARN).',
    example: 'task-definition.json',
  }),
  service: text({
    pattern: patterns.service,
    description: 'The service to deploy to, by name or ARN. Set either this or `services`.',
    example: 'web',
  }),
  services: orders({
    description:
      'Several services in one run, one per line: `web`, `web=web.json`, or `web=web.json after worker, api`. A line without a task definition uses `task-definition`.',
  }),
  ...serviceDefinitionInputs,
};

interface WhatValues {
  readonly taskDefinition: string | undefined;
  readonly service: string | undefined;
  readonly services: readonly Order[] | undefined;
  readonly serviceDefinition: string | undefined;
  readonly create: boolean;
}

export const checkWhat = (given: WhatValues): readonly InputProblem[] => [
  ...(given.service === undefined && given.services === undefined && given.serviceDefinition === undefined
    ? [{ input: 'service', problem: 'or services is required' }]
    : []),
  ...checkTaskDefinitions(given),
];

export const checkTaskDefinitions = (given: WhatValues): readonly InputProblem[] => {
  const { taskDefinition, service, services, serviceDefinition } = given;
  return [
    ...checkDefinitionInputs(given),
    ...(service !== undefined && services !== undefined
      ? [{ input: 'services', problem: 'and service are mutually exclusive: set only one of them' }]
      : []),
    ...(taskDefinition === undefined &&
    serviceDefinition === undefined &&
    !services?.every((order) => order.taskDefinition)
      ? [{ input: 'task-definition', problem: 'is required unless every line of services names its own' }]
      : []),
  ];
};

/** A service comes after another one when that is live, which a run that waits for nothing never knows. */
export function checkOrder({
  services,
  waitUntil,
  waitForServiceStability,
}: Pick<WhatValues, 'services'> & {
  readonly waitUntil: WaitUntil | 'started';
  readonly waitForServiceStability: boolean;
}): readonly InputProblem[] {
  const order = services?.find(({ after }) => after.length > 0);
  const isLeft = waitUntil === 'started' || !waitForServiceStability;
  if (!order || !isLeft) return [];
  const problem = `puts ${order.service} after ${order.after.join(', ')}, but this run does not wait: omit \`after\`, or wait-until: started`;
  return [{ input: 'services', problem }];
}

/** What there is to do without a service. */
export function checkAlone({
  service,
  services,
  runTask,
  taskDefinition,
  serviceDefinition,
  verify,
}: WhatValues & { readonly runTask: boolean; readonly verify: boolean }): readonly InputProblem[] {
  if (serviceDefinition !== undefined) return [];
  if (verify && service === undefined && services === undefined)
    return [{ input: 'verify', problem: 'needs service or services: it checks a deployment to a service' }];
  if (runTask && taskDefinition === undefined)
    return services === undefined
      ? []
      : [{ input: 'task-definition', problem: 'is required with run-task: the task runs it' }];
  if (service !== undefined || services !== undefined || taskDefinition === undefined || runTask) return [];
  return sourceOf(taskDefinition).kind === 'file'
    ? []
    : [
        {
          input: 'service',
          problem: `or services is required: ${taskDefinition} is registered already, so there is nothing else to do`,
        },
      ];
}

/** One service with the task definition it is to run, read and checked. */
export interface Wanted {
  readonly service: string;
  readonly after: readonly string[];
  readonly source: WantedTaskDefinition;
  /** What the service itself is to be. */
  readonly definition?: ServiceDefinition | undefined;
}

/** Every file is read and checked before AWS is asked anything; one that several services share, once. */
export async function readWanted(
  given: WhatValues & { readonly cluster: string },
  world: World,
): Promise<readonly Wanted[]> {
  return (await readRequest(given, false, world)).wanted;
}

/** @param isNeeded whether `task-definition` is for more than the services, such as a task before them */
export async function readRequest(
  given: WhatValues & { readonly cluster: string },
  isNeeded: boolean,
  world: World,
): Promise<{ readonly wanted: readonly Wanted[]; readonly main: WantedTaskDefinition | undefined }> {
  const definition = await readDefinition(given, world);
  const service = given.service ?? definition?.serviceName;
  const { taskDefinition = definition?.taskDefinition ?? '', services } = given;
  const sources = new Map<string, WantedTaskDefinition>();
  const read = async (name: string) => {
    const source = sources.get(name) ?? (await readTaskDefinitionInput(name, world));
    sources.set(name, source);
    return source;
  };
  const wanted: Wanted[] = [];
  for (const order of services ?? (service === undefined ? [] : [{ service, after: [] } satisfies Order])) {
    const source = await read(order.taskDefinition ?? taskDefinition);
    wanted.push({ service: order.service, after: order.after, source, definition });
  }
  return { wanted, main: isNeeded ? await read(taskDefinition) : undefined };
}

/** @throws INPUT_INVALID, SERVICEDEF_INVALID … */
async function readDefinition(
  given: WhatValues & { readonly cluster: string },
  world: World,
): Promise<ServiceDefinition | undefined> {
  if (given.serviceDefinition === undefined) return undefined;
  const { readServiceDefinition } = await import('../../service-definition/service-definition.ts');
  const definition = await readServiceDefinition(given.serviceDefinition, world);
  const problems = checkPlace(definition, given);
  if (problems.length > 0) throw invalidInputs(problems);
  return definition;
}

/**
 * Each with its service as it was read, which are in the same order.
 * @throws SERVICE_NEEDS_RECREATION, INPUT_INVALID where a service cannot become what its definition says
 */
export const withTargets = (
  wanted: readonly Wanted[],
  targets: readonly Target[],
  settings: Settings,
): readonly (Wanted & { readonly target: Target })[] =>
  wanted.flatMap((one, index) => {
    const target = targets[index];
    if (target && one.definition)
      checkDefinition(target, one.definition, settingsWith(settings, one.definition));
    return target ? [{ ...one, target }] : [];
  });

/** The volume of a service is one that each task definition configures at launch. @throws INPUT_INVALID */
export function refuseVolume(
  { serviceManagedEbsVolume: volume, serviceManagedEbsVolumeName: name }: Settings,
  wanted: readonly Wanted[],
): void {
  if (volume === undefined) return;
  const problems = wanted.flatMap(({ source }) =>
    source.kind === 'file'
      ? checkVolumeOf('service-managed-ebs-volume', volume.length > 0 ? name : undefined, source.request)
      : [],
  );
  if (problems.length > 0) throw invalidInputs(problems);
}
