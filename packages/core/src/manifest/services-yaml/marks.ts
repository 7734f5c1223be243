import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { Configuration } from './configuration.ts';
import { isOn } from './flags.ts';

/** What wacul/aws-ecs adds to the environment of every container of a service, in its order. */
export function marksOf(
  environment: string,
  { key, get }: Configuration,
): readonly (readonly [string, string])[] {
  const isSet = (name: string) => isOn(get(name));
  const text = (name: string, variable: string) => {
    const node = get(name);
    return node?.kind === 'scalar' ? [[variable, String(node.value)] as const] : [];
  };
  const when = (condition: boolean, ...marks: (readonly [string, string])[]) => (condition ? marks : []);
  const list = (name: string, variable: string) => when(get(name)?.kind === 'list', [variable, 'true']);
  return [
    ['ENVIRONMENT', environment],
    ...when(isSet('registrator'), ['SERVICE_NAME', environment], ['SERVICE_TAGS', key]),
    ...text('cluster', 'CLUSTER_NAME'),
    ...text('serviceGroup', 'SERVICE_GROUP'),
    ...text('templateGroup', 'TEMPLATE_GROUP'),
    ...text('desiredCount', 'DESIRED_COUNT'),
    ...text('minimumHealthyPercent', 'MINIMUM_HEALTHY_PERCENT'),
    ...text('maximumPercent', 'MAXIMUM_PERCENT'),
    ...when(isSet('distinctInstance'), ['DISTINCT_INSTANCE', 'true']),
    ...list('placementStrategy', 'PLACEMENT_STRATEGY'),
    ...list('placementConstraints', 'PLACEMENT_CONSTRAINTS'),
    ...when(isSet('primaryPlacement'), ['PRIMARY_PLACEMENT', 'true']),
    ...list('loadBalancers', 'LOAD_BALANCER'),
  ];
}

export function withMarks(
  taskDefinition: RegisterTaskDefinitionRequest,
  marks: readonly (readonly [string, string])[],
  isAwsvpc: boolean,
): RegisterTaskDefinitionRequest {
  return {
    ...taskDefinition,
    ...(isAwsvpc && { networkMode: 'awsvpc' as const }),
    containerDefinitions: (taskDefinition.containerDefinitions ?? []).map((container) => {
      const own = container.environment ?? [];
      const added = marks.filter(([name]) => !own.some((one) => one.name === name));
      return { ...container, environment: [...added.map(([name, value]) => ({ name, value })), ...own] };
    }),
  };
}
