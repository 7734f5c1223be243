import type { DescribeScalableTargetsResponse } from '@aws-sdk/client-application-auto-scaling';
import { scalable } from '@landfall/core/auto-scaling/scalable-target';
import type { Scenario } from './scenario.ts';

const place = (name: string) => ({ cluster: 'main', name });

/** Makes a service a scalable target. */
export const registerScaling = (scenario: Scenario, name = 'web', more: object = {}) =>
  scenario.sandbox.dispatch('application-autoscaling', 'RegisterScalableTarget', {
    ...scalable(place(name)),
    MinCapacity: 1,
    MaxCapacity: 10,
    ...more,
  });

/** Its bounds, and what of it is suspended; undefined of a service that is no scalable target. */
export async function scalingOf(scenario: Scenario, name = 'web'): Promise<string | undefined> {
  const { ScalableTargets: [target] = [] } = (await scenario.sandbox.dispatch(
    'application-autoscaling',
    'DescribeScalableTargets',
    { ServiceNamespace: 'ecs', ResourceIds: [scalable(place(name)).ResourceId] },
  )) as DescribeScalableTargetsResponse;
  if (!target) return undefined;
  const suspended = Object.entries(target.SuspendedState ?? {}).flatMap(([key, is]) =>
    is ? key.replace(/^(?:DynamicScaling)?(\w+?)(?:Scaling)?Suspended$/, '$1') : [],
  );
  return [`${target.MinCapacity} to ${target.MaxCapacity}`, ...suspended].join(' ');
}
