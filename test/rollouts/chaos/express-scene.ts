import type { Operation } from '@landfall/core/operation/operation';
import { deployExpressService } from '@landfall/core/operations/deploy-express-service';
import { Stage } from '../stage.ts';
import { drawing, fatesFrom, faultFrom } from './draw.ts';
import { cancelFrom, cutsFrom, meddlingFrom, type Scene } from './scene.ts';

const operations = [
  'DescribeServices',
  'DescribeServiceDeployments',
  'ListServiceDeployments',
  'DescribeExpressGatewayService',
  'UpdateExpressGatewayService',
  'ListTasks',
  'DescribeTasks',
].map((name) => `ecs:${name}`);
const calls = ['updateExpressGatewayService', 'describeExpressGatewayService', 'describeServices'];

const place = { serviceArn: 'arn:aws:ecs:us-east-1:123456789012:service/main/web' };
const image = (version: number) => `example/web@sha256:${String(version).repeat(64)}`;

/** A service in Express Mode: ECS makes its task definitions and deploys them by canary, with an alarm of its own. */
export async function expressScene(seed: number, random: () => number): Promise<Scene> {
  const draw = drawing(random);
  const { chance, pick, between } = draw;
  const fates = fatesFrom(draw, seed, { image: image(2) });
  const stage = await Stage.set({ seed, express: { web: { primaryContainer: { image: image(1) } } } });
  stage.world.ecs.setFates(fates);
  stage.world.ecs.setLag({
    staleReads: chance(0.3) ? between(1, 8) : 0,
    lateServiceDeployment: chance(0.3) ? between(1, 8) : 0,
  });
  const ask = (operation: string, input: object) => stage.world.dispatch('ecs', operation, input);
  const meddlers = {
    alarm: async () => stage.world.ecs.setAlarm('main/web/RollbackAlarm', true),
    stop: () =>
      ask('StopServiceDeployment', {
        serviceDeploymentArn: stage.world.ecs.truth('main', 'web')?.deployments.at(-1)?.arn,
      }),
    supersede: () => ask('UpdateExpressGatewayService', { ...place, primaryContainer: { image: image(3) } }),
    scale: () => ask('UpdateService', { cluster: 'main', service: 'web', desiredCount: 4 }),
  };
  return {
    stage,
    strategy: 'EXPRESS',
    operation: deployExpressService as unknown as Operation,
    ecsRegisters: true,
    image: image(2),
    inputs: {
      service: '',
      'task-definition': '',
      'service-name': 'web',
      image: image(2),
      'wait-timeout': '60m',
    },
    files: {},
    until: 'completed',
    onCancel: pick(['leave', 'stop']),
    faults: Array.from({ length: between(0, 4) }, () => faultFrom(draw, operations)),
    cuts: cutsFrom(draw, calls),
    meddling: [...meddlingFrom(draw, meddlers, [1000, 600_000]), ...cancelFrom(draw, 400_000)],
    truth: async () => stage.world.ecs.truth('main', 'web')!,
    // One that was given up may be asked for again by the next run.
    allowed: (ours) => 1 + ours.filter(({ status }) => /^(?:ROLLBACK|STOP)/.test(status)).length,
  };
}
