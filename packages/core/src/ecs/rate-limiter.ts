import { isLandfallError } from '../errors/landfall-error.ts';
import type { Call, Ecs } from '../world/aws.ts';
import type { Clock } from '../world/clock.ts';

interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}
const reads: Rate = { perSecond: 10, burst: 10 };

/**
 * The same ECS, with calls that wait for their token. One per run, so that all its services share the buckets.
 *
 * ECS throttles by token buckets per account and region, shared with everybody else in it, and AWS does not raise
 * them. Ours are half of what is known of theirs (reads of services and of cluster resources 20/s each, of task definitions burst
 * 100, then 20/s; task definition writes 1/s; service writes burst 50, then 5/s), and each halves again for a while when throttled.
 */
export function limited(ecs: Ecs, clock: Clock): Ecs {
  const serviceReads = new Bucket(reads, clock);
  const deploymentReads = new Bucket(reads, clock);
  const resourceReads = new Bucket(reads, clock);
  const taskDefinitionReads = new Bucket({ perSecond: 10, burst: 50 }, clock);
  const taskDefinitionWrites = new Bucket({ perSecond: 1, burst: 2 }, clock);
  const serviceWrites = new Bucket({ perSecond: 3, burst: 20 }, clock);
  return {
    describeServices: serviceReads.limit(ecs.describeServices),
    describeTaskSets: serviceReads.limit(ecs.describeTaskSets),
    describeExpressGatewayService: serviceReads.limit(ecs.describeExpressGatewayService),
    listServiceDeployments: deploymentReads.limit(ecs.listServiceDeployments),
    describeServiceDeployments: deploymentReads.limit(ecs.describeServiceDeployments),
    describeServiceRevisions: deploymentReads.limit(ecs.describeServiceRevisions),
    listClusters: resourceReads.limit(ecs.listClusters),
    listServices: serviceReads.limit(ecs.listServices),
    describeTaskDefinition: taskDefinitionReads.limit(ecs.describeTaskDefinition),
    listTaskDefinitions: taskDefinitionReads.limit(ecs.listTaskDefinitions),
    listTasks: resourceReads.limit(ecs.listTasks),
    describeTasks: resourceReads.limit(ecs.describeTasks),
    registerTaskDefinition: taskDefinitionWrites.limit(ecs.registerTaskDefinition),
    createService: serviceWrites.limit(ecs.createService),
    deregisterTaskDefinition: taskDefinitionWrites.limit(ecs.deregisterTaskDefinition),
    updateService: serviceWrites.limit(ecs.updateService),
    deleteService: serviceWrites.limit(ecs.deleteService),
    createExpressGatewayService: serviceWrites.limit(ecs.createExpressGatewayService),
    updateExpressGatewayService: serviceWrites.limit(ecs.updateExpressGatewayService),
    createTaskSet: serviceWrites.limit(ecs.createTaskSet),
    updateServicePrimaryTaskSet: serviceWrites.limit(ecs.updateServicePrimaryTaskSet),
    deleteTaskSet: serviceWrites.limit(ecs.deleteTaskSet),
    stopServiceDeployment: serviceWrites.limit(ecs.stopServiceDeployment),
    // Once or a few times in a run.
    continueServiceDeployment: ecs.continueServiceDeployment,
    runTask: ecs.runTask,
    stopTask: ecs.stopTask,
    describeClusters: ecs.describeClusters,
    tagResource: ecs.tagResource,
    untagResource: ecs.untagResource,
  };
}

class Bucket {
  readonly #clock: Clock;
  readonly #full: Rate;
  #rate: number;
  #tokens: number;
  #at: number;

  constructor(full: Rate, clock: Clock) {
    this.#clock = clock;
    this.#full = full;
    this.#rate = full.perSecond;
    this.#tokens = full.burst;
    this.#at = clock.elapsed();
  }

  limit<I, O>(call: Call<I, O>): Call<I, O> {
    return async (input, options) => {
      await this.#take(options?.signal);
      try {
        const answer = await call(input, options);
        this.#rate = Math.min(this.#full.perSecond, this.#rate * 1.1);
        return answer;
      } catch (error) {
        if (isLandfallError(error, 'THROTTLED'))
          this.#rate = Math.max(this.#full.perSecond / 32, this.#rate / 2);
        throw error;
      }
    };
  }

  /** Tokens may go below zero: each caller then sleeps until its own has grown, in the order of asking. */
  async #take(signal?: AbortSignal): Promise<void> {
    const now = this.#clock.elapsed();
    this.#tokens = Math.min(this.#full.burst, this.#tokens + ((now - this.#at) / 1000) * this.#rate);
    this.#at = now;
    this.#tokens -= 1;
    if (this.#tokens < 0) await this.#clock.sleep((-this.#tokens / this.#rate) * 1000, signal);
  }
}
