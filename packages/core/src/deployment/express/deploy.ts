import type { TaskDefinition } from '@aws-sdk/client-ecs';
import { digitsOf } from '../../ecs/deployments.ts';
import { asLandfallError } from '../../errors/as-landfall-error.ts';
import type { Registration } from '../../task-definition/register.ts';
import { carryOut } from '../controllers/deploy.ts';
import { startByUpdate, type UpdateAction, type UpdatedService } from '../controllers/ecs/deploy.ts';
import { wayByEcs } from '../controllers/ecs/follow.ts';
import type { Run } from '../follow/run.ts';
import type { Outcome } from '../report/outcome.ts';
import type { OnStarted } from '../rollout/rollout.ts';
import { defaultTimeout, type WaitOptions } from '../rollout/wait-conditions.ts';
import { asRunning, type Target } from '../service/read-service-targets.ts';
import { readUntilCertain } from '../service/read-standing.ts';
import type { Found } from './find.ts';
import type { ExpressPlan } from './plan.ts';
import type { UpdateRequest } from './settings.ts';
import { createExpress, updateExpress, type Written } from './write.ts';

/** What Express Mode takes to make a load balancer, a certificate and the rest, in milliseconds. */
const provisioning = 15 * 60_000;

/** At most one write, then the deployment it made to its verdict. Never rejects: a failure is an outcome. */
export function deployExpress(
  run: Run,
  found: Found,
  plan: ExpressPlan,
  options: WaitOptions,
  /** What the service is set to with our deployment, as soon as that is known. */
  onWritten: (written: Written) => Promise<void>,
  onStarted: OnStarted,
): Promise<Outcome> {
  const target = found.kind === 'there' ? found.target : absent(found);
  const make = (write: () => Promise<Written>) => async (): Promise<UpdatedService> => {
    const written = await write();
    await onWritten(written);
    return {
      ...written,
      registration: await registrationOf(run, written),
      // The events of a new service are all of ours; those of an older one were seen before.
      target: { ...target, service: { ...written.service, events: target.service.events ?? [] } },
    };
  };
  const world = { ecs: run.ecs, clock: run.world.clock, signal: run.world.host.cancellation };
  const { cluster, name: serviceName } = target;
  const doing = ((): UpdateAction => {
    const registration = asRunning(target);
    switch (plan.kind) {
      case 'create': {
        const write = () => createExpress(plan.request, { cluster, serviceName }, world);
        return { plan: { kind: 'update', warnings: [] }, registration, make: make(write) };
      }
      case 'update': {
        const write = () => update(run, found, plan.request);
        return { plan: { kind: 'update', warnings: [] }, registration, make: make(write) };
      }
      default:
        return { plan, registration, make: () => Promise.reject(new Error('nothing to write')) };
    }
  })();
  return carryOut(
    run,
    target,
    doing.registration,
    found.kind === 'there' ? options : patiently(options),
    onStarted,
    {
      start: async () => {
        const { plan, registration } = doing;
        const certain =
          plan.kind === 'unchanged' ? await readUntilCertain(run, target, registration.arn) : target;
        const started = await startByUpdate(run, certain, doing);
        return { ...started, target: started.target ?? certain };
      },
      follow: async (followed, started) => wayByEcs(run, followed, started),
    },
  );
}

const update = (run: Run, found: Found, request: UpdateRequest): Promise<Written> => {
  if (found.kind === 'missing') throw new Error('a missing service cannot be updated');
  const { target, express } = found;
  return updateExpress(
    request,
    {
      cluster: target.cluster,
      serviceName: target.name,
      known: new Set([
        ...(target.service.deployments ?? []).map(({ id = '' }) => digitsOf(id)),
        ...(express.activeConfigurations ?? []).map(({ serviceRevisionArn: arn = '' }) => digitsOf(arn)),
      ]),
      infrastructureRoleArn: express.infrastructureRoleArn,
    },
    { ecs: run.ecs, clock: run.world.clock, signal: run.world.host.cancellation },
  );
};

const absent = ({ cluster, name }: Found & { kind: 'missing' }): Target => ({
  cluster,
  name,
  service: { serviceName: name },
});

/** A first deployment is a canary like the others, after all that the service stands on has been made. */
const patiently = (options: WaitOptions): WaitOptions => ({
  ...options,
  timeout:
    options.timeout ??
    provisioning +
      defaultTimeout({
        strategy: 'CANARY',
        canaryConfiguration: { canaryBakeTimeInMinutes: 3 },
        bakeTimeInMinutes: 3,
      }),
  stallTimeout: options.stallTimeout ?? provisioning + 10 * 60_000,
});

/** The task definition that Express Mode made: only to report on its containers, so best effort. */
async function registrationOf({ ecs, world }: Run, { primary }: Written): Promise<Registration> {
  const arn = primary.taskDefinition ?? '';
  let taskDefinition: TaskDefinition = {};
  try {
    const answer = await ecs.describeTaskDefinition(
      { taskDefinition: arn },
      { signal: world.host.cancellation },
    );
    taskDefinition = answer.taskDefinition ?? {};
  } catch (thrown) {
    const { summary } = asLandfallError(thrown);
    if (!world.host.cancellation.aborted)
      world.host.log.notice(`the log of a failing container cannot be shown: ${summary}`);
  }
  return { arn, taskDefinition, how: 'registered' };
}

/**
 * Rolls the service back to its settings before, where ECS has not done so. Reported in addition to the first
 * error, never instead of it: it never rejects.
 */
export async function undoExpress(
  run: Run,
  found: Found,
  plan: ExpressPlan,
  outcome: Outcome,
  options: WaitOptions,
): Promise<Outcome> {
  const { log } = run.world.host;
  const { afterUndo, stopAndTell } = await import('../controllers/roll-back.ts');
  const { impossible } = await import('../service/rollback-revision.ts');
  const arn = outcome.serviceDeploymentArn;
  if (arn !== undefined && outcome.verdict !== 'FAILED') return stopAndTell(run, outcome, arn);
  try {
    if (found.kind === 'missing' || plan.kind !== 'update')
      throw impossible(
        outcome.service,
        found.kind === 'missing' ? 'nothing was running before' : 'this run changed nothing',
      );
    const now = outcome.ours?.deploymentId;
    const before = { ...found.target.service, deployments: [{ id: now, status: 'PRIMARY' }] };
    log.warning(`${outcome.service}: restoring its previous settings`);
    const target = { ...found.target, service: before };
    const goBack: ExpressPlan = { kind: 'update', request: plan.undo, undo: plan.undo, lines: [] };
    const back = await deployExpress(
      run,
      { ...found, target },
      goBack,
      options,
      async () => {},
      async () => {},
    );
    if (back.error) log.error(`${outcome.service}: the rollback also failed: ${back.error.summary}`);
    return afterUndo(outcome, back);
  } catch (thrown) {
    const error = asLandfallError(thrown);
    log.error(`${error.code}: ${error.summary}`);
    return outcome;
  }
}
