import type { Cluster, Tag, Task } from '@aws-sdk/client-ecs';
import { deployManifest } from '@landfall/core/operations/deploy-manifest';
import type { VirtualClock } from '@landfall/sandbox/clock/clock';
import { seededRandom } from '@landfall/sandbox/clock/random';
import type { Breach, Call } from '../../rollouts/chaos/judge/evidence.ts';
import { runAttempt } from '../../rollouts/chaos/simulation/attempt.ts';
import { LateReads } from '../../rollouts/chaos/simulation/late-reads.ts';
import {
  type Ask,
  askOf,
  describeTasks,
  imagesOf,
  taskArnsOf,
} from '../../rollouts/chaos/simulation/place.ts';
import { Recorder } from '../../rollouts/chaos/simulation/recorder.ts';
import { isRead, Witness } from '../../rollouts/chaos/simulation/witness.ts';
import { Scenario } from '../../rollouts/scenario/scenario.ts';
import { ConcurrentWriters } from './concurrent-writers.ts';
import { owner } from './draw-timeline.ts';
import { manifestFiles } from './files.ts';
import type { ManifestEvidence, ManifestRun } from './judge/evidence.ts';
import { judgeManifest } from './judge/judge.ts';
import type { Act, Attempt, ManifestTimeline } from './timeline.ts';

const clusterArn = 'arn:aws:ecs:us-east-1:123456789012:cluster/main';
const lockPrefix = `landfall:lock:${owner}:`;
const foreignKey = `${lockPrefix}another:1`;
const familyOf = (key: string) => `dev-${key}`;

export interface Simulated {
  readonly breaches: readonly Breach[];
  readonly verdicts: readonly string[];
  readonly evidence: ManifestEvidence;
}

/** Simulates a timeline to its end and holds it against the rules. */
export async function simulateManifest(timeline: ManifestTimeline): Promise<Simulated> {
  const recorders: Recorder[] = [];
  const existing = [
    ...timeline.services.filter(({ was }) => was !== 'absent'),
    ...timeline.left.map((one) => ({ ...one, countBefore: one.count, configuration: undefined })),
  ];
  const scenario = await Scenario.create({
    seed: timeline.seed,
    changed: () => {
      for (const recorder of recorders) recorder.changed();
    },
    services: Object.fromEntries(
      existing.map(({ name, countBefore, configuration, owner: value }) => [
        name,
        {
          desiredCount: countBefore,
          ...(configuration && { deploymentConfiguration: configuration }),
          ...(value !== undefined && { tags: [{ key: 'landfall:manifest', value }] }),
        },
      ]),
    ),
  });
  try {
    const names = [...timeline.services, ...timeline.left].map(({ name }) => name);
    recorders.push(...names.map((service) => new Recorder(scenario.sandbox, { service })));
    return await new Simulation(timeline, scenario, recorders).simulate();
  } finally {
    await scenario.close();
  }
}

class Simulation {
  readonly #timeline: ManifestTimeline;
  readonly #scenario: Scenario;
  readonly #recorders: readonly Recorder[];
  readonly #histories: ManifestEvidence['histories'];
  readonly #families: readonly string[];
  readonly #writers: ConcurrentWriters;
  readonly #ask: Ask;
  readonly #reads: LateReads;
  readonly #runs: ManifestRun[] = [];
  readonly #tasks = new Map<string, Task>();

  constructor(timeline: ManifestTimeline, scenario: Scenario, recorders: readonly Recorder[]) {
    this.#timeline = timeline;
    this.#scenario = scenario;
    this.#recorders = recorders;
    this.#histories = new Map(recorders.map(({ service, history }) => [service, history]));
    this.#families = timeline.tasks.map(familyOf);
    this.#writers = new ConcurrentWriters(scenario.sandbox);
    this.#ask = askOf(scenario.sandbox);
    this.#reads = new LateReads(this.#histories, timeline.lag, seededRandom(timeline.seed + 77));
  }

  async simulate(): Promise<Simulated> {
    const { services, taskRules, faults, attempts } = this.#timeline;
    const { sandbox } = this.#scenario;
    const clock = sandbox.clock as VirtualClock;
    for (const logGroupName of [
      ...services.filter(({ was }) => was === 'absent').map(({ name }) => `/ecs/${name}`),
      ...this.#families.map((family) => `/ecs/${family}`),
    ])
      await sandbox.dispatch('logs', 'CreateLogGroup', { logGroupName });
    const deployed = services.filter(({ was }) => was === 'deployed');
    for (const { name } of deployed) {
      const taskDefinition = await this.#scenario.register(name, 2);
      await sandbox.dispatch('ecs', 'UpdateService', { cluster: 'main', service: name, taskDefinition });
    }
    if (deployed.length > 0) clock.advance(1_200_000);
    for (const recorder of this.#recorders) recorder.take();
    clock.advance(2000);
    sandbox.ecs.setTaskRules(taskRules);
    this.#lockOfAnother();
    for (const fault of faults) sandbox.fault(fault);
    for (const { wait, attempt } of attempts) {
      clock.advance(wait);
      await this.#attempt(attempt);
    }
    const evidence = this.#evidence();
    return {
      breaches: judgeManifest(evidence),
      verdicts: this.#runs.flatMap(({ said }) => said?.outputs.verdict ?? said?.error?.code ?? []),
      evidence,
    };
  }

  #lockOfAnother(): void {
    const { foreignLock } = this.#timeline;
    if (foreignLock === undefined) return;
    const now = this.#scenario.clock.now();
    const [since, until] =
      foreignLock === 'expired' ? [now - 3_000_000, now - 2_000_000] : [now, now + 3_600_000];
    const value = `since=${since} until=${until} run=77`;
    this.#ask('ecs', 'TagResource', { resourceArn: clusterArn, tags: [{ key: foreignKey, value }] });
    if (foreignLock !== 'expired')
      this.#scenario.at(foreignLock.for, () =>
        this.#ask('ecs', 'UntagResource', { resourceArn: clusterArn, tagKeys: [foreignKey] }),
      );
  }

  #lockTags(): readonly string[] {
    const { clusters } = this.#ask<{ clusters: Cluster[] }>('ecs', 'DescribeClusters', {
      clusters: ['main'],
      include: ['TAGS'],
    });
    return (clusters[0]?.tags ?? []).flatMap(({ key = '' }) => (key.startsWith(lockPrefix) ? [key] : []));
  }

  async #attempt(attempt: Attempt): Promise<void> {
    for (const recorder of this.#recorders) recorder.keep();
    const [first, ...rest] = this.#recorders;
    const unlocked: Call[] = [];
    const own = new Set<string>();
    const witness = new Witness<Act>(this.#scenario, {
      recorders: [first!, ...rest],
      others: this.#writers,
      reads: this.#reads,
      attempt,
      families: this.#families,
      onSend: (call) => {
        for (const key of lockKeysOf(call)) own.add(key);
        if (call.operation === 'DescribeTasks') this.#noteTasks();
        if (isRead(call.operation) || /^(?:Tag|Untag)Resource$/.test(call.operation)) return;
        const tags = this.#lockTags();
        const isForeign = this.#timeline.foreignLock !== 'expired' && tags.includes(foreignKey);
        if (isForeign || !tags.some((key) => own.has(key))) unlocked.push(call);
      },
    });
    const end = await runAttempt(this.#scenario, witness, attempt, {
      operation: deployManifest,
      inputs: {
        service: '',
        cluster: '',
        'task-definition': '',
        environment: 'dev',
        ...this.#timeline.inputs,
      },
      files: manifestFiles(this.#timeline),
      act: (act) => this.#writers.act(act),
    });
    this.#noteTasks();
    const left = this.#lockTags();
    this.#runs.push({
      asked: { operation: 'deploy', until: 'completed', onCancel: this.#timeline.onCancel },
      origin: attempt.origin,
      attempt: attempt.attempt,
      calls: witness.calls,
      unlocked,
      after: new Map(this.#recorders.map((recorder) => [recorder.service, recorder.keep()])),
      leavesLock: left.some((key) => own.has(key)),
      isLockedOut: left.some((key) => !own.has(key)),
      ...end,
    });
  }

  /** ECS shows what has stopped for an hour. */
  #noteTasks(): void {
    for (const task of describeTasks(this.#ask, taskArnsOf(this.#ask, this.#families)))
      this.#tasks.set(task.taskArn!, task);
  }

  #evidence(): ManifestEvidence {
    const { services, tasks, lag, onFailure, prune, adopt, hasLock } = this.#timeline;
    this.#noteTasks();
    return {
      wanted: {
        services,
        families: Object.fromEntries(tasks.map((key) => [key, familyOf(key)])),
        owner,
        onFailure,
        prune,
        adopt,
        hasLock,
      },
      runs: this.#runs,
      histories: this.#histories,
      images: imagesOf(this.#ask),
      tasks: [...this.#tasks.values()],
      touched: this.#writers.touched,
      behind: lag.share === 0 ? 0 : lag.most,
    };
  }
}

const lockKeysOf = ({ operation, input }: Call): readonly string[] =>
  operation === 'TagResource'
    ? ((input.tags ?? []) as Tag[]).flatMap(({ key = '' }) => (key.startsWith(lockPrefix) ? [key] : []))
    : [];
