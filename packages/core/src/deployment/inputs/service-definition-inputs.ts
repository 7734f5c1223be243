import type { Service } from '@aws-sdk/client-ecs';
import { nameInArn } from '../../account/arn.ts';
import { LandfallError } from '../../errors/landfall-error.ts';
import { boolean, path } from '../../inputs/kinds.ts';
import { type InputProblem, invalidInputs } from '../../inputs/parse-inputs.ts';
import type { Permission } from '../../operation/operation.ts';
import type { ServiceDefinition } from '../../service-definition/service-definition.ts';
import type { Settings } from '../plan/plan-types.ts';
import { changesOf, isUnshown } from '../plan/service-changes.ts';
import { fields } from '../plan/setting-effects.ts';
import type { Target } from '../service/read-service-targets.ts';

/** What a service is to be, beside what it runs. */
export const serviceDefinitionInputs = {
  'service-definition': path({
    description:
      'A JSON or YAML file in the shape of CreateService: what the service is to be. Everything that differs is updated with the task definition, in one call. A field that is absent is never changed, and an empty list removes. Inputs take precedence. For one service.',
    example: 'service.json',
  }),
  create: boolean({
    default: 'false',
    description: 'Create the service from `service-definition` if it does not exist.',
  }),
};

interface DefinitionValues {
  readonly service: string | undefined;
  readonly services: readonly unknown[] | undefined;
  readonly serviceDefinition: string | undefined;
  readonly create: boolean;
}

export const checkDefinitionInputs = (given: DefinitionValues): readonly InputProblem[] => [
  ...(given.create && given.serviceDefinition === undefined
    ? [{ input: 'create', problem: 'needs service-definition: it says what to create' }]
    : []),
  ...(given.services !== undefined && given.serviceDefinition !== undefined
    ? [{ input: 'service-definition', problem: 'is for one service: set service instead of services' }]
    : []),
];

/** What `readTargets` has to read for a definition. */
export const readsFor = (
  definition: ServiceDefinition | undefined,
  given: Settings & Pick<DefinitionValues, 'create'>,
) => ({
  desiredCount: given.desiredCount ?? definition?.settings.desiredCount,
  withTags: definition?.tags !== undefined,
  withRevision: needsRevision(definition),
  absent: given.create && definition ? (name: string) => asService(name, definition) : undefined,
});

/** Whether ECS shows some of it with the service revision only. */
export const needsRevision = (definition: ServiceDefinition | undefined): boolean =>
  Object.keys(definition?.settings ?? {}).some(isUnshown);

/** A service that is to be created, as far as is known of it: what it is verified and followed by. */
export function asService(serviceName: string, definition: ServiceDefinition | undefined): Service {
  const { role, ...settings } = definition?.settings ?? {};
  return { ...settings, serviceName, desiredCount: settings.desiredCount, deployments: [] };
}

/**
 * Refuses what cannot be made so, before any effect.
 * @throws SERVICE_NEEDS_RECREATION, INPUT_INVALID
 */
export function checkDefinition(target: Target, definition: ServiceDefinition, settings: Settings): void {
  if (target.isAbsent) {
    checkCreation(target, definition, settings);
    return;
  }
  const changes = changesOf(definition.settings as Readonly<Record<string, unknown>>, target);
  const born = changes.filter(({ effect }) => effect === 'new-service');
  if (born.length > 0) {
    const names = born.map(({ field }) => field);
    throw new LandfallError('SERVICE_NEEDS_RECREATION', {
      summary: `${target.name} cannot become what ${definition.path} says: ECS sets ${names.join(' and ')} only when a service is created`,
      details: born.map(
        ({ field, from, to }) => `${field}: ${JSON.stringify(from)}, wanted: ${JSON.stringify(to)}`,
      ),
      facts: { service: target.name, fields: names },
    });
  }
  const controller = target.service.deploymentController?.type ?? 'ECS';
  const foreign = changes.filter(
    ({ field }) => !(fields[field]?.controllers ?? ['ECS']).includes(controller),
  );
  if (controller === 'ECS' || foreign.length === 0) return;
  throw invalidInputs([
    {
      input: 'service-definition',
      problem: `changes ${foreign.map(({ field }) => field).join(', ')} of ${target.name}, which ECS does not update under the ${controller} controller`,
    },
  ]);
}

function checkCreation(
  { name }: Target,
  { path, settings }: ServiceDefinition,
  { desiredCount }: Settings,
): void {
  const controller = settings.deploymentController?.type ?? 'ECS';
  const problems: InputProblem[] = [];
  if (controller !== 'ECS')
    problems.push({
      input: 'create',
      problem: `does not create a service with the ${controller} controller (${name}): it takes more than a service; create it with your infrastructure code`,
    });
  if ((settings.schedulingStrategy ?? 'REPLICA') === 'REPLICA' && desiredCount === undefined)
    problems.push({
      input: 'desired-count',
      problem: `is required to create ${name}: ${path} has no desiredCount`,
    });
  if (problems.length > 0) throw invalidInputs(problems);
}

/** Which service a definition is of, where an input says so, too. */
export function checkPlace(
  definition: ServiceDefinition,
  given: {
    readonly service: string | undefined;
    readonly taskDefinition: string | undefined;
    readonly cluster: string;
  },
): readonly InputProblem[] {
  const { path, serviceName, cluster, taskDefinition } = definition;
  const problems: InputProblem[] = [];
  if (given.service === undefined && serviceName === undefined)
    problems.push({ input: 'service', problem: `is required: ${path} has no serviceName` });
  if (given.service !== undefined && serviceName !== undefined && nameInArn(given.service) !== serviceName)
    problems.push({ input: 'service', problem: `is ${given.service}, but ${path} is of ${serviceName}` });
  if (cluster !== undefined && nameInArn(cluster) !== nameInArn(given.cluster))
    problems.push({ input: 'cluster', problem: `is ${given.cluster}, but ${path} is of cluster ${cluster}` });
  if (given.taskDefinition === undefined && taskDefinition === undefined)
    problems.push({ input: 'task-definition', problem: `is required: ${path} has no taskDefinition` });
  return problems;
}

const service = 'arn:${Partition}:ecs:${Region}:${Account}:service/${cluster}/${service}';

/** To create a service, and to set its tags. */
export const serviceDefinitionPermissions = (when: {
  readonly create: string;
  readonly tags: string;
}): readonly Permission[] => [
  { action: 'ecs:CreateService', resource: service, when: when.create },
  ...['ecs:TagResource', 'ecs:UntagResource'].map((action) => ({
    action,
    resource: service,
    when: when.tags,
  })),
];
