import { primaryTaskSet } from '../deployment/code-deploy/task-sets.ts';
import { conclude, deploymentOutputs, outputOurs } from '../deployment/conclude.ts';
import { refuseOutOfBounds, scaleExpressPermission } from '../deployment/express/as-a-service.ts';
import { asRunning, oneServiceInputs, openService, primaryAsOurs } from '../deployment/one-service.ts';
import { outcomeOf } from '../deployment/outcome.ts';
import { updatePermissions, watchErrors, watchPermissions } from '../deployment/permissions.ts';
import { runningOf } from '../deployment/scaling.ts';
import type { Target } from '../deployment/target.ts';
import type { Verdict } from '../deployment/verdict.ts';
import { type Scaled, watchScaling } from '../deployment/watch-scaling.ts';
import { LandfallError } from '../errors/landfall-error.ts';
import { boolean, duration, integer } from '../inputs/kinds.ts';
import { invalidInputs } from '../inputs/parse-inputs.ts';
import { defineOperation } from '../operation/operation.ts';

const inputs = {
  ...oneServiceInputs,
  'desired-count': integer(
    { min: 0, max: 100_000 },
    { required: true, description: 'How many tasks the service is to run.', example: '3' },
  ),
  wait: boolean({
    default: 'true',
    description: 'Wait until just as many tasks of the PRIMARY deployment, or of the primary task set, run.',
  }),
  'wait-timeout': duration({ min: '10s', max: '48h' }, { default: '15m', description: 'How long to wait.' }),
};

export const scaleService = defineOperation({
  name: 'scale-service',
  title: 'Scale an Amazon ECS service',
  description:
    'Sets the desired count of a service with one call and waits until so many tasks run. It starts no deployment.',
  promises: [
    'Green means that so many tasks run. A count that is already so changes nothing.',
    'On cancel the change stays: the step says so.',
  ],
  inputs,
  outputs: deploymentOutputs,
  permissions: [...watchPermissions, ...updatePermissions.slice(0, 1), scaleExpressPermission],
  errors: watchErrors,
  branding: { icon: 'bar-chart-2', color: 'blue' },

  async run(call) {
    const { inputs: given, world } = call;
    const { run, target } = await openService({ ...given, controllers: ['CODE_DEPLOY', 'EXTERNAL'] }, world);
    if (given.wait) refuseWithoutTasks(target);
    if (target.service.schedulingStrategy === 'DAEMON') {
      throw invalidInputs([
        {
          input: 'desired-count',
          problem: `cannot be set: ${target.name} is a DAEMON service, which runs one task per instance`,
        },
      ]);
    }
    await refuseOutOfBounds(run, target, given.desiredCount);
    const from = target.service.desiredCount ?? 0;
    const startedAt = world.clock.elapsed();
    const wanted = given.desiredCount;
    await outputOurs(call, primaryAsOurs(target));
    if (from !== wanted) {
      const { cluster, name } = target;
      await run.ecs.updateService(
        { cluster, service: name, desiredCount: wanted },
        { signal: world.host.cancellation },
      );
      world.host.log.info(`${name}: desired count ${from} → ${wanted}`);
    }
    const settled = from === wanted && runningOf(target.service, wanted).isSettled;
    const known = (verdict: Verdict): Scaled => ({ verdict, events: [], earlier: [], causes: [] });
    const { verdict, ...scaling } = settled
      ? known({ kind: 'NOOP', reason: `the service already runs ${wanted} tasks` })
      : given.wait
        ? await watchScaling(run, target, { wanted, timeout: given.waitTimeout, startedAt })
        : known({ kind: 'SUCCEEDED', reason: `the desired count is set to ${wanted}; not waited for` });
    const told = {
      ours: primaryAsOurs(target),
      registration: asRunning(target),
      milliseconds: world.clock.elapsed() - startedAt,
      scaling: { wanted, ...scaling },
    };
    if (verdict.kind === 'SUCCEEDED') world.host.log.info(`✓ ${target.name}: ${verdict.reason}`);
    await conclude(call, [outcomeOf(verdict, told)]);
  },
});

/** A service of the EXTERNAL controller runs nothing until it has a task set: the wait would be in vain. */
function refuseWithoutTasks({ name, service }: Target): void {
  const controller = service.deploymentController?.type ?? 'ECS';
  if (controller === 'ECS' || primaryTaskSet(service)) return;
  throw new LandfallError('INPUT_INVALID', {
    summary: `${name} has no primary task set: whatever its desired count, no task would run`,
    remedy: 'Deploy to it first, or set `wait: false`.',
    facts: { service: name, controller },
  });
}
