import type { ThresholdConfiguration } from '@aws-sdk/client-ecs';

const BOUNDS = { least: 3, most: 200 };

/**
 * How many failed tasks trip the circuit breaker. Without a configuration: half the desired count, at least 3 and at
 * most 200. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
 */
export function breakerThreshold(desired: number, configuration?: ThresholdConfiguration): number {
  const value = configuration?.value ?? 50;
  switch (configuration?.type ?? 'BOUNDED_PERCENT') {
    case 'COUNT':
      return Math.max(1, value);
    case 'UNBOUNDED_PERCENT':
      return Math.max(1, Math.ceil((desired * value) / 100));
    default:
      return Math.min(BOUNDS.most, Math.max(BOUNDS.least, Math.ceil((desired * value) / 100)));
  }
}
