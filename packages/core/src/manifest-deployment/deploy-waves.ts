import { deployToVerdict, type Noted } from '../deployment/controllers/deploy-services.ts';
import type { Run } from '../deployment/follow/run.ts';
import { failedToStart, notStarted, type Outcome } from '../deployment/report/outcome.ts';
import type { WaitOptions } from '../deployment/rollout/wait-conditions.ts';
import { type Job, schedule } from '../deployment/run-in-order.ts';
import { asLandfallError } from '../errors/as-landfall-error.ts';
import type { Recorder } from '../record/recorder.ts';
import type { RegisteredService, RegisteredWave } from './register.ts';
import type { WantedService } from './selection.ts';
import { keepingTasks, runManifestTask, type TaskEnd } from './tasks.ts';

/** What became of a wave. */
export interface WaveEnd {
  readonly wave: number;
  readonly tasks: readonly (TaskEnd | { readonly key: string; readonly notStarted: string })[];
  readonly outcomes: readonly Outcome[];
  /** As they were just before the wave, in the order of the outcomes. */
  readonly services: readonly RegisteredService[];
}

interface ServiceEnd {
  readonly service: RegisteredService;
  readonly outcome: Outcome;
}
type StepEnd = TaskEnd | ServiceEnd;

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
  return waves.map(({ wave, tasks, services }): WaveEnd => {
    const deployed = services.flatMap((service): readonly ServiceEnd[] => {
      const end = ends.get(serviceName(service.wanted));
      if (end === undefined) return [];
      const { cluster, name } = service.target;
      if ('notStarted' in end) return [{ service, outcome: notStarted(cluster, name, end.notStarted) }];
      return 'outcome' in end.value ? [end.value] : [];
    });
    return {
      wave,
      tasks: tasks.flatMap(({ key }): WaveEnd['tasks'] => {
        const end = ends.get(taskName(key));
        if (end === undefined) return [];
        if ('notStarted' in end) return [{ key, notStarted: end.notStarted }];
        return 'key' in end.value ? [end.value] : [];
      }),
      outcomes: deployed.map(({ outcome }) => outcome),
      services: deployed.map(({ service }) => service),
    };
  });
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
  for (const wave of waves) {
    const { tasks, services } = wave;
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
    // What was read before a task or another wave ran may be long ago.
    const isLongAgo = after.length > 0;
    let current: Promise<readonly RegisteredService[]> | undefined;
    const readOnce = () => {
      current ??= isLongAgo ? readAgain(run, wave) : Promise.resolve(services);
      return current;
    };
    for (const given of services)
      jobs.push({
        name: serviceName(given.wanted),
        after,
        run: async () => {
          const value = await deployCurrent(run, given, readOnce, noted);
          const { error, reason } = value.outcome;
          if (error) run.world.host.log.error(`✗ ${given.target.name}: ${reason}`);
          return { ok: error === undefined, value };
        },
      });
    after = services.map(({ wanted }) => serviceName(wanted));
  }
  return jobs;
}

/** The services of a wave as they are now, with what is deployed to them. */
async function readAgain(run: Run, wave: RegisteredWave): Promise<readonly RegisteredService[]> {
  const found = await wave.readAgain();
  return wave.services.flatMap((one) => {
    const now = found.find(({ wanted }) => wanted === one.wanted);
    const isNew = (notice: string) => !one.notices.includes(notice);
    for (const notice of now?.notices.filter(isNew) ?? []) run.world.host.log.notice(notice);
    return now ? [{ ...one, ...now }] : [];
  });
}

async function deployCurrent(
  run: Run,
  given: RegisteredService,
  readOnce: () => Promise<readonly RegisteredService[]>,
  noted: Noted | undefined,
): Promise<ServiceEnd> {
  try {
    const current = await readOnce();
    const service = current.find(({ wanted }) => wanted === given.wanted) ?? given;
    return { service, outcome: await deployToVerdict(run, service, noted) };
  } catch (thrown) {
    const { cluster, name } = given.target;
    return { service: given, outcome: failedToStart(cluster, name, asLandfallError(thrown)) };
  }
}

/** Rolls back the services that this run has deployed, the last one first. */
export async function rollBackWaves(
  run: Run,
  ends: readonly WaveEnd[],
  noted: Noted,
): Promise<readonly WaveEnd[]> {
  const task = ends.flatMap(({ tasks }) => tasks).find((one) => 'error' in one && one.error);
  const { rollBackDeployed } = await import('../deployment/controllers/roll-back-deployed.ts');
  const why = task && `task ${task.key} failed`;
  const after: WaveEnd[] = [];
  for (const end of [...ends].reverse()) {
    const outcomes: Outcome[] = [];
    for (const [at, outcome] of [...end.outcomes.entries()].reverse()) {
      const service = end.services[at];
      outcomes.unshift(service ? await rollBackDeployed(run, service, outcome, noted, why) : outcome);
    }
    after.unshift({ ...end, outcomes });
  }
  return after;
}
