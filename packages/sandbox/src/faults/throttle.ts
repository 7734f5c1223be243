/** A token bucket: `burst` calls at once, refilled at `perSecond`. */
export interface Bucket {
  readonly burst: number;
  readonly perSecond: number;
}

export type Throttling = 'off' | 'aws' | Readonly<Record<string, Bucket>>;

/**
 * AWS's categories for ECS, as far as they are known: DescribeClusters' burst from the ECS API reference
 * ("Request throttling"), the others as operators measured them. One bucket per account, region and category.
 */
export const awsBuckets: Readonly<Record<string, Bucket>> = {
  'ecs:cluster-reads': { burst: 50, perSecond: 20 },
  'ecs:service-reads': { burst: 100, perSecond: 20 },
  'ecs:resource-reads': { burst: 100, perSecond: 20 },
  'ecs:service-writes': { burst: 50, perSecond: 5 },
  'ecs:task-definition-reads': { burst: 100, perSecond: 20 },
  'ecs:task-definition-writes': { burst: 20, perSecond: 1 },
  'ecs:run-task': { burst: 100, perSecond: 20 },
  'ecs:stop-task': { burst: 100, perSecond: 40 },
};

/** Every operation that shares a bucket with others. One that is not here has none, unless a test gives it its own. */
export const categories: Readonly<Record<string, string>> = {
  'ecs:DescribeClusters': 'ecs:cluster-reads',
  'ecs:ListClusters': 'ecs:cluster-reads',
  'ecs:DescribeServices': 'ecs:service-reads',
  'ecs:ListServices': 'ecs:service-reads',
  'ecs:ListServiceDeployments': 'ecs:service-reads',
  'ecs:DescribeServiceDeployments': 'ecs:service-reads',
  'ecs:DescribeServiceRevisions': 'ecs:service-reads',
  'ecs:DescribeTaskSets': 'ecs:service-reads',
  'ecs:DescribeExpressGatewayService': 'ecs:service-reads',
  'ecs:DescribeTasks': 'ecs:resource-reads',
  'ecs:ListTasks': 'ecs:resource-reads',
  'ecs:DescribeContainerInstances': 'ecs:resource-reads',
  'ecs:CreateService': 'ecs:service-writes',
  'ecs:UpdateService': 'ecs:service-writes',
  'ecs:DeleteService': 'ecs:service-writes',
  'ecs:CreateExpressGatewayService': 'ecs:service-writes',
  'ecs:UpdateExpressGatewayService': 'ecs:service-writes',
  'ecs:DeleteExpressGatewayService': 'ecs:service-writes',
  'ecs:StopServiceDeployment': 'ecs:service-writes',
  'ecs:ContinueServiceDeployment': 'ecs:service-writes',
  'ecs:CreateTaskSet': 'ecs:service-writes',
  'ecs:UpdateTaskSet': 'ecs:service-writes',
  'ecs:DeleteTaskSet': 'ecs:service-writes',
  'ecs:UpdateServicePrimaryTaskSet': 'ecs:service-writes',
  'ecs:DescribeTaskDefinition': 'ecs:task-definition-reads',
  'ecs:ListTaskDefinitions': 'ecs:task-definition-reads',
  'ecs:ListTaskDefinitionFamilies': 'ecs:task-definition-reads',
  'ecs:RegisterTaskDefinition': 'ecs:task-definition-writes',
  'ecs:DeregisterTaskDefinition': 'ecs:task-definition-writes',
  'ecs:DeleteTaskDefinitions': 'ecs:task-definition-writes',
  'ecs:RunTask': 'ecs:run-task',
  'ecs:StartTask': 'ecs:run-task',
  'ecs:StopTask': 'ecs:stop-task',
};

export interface Throttle {
  /** Takes a token; false when the bucket is empty. */
  admit(place: string, service: string, operation: string): boolean;
  set(throttling: Throttling): void;
}

/**
 * A bucket's key is a category, an operation (`ecs:UpdateService`), a service (`ecr`) or `*`; the closest one
 * counts. `elapsed` is monotonic milliseconds.
 */
export function createThrottle(initial: Throttling, elapsed: () => number): Throttle {
  let buckets: Readonly<Record<string, Bucket>> = {};
  const levels = new Map<string, { tokens: number; at: number }>();
  const set = (throttling: Throttling) => {
    buckets = throttling === 'off' ? {} : throttling === 'aws' ? awsBuckets : throttling;
    levels.clear();
  };
  set(initial);
  return {
    set,
    admit(place, service, operation) {
      const name = `${service}:${operation}`;
      const key = [name, categories[name], service, '*'].find(
        (candidate) => candidate && Object.hasOwn(buckets, candidate),
      );
      if (!key) return true;
      const bucket = buckets[key]!;
      const now = elapsed();
      const level = levels.get(`${place} ${key}`) ?? { tokens: bucket.burst, at: now };
      const tokens = Math.min(bucket.burst, level.tokens + ((now - level.at) / 1000) * bucket.perSecond);
      const admitted = tokens >= 1;
      levels.set(`${place} ${key}`, { tokens: admitted ? tokens - 1 : tokens, at: now });
      return admitted;
    },
  };
}
