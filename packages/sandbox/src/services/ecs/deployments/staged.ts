import type { EcsContext } from '../model/ecs-context.ts';
import type {
  DeploymentRecord,
  ServiceDeploymentRecord,
  ServiceRecord,
  TaskRecord,
} from '../model/records.ts';
import { liveTasks } from '../model/state.ts';
import { stagePlan } from '../rules/stage-plan.ts';
import { launch, retire } from '../tasks/launch.ts';
import type { TaskLifecycle } from '../tasks/lifecycle.ts';
import { isProtected } from '../tasks/protection.ts';
import { rollbackCandidate } from './deployments.ts';
import { type HookRule, hookState, startHooks } from './hooks.ts';
import { hookTrigger, type Trigger } from './rollout-reasons.ts';

/** How a staged deployment can be steered from outside. */
export interface StagedRules {
  hooks: readonly HookRule[];
  /** A stage that no client knows, once in every deployment. */
  unknownStage: string | undefined;
}

type StagedOutcome =
  | { readonly kind: 'complete' }
  | { readonly kind: 'wait'; readonly until?: number; readonly refusal?: string | undefined }
  | { readonly kind: 'failed'; readonly trigger: Trigger };

/** Takes a BLUE_GREEN, LINEAR or CANARY deployment as far as it can go now. */
export function advanceStages(
  ecs: EcsContext,
  lifecycle: TaskLifecycle,
  service: ServiceRecord,
  primary: DeploymentRecord,
  record: ServiceDeploymentRecord,
  staged: StagedRules,
): StagedOutcome {
  const now = ecs.clock.now();
  record.plan ??= stagePlan(record.configuration, {
    reconcile: service.deployments.length > 2,
    pace: ecs.timing.stage,
    minute: ecs.timing.bakeMinute,
    unknownStage: staged.unknownStage,
  });
  const candidate = rollbackCandidate(service, record.deploymentId);
  const source = service.deployments.find((entry) => entry.revisionArn === candidate?.arn);
  for (;;) {
    const step = record.plan[record.step ?? -1];
    if (step !== undefined) {
      const hooks = hookState(ecs, record, staged.hooks);
      if (hooks.kind === 'failed') return { kind: 'failed', trigger: hookTrigger(hooks.because) };
      const tasks = keepTasks(ecs, lifecycle, { service, primary, record, source });
      const rested = (record.stepAt ?? now) + step.wait;
      if (hooks.kind === 'waiting') return { kind: 'wait', until: hooks.until, refusal: tasks.refusal };
      if (!tasks.ready) return { kind: 'wait', refusal: tasks.refusal };
      if (now < rested) return { kind: 'wait', until: rested, refusal: tasks.refusal };
    }
    record.step = (record.step ?? -1) + 1;
    record.stepAt = now;
    const next = record.plan[record.step];
    if (next === undefined) return { kind: 'complete' };
    record.lifecycleStage = next.stage;
    record.updatedAt = now;
    shift(record, next, source !== undefined);
    startHooks(ecs, record, next.stage);
  }
}

function shift(
  record: ServiceDeploymentRecord,
  step: { readonly production?: number; readonly test?: number },
  hasSource: boolean,
): void {
  const before = record.weights?.target ?? { production: 0, test: 0 };
  const target = { production: step.production ?? before.production, test: step.test ?? before.test };
  const source = hasSource
    ? { production: 100 - target.production, test: 100 - target.test }
    : { production: 0, test: 0 };
  record.weights = { target, source };
}

/** Gives each side the tasks that the stage wants, and says whether they are there. */
function keepTasks(
  ecs: EcsContext,
  lifecycle: TaskLifecycle,
  side: {
    readonly service: ServiceRecord;
    readonly primary: DeploymentRecord;
    readonly record: ServiceDeploymentRecord;
    readonly source: DeploymentRecord | undefined;
  },
): { readonly ready: boolean; readonly refusal: string | undefined } {
  const { service, primary, record, source } = side;
  const plan = record.plan!;
  const scaleUp = plan.findIndex((step) => step.work === 'scale-up');
  const { work } = plan[record.step!]!;
  primary.wanted = record.step! >= scaleUp ? service.desiredCount : 0;
  if (source !== undefined) source.wanted = work === 'clean-up' ? 0 : service.desiredCount;

  const groups = { own: [] as TaskRecord[], source: [] as TaskRecord[], others: [] as TaskRecord[] };
  let left = 0;
  for (const task of liveTasks(ecs.state, service)) {
    const group =
      task.deploymentId === primary.id ? 'own' : task.deploymentId === source?.id ? 'source' : 'others';
    if (group !== 'own') left += group === 'others' || work === 'clean-up' ? 1 : 0;
    if (task.desiredStatus === 'RUNNING') groups[group].push(task);
  }
  retire(ecs, lifecycle, service, unprotected(ecs, groups.others));
  const refusal = meet(ecs, lifecycle, service, primary, groups.own);
  if (source !== undefined) meet(ecs, lifecycle, service, source, groups.source);
  const healthy = groups.own.filter((task) => task.healthy).length;
  const scaled = record.step! < scaleUp || healthy >= service.desiredCount;
  const cleared = work !== 'clean-up' && work !== 'reconcile' ? true : left === 0;
  return { ready: scaled && cleared, refusal };
}

const unprotected = (ecs: EcsContext, tasks: readonly TaskRecord[]): TaskRecord[] =>
  tasks.filter((task) => !isProtected(task, ecs.clock.now()));

function meet(
  ecs: EcsContext,
  lifecycle: TaskLifecycle,
  service: ServiceRecord,
  deployment: DeploymentRecord,
  tasks: readonly TaskRecord[],
): string | undefined {
  const missing = (deployment.wanted ?? 0) - tasks.length;
  if (missing < 0) retire(ecs, lifecycle, service, unprotected(ecs, tasks).slice(missing));
  if (missing <= 0 || ecs.clock.now() < deployment.notBefore) return undefined;
  return launch(ecs, lifecycle, service, deployment, missing);
}
