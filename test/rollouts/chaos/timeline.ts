import type { CreateServiceRequest } from '@aws-sdk/client-ecs';
import type { Fate } from '@landfall/sandbox/ecs/fates/fate';
import type { FaultRule } from '@landfall/sandbox/faults/fault';
import { seededRandom } from '@landfall/sandbox/world/random';

/** Everything that happens in one scene, drawn from one number: the same seed is the same scene. */
export interface Timeline {
  readonly seed: number;
  readonly service: Partial<CreateServiceRequest>;
  /** What becomes of the tasks of the new version. */
  readonly fate: Fate;
  readonly faults: readonly FaultRule[];
  readonly lag: { readonly staleReads: number; readonly lateServiceDeployment: number };
  /** Others meddle, so many milliseconds after the start. */
  readonly meddling: readonly {
    readonly at: number;
    readonly what: 'supersede' | 'scale' | 'stop' | 'cancel';
  }[];
  /** The run is killed and started again this often. */
  readonly restarts: number;
  readonly force: boolean;
  readonly onCancel: 'leave' | 'stop';
}

const operations = [
  'DescribeServices',
  'DescribeServiceDeployments',
  'ListServiceDeployments',
  'RegisterTaskDefinition',
  'UpdateService',
  'DescribeTaskDefinition',
  'ListTasks',
  'DescribeTasks',
] as const;

export function timelineOf(seed: number): Timeline {
  const random = seededRandom(seed);
  const chance = (share: number) => random() < share;
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  const between = (low: number, high: number) => Math.floor(low + random() * (high - low));
  const fate: Fate = chance(0.55)
    ? {
        kind: 'run',
        startAfter: between(0, 60_000),
        log: ['::set-output name=verdict::SUCCEEDED', '##[add-mask]web'],
      }
    : pick<Fate>([
        { kind: 'exit', code: pick([0, 1, 137, 139]), after: between(0, 30_000), log: ['::error::gone'] },
        {
          kind: 'pull-error',
          cause: pick(['not-found', 'denied', 'timeout', 'platform', 'rate-limit'] as const),
        },
        { kind: 'secret-error' },
        { kind: 'out-of-memory', after: between(0, 20_000) },
        { kind: 'unhealthy' },
        { kind: 'placement' },
        { kind: 'exec-format' },
        { kind: 'never-starts' },
        { kind: 'spot-interruption', after: between(60_000, 300_000) },
      ]);
  const breaker = pick([
    undefined,
    { enable: true, rollback: true },
    { enable: true, rollback: true },
    { enable: true, rollback: false },
  ]);
  return {
    seed,
    service: {
      desiredCount: pick([0, 1, 2, 3, 5]),
      ...(breaker && {
        deploymentConfiguration: {
          deploymentCircuitBreaker: breaker,
          minimumHealthyPercent: pick([0, 50, 100]),
          maximumPercent: pick([100, 150, 200]) === 100 ? 150 : 200,
        },
      }),
    },
    fate,
    faults: Array.from({ length: between(0, 4) }, () => faultFrom(random)),
    lag: {
      staleReads: chance(0.3) ? between(1, 8) : 0,
      lateServiceDeployment: chance(0.3) ? between(1, 8) : 0,
    },
    meddling: chance(0.35)
      ? [{ at: between(1000, 200_000), what: pick(['supersede', 'scale', 'stop', 'cancel'] as const) }]
      : [],
    restarts: chance(0.25) ? between(1, 3) : 0,
    force: chance(0.1),
    onCancel: pick(['leave', 'stop']),
  };
}

function faultFrom(random: () => number): FaultRule {
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)]!;
  const operation = pick(operations);
  const fault = pick<FaultRule['fault']>([
    { kind: 'error', code: 'ThrottlingException', message: 'Rate exceeded' },
    { kind: 'error', code: 'ServerException', message: 'Service Unavailable', status: 500 },
    { kind: 'reset', effect: 'none' },
    { kind: 'reset', effect: 'applied' },
    { kind: 'truncate' },
    { kind: 'html', effect: 'none' },
    { kind: 'empty', effect: 'none' },
    { kind: 'null', effect: 'applied' },
    { kind: 'latency', milliseconds: Math.floor(random() * 5000) },
    { kind: 'stale' },
  ]);
  return {
    service: 'ecs',
    operation,
    from: 1 + Math.floor(random() * 12),
    count: 1 + Math.floor(random() * 6),
    fault,
  };
}
