/** A token bucket: `burst` calls at once, refilled at `perSecond`. */
export interface Bucket {
  readonly burst: number;
  readonly perSecond: number;
}

export type Throttling = 'off' | 'aws' | Readonly<Record<string, Bucket>>;

/** A bucket that operations of an API share. */
interface SharedBucket extends Bucket {
  readonly operations: readonly string[];
}

/** What AWS throttles of an API, by the name of the bucket. */
export type ApiThrottling = Readonly<Record<string, SharedBucket>>;

interface ThrottledApi {
  readonly name: string;
  readonly throttling?: ApiThrottling;
}

export interface Throttle {
  /** Takes a token; false when the bucket is empty. */
  admit(place: string, service: string, operation: string): boolean;
  set(throttling: Throttling): void;
}

/**
 * A bucket's key is a shared bucket (`ecs:service-writes`), an operation (`ecs:UpdateService`), a service (`ecr`) or
 * `*`; the closest one counts. There is one for each account and region. `elapsed` is monotonic milliseconds.
 */
export function createThrottle(
  initial: Throttling,
  elapsed: () => number,
  apis: readonly ThrottledApi[] = [],
): Throttle {
  const shared = apis.flatMap(({ name, throttling = {} }) =>
    Object.entries(throttling).map(([bucket, { operations, ...rates }]) => ({
      key: `${name}:${bucket}`,
      rates,
      operations: operations.map((operation) => `${name}:${operation}`),
    })),
  );
  const awsBuckets = Object.fromEntries(shared.map(({ key, rates }) => [key, rates]));
  const sharedBy = new Map(shared.flatMap(({ key, operations }) => operations.map((name) => [name, key])));
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
      const key = [name, sharedBy.get(name), service, '*'].find(
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
