import type { Service } from '@aws-sdk/client-ecs';
import { isStopped } from '../../ecs/newest-first.ts';
import { isRevision, shortTaskDefinition } from '../../ecs/short-names.ts';
import { within } from '../../ecs/write-once.ts';
import { isLandfallError, LandfallError } from '../../errors/landfall-error.ts';
import type { Run } from '../follow/run.ts';
import { goesBack, type Past } from '../rules/go-back.ts';
import { betweenReads } from '../rules/standing.ts';
import { readAgain } from '../service/read-again.ts';
import type { Target } from '../service/read-service-targets.ts';
import { runIdentity } from '../service/service-tags.ts';

/**
 * The tag that a service carries since a run has rolled it back: who did, from which deployment, and to which
 * revision. ECS tells that a service was rolled back, but not by whom: without it a job that is run again
 * could not distinguish its own rollback from another's, and would roll back what is live now. It stays until the
 * next rollback.
 */
const rollbackTag = 'landfall:rollback';

export interface RollbackMark {
  /** Who rolls back, the same at every attempt. */
  readonly run: string;
  /** The deployment, or task set, that was to go. */
  readonly from: string;
  /** `family:revision`; absent where ECS chooses it, because a deployment was stopped. */
  readonly to?: string | undefined;
}

/** A tag's value has at most 256 characters. https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Tag.html */
const longest = 256;

export const writeRollbackMark = ({ run, from, to }: RollbackMark): string =>
  `run=${run} from=${from}${to === undefined ? '' : ` to=${to}`}`;

export function readRollbackMark(value: string | undefined): RollbackMark | undefined {
  const found = /^run=([\w-]{43}) from=([\w/-]{1,100})(?: to=([\w:-]{1,200}))?$/.exec(value ?? '');
  const [, run, from, to] = found ?? [];
  return run === undefined || from === undefined ? undefined : { run, from, to };
}

interface FoundMark {
  readonly mark: RollbackMark;
  /** An earlier attempt of this very run has left it. */
  readonly isOwn: boolean;
}

/** The mark of the last rollback, and whether an earlier attempt of this very run has left it. */
export function findRollbackMark({ world }: Run, service: Service): FoundMark | undefined {
  const mark = readRollbackMark(service.tags?.find(({ key }) => key === rollbackTag)?.value);
  return mark && { mark, isOwn: mark.run === runIdentity(world.host.run) };
}

/**
 * The mark of the last rollback. Where a rollback is in progress, a mark that does not refer to
 * it may be an earlier one: to stop a rollback that this very run has started would make the bad version live
 * again.
 */
export async function findMarkSurely(
  run: Run,
  target: Target,
  past: readonly (Past & {
    readonly id: string;
    readonly taskDefinition: string;
    readonly status: string | undefined;
  })[],
): Promise<FoundMark | undefined> {
  const first = findRollbackMark(run, target.service);
  const last = past.at(-1);
  const isNamed = (found: FoundMark | undefined) =>
    found !== undefined && (isAsMarked(last?.taskDefinition, found.mark) || found.mark.from === last?.id);
  const isKnown = runIdentity(run.world.host.run) !== undefined;
  if (!isKnown || isNamed(first) || last?.outcome !== 'open' || isStopped(last.status) || !goesBack(past))
    return first;
  const { clock, host } = run.world;
  const named = await within(clock, host.cancellation, async () => {
    const again = await readAgain(run, target, betweenReads);
    const found = findRollbackMark(run, again.service);
    return isNamed(found) ? found : undefined;
  });
  return named ?? first;
}

/**
 * Before the first write of a rollback. Best effort: without the permission to tag, one notice says what is lost.
 * Where the host tells nothing to know a run by, there is nothing to write.
 */
export async function markRollback(
  { ecs, world }: Run,
  { name, service }: Target,
  from: string,
  to?: string,
): Promise<void> {
  const { run: facts, log, cancellation: signal } = world.host;
  const run = runIdentity(facts);
  if (run === undefined) return;
  const value = writeRollbackMark({ run, from, ...(to !== undefined && { to: shortTaskDefinition(to) }) });
  if (value.length > longest) return;
  const request = { resourceArn: service.serviceArn, tags: [{ key: rollbackTag, value }] };
  try {
    await ecs.tagResource(request, { signal });
  } catch (error) {
    if (!isLandfallError(error) || signal.aborted) throw error;
    log.notice(
      `${name}: ${error.summary}: if this job is killed and run again, it will not recognize its own rollback and will refuse`,
    );
  }
}

export const isAsMarked = (version: string | undefined, { to }: RollbackMark): boolean =>
  to !== undefined && isRevision(version, to);

export const deployedSince = (service: string, version: string | undefined) =>
  new LandfallError('ROLLBACK_IMPOSSIBLE', {
    summary: `${service} was already rolled back by this run, and ${shortTaskDefinition(version)} has been deployed since`,
    remedy: 'To roll that back, run a new job, or set `task-definition` to a revision.',
    facts: { service, deployed: version },
  });

/** @param deployment the rollback in progress */
export const rolledBackByAnother = (
  service: string,
  deployment: { readonly id: string; readonly taskDefinition: string },
) =>
  new LandfallError('ROLLBACK_IMPOSSIBLE', {
    summary: `${service} is already being rolled back by another run: deployment ${deployment.id} of ${shortTaskDefinition(deployment.taskDefinition)} is in progress`,
    remedy: `To see how it ends, run wait-for-service with \`deployment-id\` ${deployment.id}. To go further back, set \`task-definition\` to a revision.`,
    facts: { service, deploymentId: deployment.id, taskDefinition: deployment.taskDefinition },
  });

interface Named {
  readonly id: string;
  readonly taskDefinition: string;
}

/** The version to go is gone, by someone else's deployment. */
export const replacedByAnother = (service: string, was: Named, now: Named) =>
  new LandfallError('ROLLBACK_IMPOSSIBLE', {
    summary: `${service} is not rolled back: deployment ${now.id} of ${shortTaskDefinition(now.taskDefinition)} superseded ${was.id} of ${shortTaskDefinition(was.taskDefinition)}, which was to be rolled back`,
    remedy: `To see how it ends, run wait-for-service with \`deployment-id\` ${now.id}.`,
    facts: { service, deploymentId: now.id, taskDefinition: now.taskDefinition },
  });
