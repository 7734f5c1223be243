import { untoldRollback } from '../../ecs/newest-deployment.ts';
import type { OutsideChange } from '../../record/outside-change.ts';
import type { Recorder } from '../../record/recorder.ts';
import type { SummaryBlock } from '../../record/summary-block.ts';
import { diffPlain } from '../../task-definition/compare/diff.ts';
import type { World } from '../../world/world.ts';
import type { Wanted } from '../inputs/deploy-request.ts';
import { lookOutside } from '../outside-change/look.ts';
import { callsForDeployment, reportOutsideChanges } from '../outside-change/on-outside-change.ts';
import { changeLines } from '../plan/change-lines.ts';
import { planSentence, settingChanges } from '../plan/plan.ts';
import { planRegistration } from '../plan/plan-registration.ts';
import { type Plan, type Settings, settingsWith } from '../plan/plan-types.ts';
import type { Effect } from '../plan/setting-effects.ts';
import { isSetTo } from '../service/read-service-targets.ts';
import { planTags, tagLines } from '../service/set-tags.ts';
import type { Controlled } from './controller.ts';

/** What would be done to one service. */
export type PlannedService = Plan & {
  readonly service: string;
  /** Whether a revision would be registered. */
  readonly registers: boolean;
  /** The differences from what runs, `- ` and `+ `; no values of environment variables. */
  readonly changes: readonly string[];
  /** What lies outside the task definition and has changed, or could not be compared. */
  readonly outside: readonly OutsideChange[];
  /** The fields of its definition that differ, and what a change of each does. */
  readonly settings?: readonly { readonly field: string; readonly effect: Effect }[];
};

/** Plans every service and tells it in the log; writes nothing. */
export async function reportPlan(
  services: readonly (Controlled & Pick<Wanted, 'source' | 'definition'>)[],
  given: Settings,
  world: World,
): Promise<readonly PlannedService[]> {
  const { log } = world.host;
  const ecs = await world.aws.ecs();
  const planned: PlannedService[] = [];
  for (const { target, controller, source, definition } of services) {
    const settings = settingsWith(given, definition);
    const { arn, said, changes: differences } = await planRegistration(source, target, world);
    const own = definition ? settingChanges(target, settings) : [];
    const tags = definition?.tags && planTags(target.service.tags ?? [], definition.tags);
    const changes = [
      ...differences,
      ...(target.isAbsent
        ? diffPlain({}, (definition?.settings ?? {}) as Record<string, unknown>)
        : changeLines(own)),
      ...(tags ? tagLines(tags) : []),
    ];
    log.info(said);
    for (const line of changes) log.info(line);
    const { forceNewDeployment, onOutsideChange = 'deploy' } = settings;
    const outside = forceNewDeployment || !isSetTo(target, arn) ? [] : await lookOutside(target, ecs, world);
    reportOutsideChanges(outside, onOutsideChange, world);
    const isDue = forceNewDeployment || callsForDeployment(outside, onOutsideChange);
    const how = { ...settings, forceNewDeployment: isDue };
    const found = await controller.read({ ecs, world }, target, arn, how);
    const plan = controller.plan(found, arn, how);
    log.info(`${target.name}: ${planSentence(plan)}`);
    for (const warning of warningsOf(plan)) log.warning(warning);
    if (plan.kind === 'unchanged' && arn !== undefined && found.standing?.newest === 'unreadable')
      log.warning(untoldRollback(target.name, arn));
    planned.push({
      service: target.name,
      registers: arn === undefined,
      changes,
      outside,
      ...(definition && { settings: own.map(({ field, effect }) => ({ field, effect })) }),
      ...plan,
    });
  }
  return planned;
}

export const startsDeployment = (plan: Plan) =>
  plan.kind === 'create' || (plan.kind === 'update' && plan.startsDeployment);

const warningsOf = (plan: Plan) => ('warnings' in plan ? plan.warnings : []);

/** The plan of every service, and how a reviewer reads it: what would happen, the differences, the warnings. */
export function notePlan(
  controlled: readonly Controlled[],
  planned: readonly PlannedService[],
  record: Recorder,
): void {
  for (const [index, plan] of planned.entries())
    record.noteService({
      cluster: controlled[index]!.target.cluster,
      service: plan.service,
      plan: {
        kind: plan.kind,
        sentence: planSentence(plan),
        registers: plan.registers,
        startsDeployment: startsDeployment(plan),
        changes: plan.changes,
        warnings: warningsOf(plan),
      },
      outsideChanges: plan.outside,
    });
  record.summary(...planBlocks(planned));
}

const planBlocks = (planned: readonly PlannedService[]): readonly SummaryBlock[] => {
  const starting = planned.filter(startsDeployment).length;
  const count = starting === 1 ? '1 deployment would start' : `${starting || 'no'} deployments would start`;
  return [
    { kind: 'heading', text: `Plan: ${count}` },
    ...planned.flatMap((plan): readonly SummaryBlock[] => [
      { kind: 'paragraph', text: `${plan.service}: ${planSentence(plan)}` },
      ...(plan.changes.length > 0
        ? [{ kind: 'code', language: 'diff', text: plan.changes.join('\n') } as const]
        : []),
      ...(plan.outside.length > 0
        ? [{ kind: 'list', items: plan.outside.map(({ reason }) => reason) } as const]
        : []),
      ...(warningsOf(plan).length > 0 ? [{ kind: 'list', items: warningsOf(plan) } as const] : []),
    ]),
  ];
};
