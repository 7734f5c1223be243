import type { ListTasksRequest, Service, Task } from '@aws-sdk/client-ecs';
import { asLandfallError } from '../errors/as-landfall-error.ts';
import { isLandfallError, LandfallError } from '../errors/landfall-error.ts';
import { chunks, perCall } from '../reading/chunks.ts';
import { allPages } from '../reading/pages.ts';
import type { Ecs } from '../world/aws.ts';
import type { World } from '../world/world.ts';
import { settleTime } from './eventual-consistency.ts';
import { readServices } from './read-services.ts';
import { shortTask, shortTaskDefinition } from './short-names.ts';
import { unlessPassing } from './write-once.ts';

export interface Place {
  readonly cluster: string;
  readonly name: string;
}

const interval = 5000;

/** What a service is scaled to zero for, where its count does not stay there. */
interface Purpose {
  /** Completes "web is not …". */
  readonly done: string;
  readonly remedy: string;
}
const deleting: Purpose = { done: 'deleted', remedy: 'Suspend its auto scaling, or set `force`.' };
const stopping: Purpose = { done: 'stopped', remedy: 'Suspend its auto scaling, and run the step again.' };

/**
 * Deletes a service that is ACTIVE, to zero first unless forced, and follows one that is DRAINING: until it is INACTIVE
 * and none of its tasks that were seen runs. Running it again resumes.
 * @param until monotonic milliseconds
 * @throws TIMED_OUT, SUPERSEDED, CANCELLED …
 */
export async function deleteToEnd(
  ecs: Ecs,
  place: Place,
  first: Service,
  world: World,
  { force, until }: { readonly force: boolean; readonly until: number },
): Promise<void> {
  const deletion = new Deletion(ecs, place, first, world, until, deleting);
  if (first.status === 'ACTIVE') {
    await deletion.noteTasks();
    if (!force) await deletion.scaleToZero();
    await deletion.send(force);
  }
  if (first.status === 'INACTIVE') await deletion.noteTasksOfFamily();
  await deletion.follow();
}

/**
 * Scales a service to zero, until each of its tasks that was seen has stopped: ECS no longer counts a task as running
 * while it stops.
 * @param until monotonic milliseconds
 * @throws TIMED_OUT, SUPERSEDED, CANCELLED …
 */
export async function stopAllTasks(
  ecs: Ecs,
  place: Place,
  first: Service,
  world: World,
  until: number,
): Promise<void> {
  const deletion = new Deletion(ecs, place, first, world, until, stopping);
  await deletion.noteTasks();
  await deletion.scaleToZero();
  await deletion.followTasks();
}

/** One deletion, with the tasks of the service that were seen. */
class Deletion {
  readonly #ecs: Ecs;
  readonly #place: Place;
  readonly #first: Service;
  readonly #world: World;
  readonly #until: number;
  readonly #purpose: Purpose;
  readonly #tasks = new Set<string>();

  constructor(ecs: Ecs, place: Place, first: Service, world: World, until: number, purpose: Purpose) {
    this.#ecs = ecs;
    this.#place = place;
    this.#first = first;
    this.#world = world;
    this.#until = until;
    this.#purpose = purpose;
  }

  get #options() {
    return { signal: this.#world.host.cancellation };
  }

  /** ECS lists the tasks of a service only while it is there. */
  async noteTasks(): Promise<void> {
    const { cluster, name: serviceName } = this.#place;
    for (const arn of await this.#list({ cluster, serviceName })) this.#tasks.add(arn);
  }

  /** Of a service that is gone, those of its family that were its own. */
  async noteTasksOfFamily(): Promise<void> {
    const { cluster, name } = this.#place;
    const family = shortTaskDefinition(this.#first.taskDefinition).replace(/:\d+$/, '');
    for (const task of await this.#describe(await this.#list({ cluster, family })))
      if (task.group === `service:${name}` && task.taskArn) this.#tasks.add(task.taskArn);
  }

  async #list(which: ListTasksRequest): Promise<readonly string[]> {
    const found: string[] = [];
    for (const desiredStatus of ['RUNNING', 'STOPPED'] as const)
      found.push(
        ...(await allPages(async (nextToken) => {
          const answer = await this.#ecs.listTasks({ ...which, desiredStatus, nextToken }, this.#options);
          return { items: answer.taskArns, next: answer.nextToken };
        })),
      );
    return found;
  }

  async #describe(arns: readonly string[]): Promise<readonly Task[]> {
    const { cluster } = this.#place;
    const found: Task[] = [];
    for (const tasks of chunks(arns, perCall.describeTasks))
      found.push(...((await this.#ecs.describeTasks({ cluster, tasks }, this.#options)).tasks ?? []));
    return found;
  }

  /** The same count twice is the same: a lost answer needs no token. */
  async scaleToZero(): Promise<void> {
    const { cluster, name } = this.#place;
    const { schedulingStrategy, desiredCount = 0 } = this.#first;
    // A DAEMON service has no count: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeleteService.html, force
    if (schedulingStrategy === 'DAEMON') return;
    if (desiredCount > 0) {
      await this.#retryLost(() =>
        this.#ecs.updateService({ cluster, service: name, desiredCount: 0 }, this.#options),
      );
      this.#world.host.log.info(`${name}: desired count ${desiredCount} → 0`);
    }
    const setAt = this.#world.clock.elapsed();
    await this.#poll('tasks are still running', async () => {
      const service = await this.#read();
      if (service === 'missing' || service.status !== 'ACTIVE') return true;
      if ((service.desiredCount ?? 0) > 0 && this.#world.clock.elapsed() - setAt > settleTime)
        throw new LandfallError('SUPERSEDED', {
          summary: `${name} is not ${this.#purpose.done}: its desired count was set to 0 and is ${service.desiredCount} now`,
          remedy: this.#purpose.remedy,
          facts: { cluster, service: name, desiredCount: service.desiredCount },
        });
      await this.noteTasks();
      return service.desiredCount === 0 && service.runningCount === 0 && service.pendingCount === 0;
    });
  }

  async send(force: boolean): Promise<void> {
    const { cluster, name: serviceName } = this.#place;
    try {
      await this.#ecs.deleteService(
        { cluster, service: serviceName, ...(force && { force }) },
        this.#options,
      );
    } catch (error) {
      // Someone else, or a request whose answer was lost, has deleted it: what follows tells.
      const isGone = isLandfallError(error, 'NOT_FOUND') || isLandfallError(error, 'SERVICE_NOT_ACTIVE');
      if (!isGone && !(isLandfallError(error) && error.applied === 'unknown')) throw error;
    }
    this.#world.host.log.info(`${serviceName}: deletion requested`);
  }

  /** Until none of its tasks that was seen runs. */
  async followTasks(): Promise<void> {
    await this.#poll('tasks are still stopping', async () => {
      await this.noteTasks();
      return (await this.#running()).length === 0;
    });
  }

  /** Until it is INACTIVE, or absent for as long as reads may be behind, and none of its tasks runs. */
  async follow(): Promise<void> {
    let absentSince: number | undefined;
    await this.#poll('it is not deleted yet', async () => {
      const service = await this.#read();
      const now = this.#world.clock.elapsed();
      absentSince = service === 'missing' ? (absentSince ?? now) : undefined;
      if (service === 'missing' ? now - (absentSince ?? now) < settleTime : service.status !== 'INACTIVE') {
        if (service !== 'missing') await this.noteTasks().catch(ignoreGone);
        return false;
      }
      return (await this.#running()).length === 0;
    });
  }

  async #running(): Promise<readonly string[]> {
    const tasks = await this.#describe([...this.#tasks]);
    return tasks.flatMap(({ taskArn, lastStatus }) => (lastStatus === 'STOPPED' ? [] : shortTask(taskArn)));
  }

  /** @throws SUPERSEDED where it is another one of that name */
  async #read(): Promise<Service | 'missing'> {
    const { cluster, name } = this.#place;
    const read = (await readServices(this.#ecs, cluster, [name], this.#options)).get(name) ?? 'missing';
    if (read === 'missing' || read.createdAt?.getTime() === this.#first.createdAt?.getTime()) return read;
    throw new LandfallError('SUPERSEDED', {
      summary: `${name} was deleted, and someone else has created another service of that name since`,
      facts: { cluster, service: name },
    });
  }

  async #retryLost(write: () => Promise<unknown>): Promise<void> {
    try {
      await write();
    } catch (error) {
      if (!isLandfallError(error) || error.applied !== 'unknown') throw error;
      await write();
    }
  }

  /** @throws TIMED_OUT, CANCELLED */
  async #poll(left: string, isDone: () => Promise<boolean>): Promise<void> {
    const { clock, host } = this.#world;
    const { name, cluster } = this.#place;
    let trouble: LandfallError | undefined;
    const look = () =>
      isDone().then(
        (done) => {
          trouble = undefined;
          return done;
        },
        (thrown) => {
          trouble = asLandfallError(thrown);
          throw thrown;
        },
      );
    while (!host.cancellation.aborted) {
      if (await unlessPassing(look)) return;
      if (clock.elapsed() >= this.#until && trouble)
        throw new LandfallError('VERDICT_UNKNOWN', {
          summary: `${name}: whether it is ${this.#purpose.done} is not known: ${trouble.summary}`,
          remedy: 'Check the service in ECS, then run the step again: it resumes.',
          facts: { cluster, service: name },
          cause: trouble,
        });
      if (clock.elapsed() >= this.#until)
        throw new LandfallError('TIMED_OUT', {
          summary: `${name}: ${left}; running or unknown: ${(await this.#running()).join(', ') || 'no task that was seen'}`,
          remedy: 'Raise `wait-timeout` and run the step again: it resumes.',
          facts: { cluster, service: name },
        });
      await clock.sleep(interval, host.cancellation);
    }
    throw new LandfallError('CANCELLED', {
      summary: `the run was cancelled: ${name}: ${left}`,
      facts: { cluster, service: name },
    });
  }
}

/** Once the service is gone ECS lists nothing of it. */
function ignoreGone(error: unknown): void {
  if (!isLandfallError(error, 'NOT_FOUND') && !isLandfallError(error, 'SERVICE_NOT_ACTIVE')) throw error;
}
