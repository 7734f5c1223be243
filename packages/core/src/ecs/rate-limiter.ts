import { isLandfallError } from '../errors/landfall-error.ts';
import type { CallOptions, Ecs } from '../world/aws.ts';
import type { Clock } from '../world/clock.ts';

/**
 * ECS throttles by token buckets per account and region, shared with everybody else in it, and AWS does not raise
 * them. Ours are half of what is known of theirs (reads of services and of cluster resources 20/s each; task
 * definition writes 1/s; service writes burst 50, then 5/s), and each halves again for a while when throttled.
 */
type Category =
  | 'service-read'
  | 'resource-read'
  | 'deployment-read'
  | 'task-definition-write'
  | 'service-write';

const rates: Readonly<Record<Category, { readonly perSecond: number; readonly burst: number }>> = {
  'service-read': { perSecond: 10, burst: 10 },
  'resource-read': { perSecond: 10, burst: 10 },
  'deployment-read': { perSecond: 10, burst: 10 },
  'task-definition-write': { perSecond: 1, burst: 2 },
  'service-write': { perSecond: 3, burst: 20 },
};

const categories: Partial<Record<keyof Ecs, Category>> = {
  describeServices: 'service-read',
  describeTaskSets: 'service-read',
  describeExpressGatewayService: 'service-read',
  listServiceDeployments: 'deployment-read',
  describeServiceDeployments: 'deployment-read',
  describeServiceRevisions: 'deployment-read',
  listTasks: 'resource-read',
  describeTasks: 'resource-read',
  registerTaskDefinition: 'task-definition-write',
  updateService: 'service-write',
  createService: 'service-write',
  createExpressGatewayService: 'service-write',
  updateExpressGatewayService: 'service-write',
  createTaskSet: 'service-write',
  updateServicePrimaryTaskSet: 'service-write',
  deleteTaskSet: 'service-write',
  stopServiceDeployment: 'service-write',
};

/** The same ECS, with every call waiting for its token. One per run, so that all its services share the buckets. */
export function limited(ecs: Ecs, clock: Clock): Ecs {
  const buckets = new Map<Category, Bucket>();
  const bucketOf = (category: Category) => {
    const known = buckets.get(category);
    if (known) return known;
    const made = new Bucket(rates[category], clock);
    buckets.set(category, made);
    return made;
  };
  return new Proxy(ecs, {
    get(target, method) {
      const call = Reflect.get(target, method) as unknown;
      const category = categories[method as keyof Ecs];
      if (category === undefined || typeof call !== 'function') return call;
      return async (input: unknown, options?: CallOptions) => {
        const bucket = bucketOf(category);
        await bucket.take(options?.signal);
        try {
          const answer: unknown = await call.call(target, input, options);
          bucket.ease();
          return answer;
        } catch (error) {
          if (isLandfallError(error, 'THROTTLED')) bucket.tighten();
          throw error;
        }
      };
    },
  });
}

class Bucket {
  readonly #clock: Clock;
  readonly #full: { readonly perSecond: number; readonly burst: number };
  #rate: number;
  #tokens: number;
  #at: number;

  constructor(full: { readonly perSecond: number; readonly burst: number }, clock: Clock) {
    this.#clock = clock;
    this.#full = full;
    this.#rate = full.perSecond;
    this.#tokens = full.burst;
    this.#at = clock.elapsed();
  }

  /** Tokens may go below zero: each caller then sleeps until its own has grown, in the order of asking. */
  async take(signal?: AbortSignal): Promise<void> {
    const now = this.#clock.elapsed();
    this.#tokens = Math.min(this.#full.burst, this.#tokens + ((now - this.#at) / 1000) * this.#rate);
    this.#at = now;
    this.#tokens -= 1;
    if (this.#tokens < 0) await this.#clock.sleep((-this.#tokens / this.#rate) * 1000, signal);
  }

  tighten(): void {
    this.#rate = Math.max(this.#full.perSecond / 32, this.#rate / 2);
  }

  ease(): void {
    this.#rate = Math.min(this.#full.perSecond, this.#rate * 1.1);
  }
}
