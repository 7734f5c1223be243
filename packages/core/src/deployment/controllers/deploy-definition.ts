import { within } from '../../ecs/write-once.ts';
import type { ServiceDefinition } from '../../service-definition/service-definition.ts';
import type { Run } from '../follow/run.ts';
import { changeLines } from '../plan/change-lines.ts';
import { settingChanges } from '../plan/plan.ts';
import type { Settings } from '../plan/plan-types.ts';
import type { Outcome } from '../report/outcome.ts';
import { tryRead } from '../service/read-again.ts';
import type { Target } from '../service/read-service-targets.ts';
import { applyTags, planTags, type TagPlan, tagLines } from '../service/set-tags.ts';

/** Shows what the definition changes, sets its tags, and deploys. */
export async function deployDefinition(
  run: Run,
  target: Target,
  definition: ServiceDefinition,
  settings: Settings,
  deploy: () => Promise<Outcome>,
): Promise<Outcome> {
  const { log, cancellation: signal } = run.world.host;
  if (target.isAbsent) {
    log.info(`${target.name}: creating it in cluster ${target.cluster}`);
    return deploy();
  }
  for (const line of changeLines(settingChanges(target, settings))) log.info(line);
  const tags = definition.tags && planTags(target.service.tags ?? [], definition.tags);
  if (tags === undefined || tags.set.length + tags.remove.length === 0) return deploy();
  for (const line of tagLines(tags)) log.info(line);
  await applyTags(tags, target.service.serviceArn ?? '', { ecs: run.ecs, signal });
  const outcome = await deploy();
  // Something was written: that nothing had to be done is not true.
  if (outcome.verdict !== 'NOOP') return outcome;
  const isShown = await within(run.world.clock, signal, () => showsTags(run, target, tags));
  const reason = `${outcome.reason}; ${isShown ? 'its tags are set' : 'ECS has accepted its tags, and does not show them yet'}`;
  log.info(`✓ ${target.name}: ${reason}`);
  return { ...outcome, status: 'deployed', verdict: 'SUCCEEDED', reason };
}

async function showsTags(run: Run, { cluster, name: serviceName }: Target, { set, remove }: TagPlan) {
  const reads = { ecs: run.ecs, signal: run.world.host.cancellation };
  const service = await tryRead({ cluster, serviceName, withTags: true }, reads);
  if (service?.tags === undefined) return undefined;
  const left = planTags(service.tags, [...set]);
  return left.set.length === 0 && !service.tags.some(({ key = '' }) => remove.includes(key))
    ? true
    : undefined;
}
