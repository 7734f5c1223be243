import { deployToVerdict, type Noted, rollBackDeployed } from '../deployment/controllers/deploy-services.ts';
import type { Run } from '../deployment/follow/run.ts';
import { notStarted, type Outcome } from '../deployment/report/outcome.ts';
import type { WaitOptions } from '../deployment/rollout/wait-conditions.ts';
import { type Job, schedule } from '../deployment/run-in-order.ts';
import type { Recorder } from '../record/recorder.ts';
import type { RegisteredWave } from './register.ts';
import type { WantedService } from './selection.ts';
import { keepingTasks, runManifestTask, type TaskEnd } from './tasks.ts';

/** What became of a wave. */
export interface WaveEnd {
  readonly wave: number;
  readonly tasks: readonly (TaskEnd | { readonly key: string; readonly notStarted: string })[];
  readonly outcomes: readonly Outcome[];
}

type StepEnd = TaskEnd | Outcome;

/**
 * The waves in order: the tasks of a wave one after the other, then its services together. What fails stops what comes
 * after it; what runs is seen to its end.
 */
export async function deployWaves(
  run: Run,
  waves: readonly RegisteredWave[],
  options: { readonly maxParallel: number; readonly wait: WaitOptions; readonly noted: Noted | undefined },
): Promise<readonly WaveEnd[]> {
  const { host } = run.world;
  const record = keepingTasks(run.record);
  const settled = await schedule(jobsOf(run, record, waves, options), {
    maxParallel: options.maxParallel,
    onFailure: 'stop',
    stopped: () => (host.cancellation.aborted ? 'the run was cancelled' : undefined),
  });
  const ends = new Map(settled.map((one) => [one.name, one]));
  return waves.map(({ wave, tasks, services }) => ({
    wave,
    tasks: tasks.flatMap(({ key }): WaveEnd['tasks'] => {
      const end = ends.get(taskName(key));
      if (end === undefined) return [];
      if ('notStarted' in end) return [{ key, notStarted: end.notStarted }];
      return 'key' in end.value ? [end.value] : [];
    }),
    outcomes: services.flatMap(({ target, wanted }): WaveEnd['outcomes'] => {
      const end = ends.get(serviceName(wanted));
      if (end === undefined) return [];
      if ('notStarted' in end) return [notStarted(target.cluster, target.name, end.notStarted)];
      return 'key' in end.value ? [] : [end.value];
    }),
  }));
}

const taskName = (key: string) => `task ${key}`;
/** Two clusters may each have a service of this name. */
const serviceName = ({ key, serviceName: name }: WantedService) => `${name} (${key})`;

function jobsOf(
  run: Run,
  record: Recorder,
  waves: readonly RegisteredWave[],
  { wait, noted }: { readonly wait: WaitOptions; readonly noted: Noted | undefined },
): readonly Job<StepEnd>[] {
  const jobs: Job<StepEnd>[] = [];
  let after: readonly string[] = [];
  for (const { tasks, services } of waves) {
    for (const task of tasks) {
      const name = taskName(task.key);
      jobs.push({
        name,
        after,
        run: async () => {
          const value = await runManifestTask(run, record, task, task.registration.arn, wait);
          return { ok: value.error === undefined, value };
        },
      });
      after = [name];
    }
    for (const one of services)
      jobs.push({
        name: serviceName(one.wanted),
        after,
        run: async () => {
          const value = await deployToVerdict(run, one, noted);
          if (value.error) run.world.host.log.error(`✗ ${one.target.name}: ${value.reason}`);
          return { ok: value.error === undefined, value };
        },
      });
    after = services.map(({ wanted }) => serviceName(wanted));
  }
  return jobs;
}

/** Rolls back the services that this run has deployed, the last one first. */
export async function rollBackWaves(
  run: Run,
  waves: readonly RegisteredWave[],
  ends: readonly WaveEnd[],
  noted: Noted,
): Promise<readonly WaveEnd[]> {
  const task = ends.flatMap(({ tasks }) => tasks).find((one) => 'error' in one && one.error);
  const why = task && `task ${task.key} failed`;
  const after: WaveEnd[] = [];
  for (const [index, end] of [...ends.entries()].reverse()) {
    const outcomes: Outcome[] = [];
    for (const [at, outcome] of [...end.outcomes.entries()].reverse()) {
      const service = waves[index]?.services[at];
      outcomes.unshift(service ? await rollBackDeployed(run, service, outcome, noted, why) : outcome);
    }
    after.unshift({ ...end, outcomes });
  }
  return after;
}
