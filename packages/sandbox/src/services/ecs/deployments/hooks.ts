import type { DeploymentLifecycleHook } from '@aws-sdk/client-ecs';
import type { EcsContext } from '../model/ecs-context.ts';
import type { HookRun, ServiceDeploymentRecord } from '../model/records.ts';

const MINUTE = 60_000;
const DAY_IN_MINUTES = 1_440;
const CALL_BACK = 30;
const INVOCATION = 1_000;

/** What a Lambda function answers. `callBackDelay` in seconds: ECS asks again after it. */
type HookAnswer =
  | 'SUCCEEDED'
  | 'FAILED'
  | { readonly status: 'IN_PROGRESS'; readonly callBackDelay?: number };

export interface HookRule {
  /** The function's ARN, or its end. Absent: any. */
  readonly target?: string;
  readonly stage?: string;
  /** One after the other; the last is repeated. */
  readonly answers: readonly HookAnswer[];
}

type HookState =
  | { readonly kind: 'done' }
  | { readonly kind: 'waiting'; readonly until: number }
  | { readonly kind: 'failed'; readonly because: string };

/** The hooks of the configuration that belong to a stage, started now. */
export function startHooks(ecs: EcsContext, record: ServiceDeploymentRecord, stage: string): void {
  const now = ecs.clock.now();
  for (const hook of record.configuration.lifecycleHooks ?? []) {
    if (!hook.lifecycleStages?.some((candidate) => candidate === stage)) continue;
    record.hooks.push(newRun(ecs, hook, stage, now));
  }
}

function newRun(ecs: EcsContext, hook: DeploymentLifecycleHook, stage: string, now: number): HookRun {
  const pause = hook.targetType === 'PAUSE';
  const minutes = hook.timeoutConfiguration?.timeoutInMinutes ?? DAY_IN_MINUTES;
  return {
    hookId: ecs.ids.uuid(),
    targetType: pause ? 'PAUSE' : 'AWS_LAMBDA',
    targetArn: hook.hookTargetArn,
    stage,
    status: pause ? 'AWAITING_ACTION' : 'IN_PROGRESS',
    expiresAt: now + minutes * MINUTE,
    timeoutAction: hook.timeoutConfiguration?.action ?? 'ROLLBACK',
    asked: 0,
    askAt: now + INVOCATION,
  };
}

/** Invokes the functions that are due, and returns whether the stage may continue. */
export function hookState(
  ecs: EcsContext,
  record: ServiceDeploymentRecord,
  rules: readonly HookRule[],
): HookState {
  const now = ecs.clock.now();
  let until = Number.POSITIVE_INFINITY;
  for (const hook of record.hooks) {
    if (hook.stage !== record.lifecycleStage) continue;
    if (hook.status === 'IN_PROGRESS' && now >= hook.askAt) ask(hook, rules, now);
    if ((hook.status === 'IN_PROGRESS' || hook.status === 'AWAITING_ACTION') && now >= hook.expiresAt) {
      hook.status = 'TIMED_OUT';
    }
    if (hook.status === 'FAILED' || (hook.status === 'TIMED_OUT' && hook.timeoutAction === 'ROLLBACK')) {
      return { kind: 'failed', because: complaint(hook) };
    }
    if (hook.status === 'IN_PROGRESS') until = Math.min(until, hook.askAt, hook.expiresAt);
    if (hook.status === 'AWAITING_ACTION') until = Math.min(until, hook.expiresAt);
  }
  return Number.isFinite(until) ? { kind: 'waiting', until } : { kind: 'done' };
}

function ask(hook: HookRun, rules: readonly HookRule[], now: number): void {
  const rule = rules.find(
    (candidate) =>
      (candidate.target === undefined || hook.targetArn?.endsWith(candidate.target) === true) &&
      (candidate.stage === undefined || candidate.stage === hook.stage),
  );
  const answer = rule?.answers[Math.min(hook.asked, rule.answers.length - 1)] ?? 'SUCCEEDED';
  hook.asked += 1;
  if (answer === 'SUCCEEDED' || answer === 'FAILED') hook.status = answer;
  else hook.askAt = now + (answer.callBackDelay ?? CALL_BACK) * 1_000;
}

function complaint(hook: HookRun): string {
  const what =
    hook.targetType === 'PAUSE' ? `Lifecycle hook ${hook.hookId}` : `Lifecycle hook target ${hook.targetArn}`;
  return `${hook.stage} lifecycle hook(s) failed. ${what} ${hook.status === 'TIMED_OUT' ? 'timed out' : `returned ${hook.status} status`}.`;
}
