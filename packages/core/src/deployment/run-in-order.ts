/** Runs things that wait for one another: as many at once as allowed, none before what it comes after is done. */

export interface Job<T> {
  readonly name: string;
  readonly after: readonly string[];
  /** Resolves with whether it went well. It reports its own failure and never rejects. */
  run(): Promise<{ readonly ok: boolean; readonly value: T }>;
}

export type Settled<T> =
  | { readonly name: string; readonly value: T }
  | { readonly name: string; readonly notStarted: string };

/**
 * @param onFailure `stop`: start nothing more once something failed (what runs is seen to its end);
 *   `continue`: run everything that does not come after a failed one
 * @param stopped asked before each start: a reason to start nothing more
 * @returns in the order of the jobs
 */
export async function schedule<T>(
  jobs: readonly Job<T>[],
  options: {
    readonly maxParallel: number;
    readonly onFailure: 'stop' | 'continue';
    stopped(): string | undefined;
  },
): Promise<readonly Settled<T>[]> {
  const settled = new Map<string, Settled<T>>();
  const good = new Set<string>();
  const bad = new Set<string>();
  const running = new Map<string, Promise<void>>();
  const skip = (job: Job<T>, notStarted: string) => {
    settled.set(job.name, { name: job.name, notStarted });
    bad.add(job.name);
  };
  const isOpen = (job: Job<T>) => !settled.has(job.name) && !running.has(job.name);
  const begin = (job: Job<T>) => {
    running.set(
      job.name,
      job.run().then(({ ok, value }) => {
        (ok ? good : bad).add(job.name);
        settled.set(job.name, { name: job.name, value });
        running.delete(job.name);
      }),
    );
  };
  for (;;) {
    const stopped =
      options.stopped() ??
      (options.onFailure === 'stop' && bad.size > 0 ? `${[...bad][0]} failed` : undefined);
    for (const job of jobs.filter(isOpen)) {
      const failed = job.after.find((name) => bad.has(name));
      if (stopped !== undefined) skip(job, stopped);
      else if (failed !== undefined) skip(job, `it comes after ${failed}, which is not live`);
      else if (running.size < options.maxParallel && job.after.every((name) => good.has(name))) begin(job);
    }
    if (running.size === 0) {
      if (!jobs.some(isOpen)) return jobs.flatMap((job) => settled.get(job.name) ?? []);
      continue;
    }
    await Promise.race(running.values());
  }
}
