import type { DesiredStatus, RunTaskRequest, Task, TaskOverride } from '@aws-sdk/client-ecs';
import { nameInArn } from '../account/arn.ts';
import { canonicalJson } from '../documents/canonical.ts';
import { LandfallError } from '../errors/landfall-error.ts';
import { chunks, perCall } from '../reading/chunks.ts';
import { allPages } from '../reading/pages.ts';
import type { World } from '../world/world.ts';
import { isOver, type StartedTask } from './state.ts';

/**
 * The tasks that an earlier attempt of this run has started by the same request and that have not ended. There is none
 * where all have: then the new attempt starts its own.
 * @throws CONFLICT where some have not ended and cannot be followed instead; what a read fails with
 */
export async function findInProgress(request: RunTaskRequest, world: World): Promise<readonly StartedTask[]> {
  const open = (await readStartedBy(request, world)).filter((task) => !isOver({ arn: task.taskArn, task }));
  const problem = open.length > 0 && problemOf(open, request);
  if (!problem) return open;
  const [first] = open;
  throw new LandfallError('CONFLICT', {
    summary: `an earlier attempt of this run has started task ${first?.taskArn} for this step, which has not ended: ${problem}`,
    remedy: 'Wait until it has ended, or stop it in ECS, then run the step again.',
    facts: { tasks: open.map(({ taskArn }) => taskArn) },
    applied: 'no',
  });
}

/**
 * The tasks that this very attempt has started, as a ConflictException names them, where they run what is requested:
 * a service that did not exist then may have launch settings now. Undefined where they run something else.
 */
export async function findSame(
  request: RunTaskRequest,
  ids: readonly string[],
  world: World,
): Promise<readonly StartedTask[] | undefined> {
  if (ids.length === 0) return undefined;
  const ecs = await world.aws.ecs();
  const { cluster } = request;
  const { tasks = [] } = await ecs.describeTasks(
    { cluster, tasks: [...ids] },
    { signal: world.host.cancellation },
  );
  const found = tasks.filter((task): task is StartedTask => Boolean(task.taskArn));
  return found.length === ids.length && otherThan(found, request) === undefined ? found : undefined;
}

async function readStartedBy(
  { cluster, startedBy }: RunTaskRequest,
  { aws, host }: World,
): Promise<readonly StartedTask[]> {
  const options = { signal: host.cancellation };
  const ecs = await aws.ecs();
  const list = (desiredStatus: DesiredStatus) =>
    allPages(async (nextToken) => {
      const page = await ecs.listTasks({ cluster, startedBy, desiredStatus, nextToken }, options);
      return { items: page.taskArns, next: page.nextToken };
    });
  // One that is being stopped may still run.
  const arns = (await Promise.all([list('RUNNING'), list('STOPPED')])).flat();
  const answers = await Promise.all(
    chunks([...new Set(arns)], perCall.describeTasks).map(async (tasks) => {
      const { tasks: found = [] } = await ecs.describeTasks({ cluster, tasks }, options);
      return tasks.map((arn) => ({ ...found.find(({ taskArn }) => taskArn === arn), taskArn: arn }));
    }),
  );
  return answers.flat();
}

/** Why these are not followed instead of starting what is requested. */
function problemOf(open: readonly Task[], request: RunTaskRequest) {
  if (open.some(({ lastStatus }) => lastStatus === undefined)) return 'ecs:DescribeTasks does not show it';
  if (open.some(({ desiredStatus }) => desiredStatus === 'STOPPED')) return 'it is being stopped';
  return otherThan(open, request);
}

/** How these differ from what is requested. */
function otherThan(open: readonly Task[], { count, taskDefinition, overrides }: RunTaskRequest) {
  const other = open.find(({ taskDefinitionArn }) => taskDefinitionArn !== taskDefinition);
  if (other)
    return `it runs ${nameInArn(other.taskDefinitionArn ?? '')}, and this attempt would run ${nameInArn(taskDefinition ?? '')}`;
  if (open.some((task) => textOf(task.overrides) !== textOf(overrides)))
    return 'its overrides differ from those of this attempt';
  return open.length === count
    ? undefined
    : `there ${open.length === 1 ? 'is' : 'are'} ${open.length} of the ${count} that this attempt would start`;
}

/** ECS shows every container by its name, and empty lists, where nothing is overridden. */
const textOf = ({ containerOverrides = [], ...rest }: TaskOverride = {}): string =>
  canonicalJson({
    ...Object.fromEntries(Object.entries(rest).filter(([, value]) => !isEmpty(value))),
    containerOverrides: containerOverrides
      .map((one) => Object.fromEntries(Object.entries(one).filter(([, value]) => !isEmpty(value))))
      .filter((one) => Object.keys(one).length > 1)
      .map((one) => canonicalJson(one))
      .sort(),
  });

const isEmpty = (value: unknown) => value === undefined || (Array.isArray(value) && value.length === 0);
