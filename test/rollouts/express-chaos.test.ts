import { expect, test } from '@jest/globals';
import type { Operation } from '@landfall/core/operation/operation';
import { deployExpressService } from '@landfall/core/operations/deploy-express-service';
import type { Fate } from '@landfall/sandbox/ecs/fates/fate';
import type { FaultRule } from '@landfall/sandbox/faults/fault';
import { seededRandom } from '@landfall/sandbox/world/random';
import { Stage } from './stage.ts';

const operation = deployExpressService as unknown as Operation;
const serviceArn = 'arn:aws:ecs:us-east-1:123456789012:service/main/web';
const image = (version: number) => `example/web@sha256:${String(version).repeat(64)}`;

const fates: readonly (Fate | undefined)[] = [
  undefined,
  undefined,
  { kind: 'exit', code: 1, after: 1000 },
  { kind: 'pull-error' },
  { kind: 'never-starts' },
  { kind: 'elb-unhealthy' },
  { kind: 'run', healthyAfter: 90_000 },
];
const error = (code: string): FaultRule['fault'] => ({ kind: 'error', code });
const faults: readonly (FaultRule | undefined)[] = [
  undefined,
  undefined,
  { operation: 'UpdateExpressGatewayService', count: 1, fault: { kind: 'reset', effect: 'applied' } },
  { operation: 'UpdateExpressGatewayService', count: 1, fault: { kind: 'reset', effect: 'none' } },
  { operation: 'DescribeServices', from: 2, count: 3, fault: { kind: 'reset', effect: 'none' } },
  { operation: 'DescribeServices', from: 3, count: 2, fault: { kind: 'stale' } },
  { operation: 'DescribeExpressGatewayService', count: 2, fault: error('ThrottlingException') },
  { operation: 'DescribeServiceDeployments', from: 4, fault: error('AccessDeniedException') },
  { operation: 'ListServiceDeployments', fault: error('AccessDeniedException') },
];

type Incident = 'nothing' | 'alarm' | 'stop' | 'supersede' | 'scale';
const incidents: readonly Incident[] = ['nothing', 'nothing', 'alarm', 'stop', 'supersede', 'scale'];

/** One story of a deployment by its seed, and how the run's end compares with what is really so. */
async function play(seed: number): Promise<{ readonly wrong: readonly string[]; readonly told: string }> {
  const random = seededRandom(seed);
  const any = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)]!;
  const fate = any(fates);
  const fault = any(faults);
  const incident = any(incidents);
  const at = Math.floor(random() * 9) * 60_000 + 30_000;
  const stage = await Stage.set({ seed, express: { web: { primaryContainer: { image: image(1) } } } });
  try {
    if (fate) stage.world.ecs.setFates([{ match: { taskDefinition: 'main-web:2' }, fate }]);
    if (random() < 0.3) stage.world.ecs.setLag({ staleReads: 3, lateServiceDeployment: 2 });
    if (incident === 'alarm') stage.alarmAt(at, 'main/web/RollbackAlarm');
    if (incident === 'stop')
      stage.at(at, () =>
        // Too late where it has ended.
        stage.world
          .dispatch('ecs', 'StopServiceDeployment', {
            serviceDeploymentArn: stage.world.ecs.truth('main', 'web')?.deployments.at(-1)?.arn,
          })
          .catch((error) => expect(error).toMatchObject({ code: 'ConflictException' })),
      );
    if (incident === 'scale') stage.scaleAt(at, 4);
    if (incident === 'supersede')
      stage.at(at, () =>
        stage.world.dispatch('ecs', 'UpdateExpressGatewayService', {
          serviceArn,
          primaryContainer: { image: image(3) },
        }),
      );
    if (fault) stage.world.fault({ service: 'ecs', ...fault });
    const { done } = stage.begin(
      { service: '', 'task-definition': '', 'service-name': 'web', image: image(2) },
      { operation },
    );
    const { result, live, deploymentsMade } = await done;
    const made = result.outputs['deployment-id'];
    const isLive = made !== undefined && live?.deploymentId === made;
    const others = incident === 'supersede' ? 1 : 0;
    const wrong = [
      ...(result.exitCode === 0 && !isLive ? ['false green'] : []),
      ...(result.exitCode !== 0 && isLive ? ['false red'] : []),
      ...(deploymentsMade > 1 + others ? ['duplicate'] : []),
      ...(result.exitCode === 70 ? ['defect'] : []),
    ];
    return {
      wrong,
      told: `seed ${seed}: ${fate?.kind ?? 'runs'}, ${fault?.operation ?? 'no fault'}, ${incident} at ${at}: ${result.outputs.verdict} ${result.error?.summary ?? ''}`,
    };
  } finally {
    await stage.close();
  }
}

test('an Express service in sixty seeded stories: green if and only if our deployment is live, and never two', async () => {
  const bad: string[] = [];
  const verdicts = new Set<string>();
  for (let seed = 1; seed <= 60; seed += 1) {
    const { wrong, told } = await play(seed);
    verdicts.add(/: ([A-Z_]+) /.exec(told)?.[1] ?? '');
    bad.push(...wrong.map((one) => `${one}: ${told}`));
  }
  expect(bad).toEqual([]);
  expect([...verdicts].sort()).toEqual(expect.arrayContaining(['ROLLED_BACK', 'SUCCEEDED', 'SUPERSEDED']));
}, 120_000);
