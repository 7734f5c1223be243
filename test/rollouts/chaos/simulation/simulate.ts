import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import type { Operation } from '@landfall/core/operation/operation';
import { continueDeployment } from '@landfall/core/operations/continue-deployment';
import { deployExpressService } from '@landfall/core/operations/deploy-express-service';
import { deployService } from '@landfall/core/operations/deploy-service';
import { rollbackService } from '@landfall/core/operations/rollback-service';
import { runTask } from '@landfall/core/operations/run-task';
import { scaleService } from '@landfall/core/operations/scale-service';
import { waitForService } from '@landfall/core/operations/wait-for-service';
import type { VirtualClock } from '@landfall/sandbox/clock/clock';
import { seededRandom } from '@landfall/sandbox/clock/random';
import { ByTaskSets } from '../../scenario/by-task-sets.ts';
import { CodeDeployed } from '../../scenario/code-deployed.ts';
import { Scenario } from '../../scenario/scenario.ts';
import { conductBreaches } from '../judge/conduct.ts';
import type { Breach, Evidence, Run } from '../judge/evidence.ts';
import { judge } from '../judge/judge.ts';
import { partOf } from '../judge/several.ts';
import { idOf, newestOf, primarySetOf } from '../judge/world/history.ts';
import { isPaused } from '../judge/world/live.ts';
import { newest } from '../timeline/scenarios.ts';
import type { Act, Attempt, OperationName, Step, Timeline } from '../timeline/timeline.ts';
import { runAttempt } from './attempt.ts';
import { ConcurrentWriters } from './concurrent-writers.ts';
import { LateReads } from './late-reads.ts';
import { Versions } from './outside.ts';
import { type Ask, askOf, describeTasks, imagesOf, place } from './place.ts';
import { Recorder } from './recorder.ts';
import { Witness } from './witness.ts';

const programs: Readonly<Record<OperationName, Operation>> = {
  'deploy-service': deployService,
  'deploy-express-service': deployExpressService,
  'wait-for-service': waitForService,
  'rollback-service': rollbackService,
  'continue-deployment': continueDeployment,
  'scale-service': scaleService,
  'run-task': runTask,
};
/** The second of several services. */
const beside = 'api';

interface Simulated {
  readonly breaches: readonly Breach[];
  /** Of each run that came to an end. */
  readonly verdicts: readonly string[];
  readonly evidence: Evidence;
}

/** Simulates a timeline to its end and holds it against the rules. */
export async function simulate(timeline: Timeline): Promise<Simulated> {
  const recorders: Recorder[] = [];
  const { strategy, seed } = timeline;
  const hasTask = timeline.steps.some((step) => 'attempt' in step && step.attempt.asked.taskBefore);
  const scenario = await Scenario.create({
    seed,
    // The judge asks for the task at the end, after a deployment of any length.
    ...(hasTask && { timing: { stoppedTasksKept: 24 * 3_600_000 } }),
    changed: () => {
      for (const recorder of recorders) recorder.changed();
    },
    ...(strategy === 'EXPRESS'
      ? { express: { web: { primaryContainer: { image: timeline.images[1]! } } } }
      : {
          services: { web: timeline.service, ...(timeline.isSeveral && { [beside]: { desiredCount: 1 } }) },
        }),
  });
  try {
    if (strategy === 'CODE_DEPLOY') await new CodeDeployed(scenario).group(timeline.group);
    if (strategy === 'EXTERNAL') await new ByTaskSets(scenario).makeLive();
    recorders.push(
      new Recorder(scenario.sandbox, {
        hasCodeDeploy: strategy === 'CODE_DEPLOY',
        takes: timeline.outside === 'secret' || timeline.outside === 'parameter',
      }),
      ...(timeline.isSeveral ? [new Recorder(scenario.sandbox, { service: beside })] : []),
    );
    return await new Simulation(timeline, scenario, recorders[0]!, recorders[1]).simulate();
  } finally {
    await scenario.close();
  }
}

class Simulation {
  readonly #timeline: Timeline;
  readonly #scenario: Scenario;
  readonly #recorder: Recorder;
  /** Of the second of several services. */
  readonly #beside: Recorder | undefined;
  readonly #versions: Versions;
  readonly #writers: ConcurrentWriters;
  readonly #ask: Ask;
  readonly #reads: LateReads;
  readonly #runs: Run[] = [];
  #changedAt: number | undefined;

  constructor(timeline: Timeline, scenario: Scenario, recorder: Recorder, besideIt: Recorder | undefined) {
    this.#timeline = timeline;
    this.#scenario = scenario;
    this.#recorder = recorder;
    this.#beside = besideIt;
    this.#ask = askOf(scenario.sandbox);
    this.#versions = new Versions(scenario.sandbox, timeline);
    this.#writers = new ConcurrentWriters(scenario.sandbox, timeline, this.#versions);
    const histories = new Map([[place.service, recorder.history]]);
    this.#reads = new LateReads(histories, timeline.lag, seededRandom(timeline.seed + 77));
  }

  async simulate(): Promise<Simulated> {
    const { sandbox } = this.#scenario;
    const timeline = this.#timeline;
    await this.#versions.create();
    // Version 1 was live before anything else happened.
    this.#recorder.take();
    this.#beside?.take();
    (sandbox.clock as VirtualClock).advance(2000);
    sandbox.ecs.setTaskRules(timeline.taskRules);
    sandbox.ecs.setHooks(timeline.hooks);
    sandbox.codedeploy.setHooks({ gate: timeline.gate });
    sandbox.ecs.setUnknownStage(timeline.unknownStage);
    for (const step of timeline.steps) await this.#take(step);
    const evidence = this.#evidence();
    return {
      breaches: this.#beside ? judgeSeveral(evidence, timeline, this.#beside) : judge(evidence),
      verdicts: this.#runs.flatMap(
        ({ said }) => said?.outputs.verdict ?? said?.error?.code ?? (said ? 'done' : []),
      ),
      evidence,
    };
  }

  async #take(step: Step): Promise<void> {
    const clock = this.#scenario.sandbox.clock as VirtualClock;
    if ('act' in step) {
      if (step.act.what === 'change-outside') this.#changedAt = clock.now();
      await this.#writers.act(step.act);
      clock.advance(step.wait);
    } else if ('attempt' in step) {
      clock.advance(step.wait);
      await this.#attempt(step.attempt);
    } else {
      const is = 'untilPaused' in step ? isPaused : isRollingBack;
      const { history } = this.#recorder;
      for (let waited = 0; waited < step.wait && !is(history.at(-1)!, undefined); waited += 2000)
        clock.advance(2000);
    }
  }

  async #attempt(attempt: Attempt): Promise<void> {
    const { sandbox } = this.#scenario;
    // Faults are counted from the first attempt on.
    if (this.#runs.length === 0) for (const fault of this.#timeline.faults) sandbox.fault(fault);
    const state = this.#recorder.keep();
    const resolved = (text: string) => (text === newest ? newestId(this.#timeline, state) : text);
    const inputs = Object.fromEntries(
      Object.entries(attempt.inputs).map(([name, value]) => [name, this.#revision(resolved(value))]),
    );
    const revision = inputs['task-definition'];
    const asked = {
      ...attempt.asked,
      ...(attempt.asked.deploymentId && { deploymentId: resolved(attempt.asked.deploymentId) }),
      ...(revision?.startsWith('arn:') && { revision }),
    };
    const witness = new Witness<Act>(this.#scenario, {
      recorders: [this.#recorder, ...(this.#beside ? [this.#beside] : [])],
      others: this.#writers,
      reads: this.#reads,
      attempt,
      tasksShort: this.#timeline.tasksShort,
    });
    const end = await runAttempt(this.#scenario, witness, attempt, {
      operation: programs[attempt.operation],
      inputs,
      files: {
        ...this.#timeline.files,
        'version-2.json': JSON.stringify(this.#versions.definition(2)),
      },
      act: (act) => this.#writers.act(act),
    });
    this.#recorder.keep();
    this.#beside?.keep();
    this.#runs.push({
      asked,
      origin: attempt.origin,
      attempt: attempt.attempt,
      calls: witness.calls,
      before: state,
      ...end,
    });
  }

  /** `@1`: the revision that version 1 has. */
  #revision(text: string): string {
    if (!/^@\d$/.test(text)) return text;
    const image = this.#timeline.images[Number(text.slice(1))];
    return (
      Object.entries(imagesOf(this.#ask)).find(([, one]) => one === image)?.[0] ?? `web:${text.slice(1)}`
    );
  }

  #evidence(): Evidence {
    return {
      runs: this.#runs,
      history: this.#recorder.history,
      images: imagesOf(this.#ask),
      tasks: describeTasks(this.#ask, this.#taskArns()),
      changedOutsideAt: this.#changedAt,
      behind: this.#timeline.lag.share === 0 ? 0 : this.#timeline.lag.most,
    };
  }

  #taskArns(): readonly string[] {
    const made = this.#runs.flatMap(({ calls }) => calls.flatMap((call) => call.made));
    return made.filter((id) => id.includes(':task/'));
  }
}

function judgeSeveral(evidence: Evidence, { images }: Timeline, { history }: Recorder): readonly Breach[] {
  return [
    ...judge(partOf(evidence, place.service, images[2]!)),
    ...judge({ ...partOf(evidence, beside, `example/${beside}:2`), history }),
    ...evidence.runs.flatMap(conductBreaches),
  ];
}

const isRollingBack = (state: Evidence['history'][number]): boolean =>
  /^ROLLBACK_/.test(newestOf(state)?.status ?? '') ||
  state.codeDeploy.some(({ info }: { info: DeploymentInfo }) => info.rollbackInfo !== undefined);

function newestId({ strategy }: Timeline, state: Evidence['history'][number]): string {
  if (strategy === 'CODE_DEPLOY') return state.codeDeploy.at(-1)?.info.deploymentId ?? '';
  if (strategy === 'EXTERNAL') return primarySetOf(state)?.id ?? '';
  const deployment = newestOf(state);
  return deployment ? idOf(deployment) : '';
}
