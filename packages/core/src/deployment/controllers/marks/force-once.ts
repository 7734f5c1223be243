import type { Service } from '@aws-sdk/client-ecs';
import { primaryOf } from '../../../ecs/deployments.ts';
import { settleTime } from '../../../ecs/eventual-consistency.ts';
import { readNewest } from '../../../ecs/newest-deployment.ts';
import { isStopped, isUnderWay } from '../../../ecs/newest-first.ts';
import { primaryId, primaryTaskSet } from '../../../ecs/task-sets.ts';
import { unlessPassing, within } from '../../../ecs/write-once.ts';
import type { Run } from '../../follow/run.ts';
import type { Outcome } from '../../report/outcome.ts';
import { tryRead } from '../../service/read-again.ts';
import type { ClaimedTarget, StandingTarget, Target } from '../../service/read-service-targets.ts';
import { runIdentity, tagService, untagService } from '../../service/service-tags.ts';
import type { Recognition } from '../controller.ts';
import { fenceTag, forcingTag, markOf, writeMark } from './force-once-tag.ts';
import { isPrimary, madeBy, type Noted, noteBeforeWrite, noteMade } from './known-again.ts';

/**
 * Whether a deployment is to be forced, by a read that is behind nothing of this run: of a target with
 * an earlier force, whether again; `isSame`: it shows the same PRIMARY deployment as the reads before
 */
export type IsDue = (found: ClaimedTarget, isSame: boolean) => Promise<boolean>;

/** The right of this run to force a deployment of a service, once. */
export interface ForceClaim {
  /** The service by a read that is behind nothing of this run. */
  readonly target: ClaimedTarget;
  /** Whether the deployment is to be forced now. */
  readonly isForcing: boolean;
  /** Notes the deployment of this run, as soon as its id is known. */
  noteMade(deploymentId: string): Promise<void>;
  /** What came of it: a claim on what is over is given back. */
  end(outcome: Outcome): void;
}

/**
 * At most one forced deployment per run, however often the run is killed and run again: a tag on the service says who
 * forces, and how to know again what that has made. Best effort: without the permission to tag, one notice says what
 * is lost.
 * @param wanted the task definition of a forced deployment; undefined where ECS makes a new one for each
 */
export async function claimForce(
  run: Run,
  recognition: Recognition,
  given: Target,
  wanted: string | undefined,
  isDue: IsDue,
): Promise<ForceClaim> {
  const { clock, host } = run.world;
  const forcer = runIdentity(host.run);
  if (forcer === undefined || recognition.isNamed)
    return { target: given, isForcing: await isDue(given, true), noteMade: async () => {}, end: () => {} };
  const { finding, target } = await lookFor(run, recognition, given, wanted, forcer);
  sayIgnored(run, target, finding);
  const isSame = primaryId(target.service) === primaryId(given.service);
  const isForcing = target.forced?.kind !== 'rolling-back' && (await isDue(target, isSame));
  const isSuperseded = finding === 'forced' && isForcing;
  const tag = (noted: Noted) =>
    tagService(run, target, { key: forcingTag, value: writeMark({ run: forcer, noted }) }, forcedTwice);
  const isKept = target.forced !== undefined && !isSuperseded;
  const noted = isKept ? markOf(target.service)?.noted : noteBeforeWrite(target, recognition, clock.now());
  const isMarked = isKept || (noted !== undefined && (await tag(noted)));
  return {
    target: isSuperseded ? { ...target, forced: undefined } : target,
    isForcing,
    noteMade: async (made) => {
      if (isMarked && noted) await noteMade(run, noted, made, tag);
    },
    end: (outcome) => {
      if (isMarked && isOver(outcome))
        run.leftovers.push(() => untagService(run, target, [forcingTag, fenceTag], stays(target)));
    },
  };
}

/** What the mark on a service says to this run. */
type Finding =
  /** There is none, or what it spoke of is over, or replaced: force. */
  | 'nothing'
  /** Landfall writes no such value. */
  | 'unreadable'
  | 'of another run'
  /** This run was about to force when it was killed, and has not, unless the service is read behind. */
  | 'undecided'
  /** This run has forced a deployment: it is PRIMARY, or ECS is rolling it back. */
  | 'forced';

interface Found {
  readonly finding: Finding;
  readonly target: ClaimedTarget;
}

function sayIgnored({ world }: Run, { name }: Target, finding: Finding): void {
  if (finding !== 'unreadable' && finding !== 'of another run') return;
  const why = finding === 'unreadable' ? 'has a value that Landfall does not write' : `is ${finding}`;
  world.host.log.notice(
    `${name}: the tag ${forcingTag} of the service ${why}; it is ignored and replaced: ECS shows what is live`,
  );
}

/**
 * The service with what its mark says, as a read shows it that is behind no tag of an earlier attempt. Where there is a
 * mark of ours and nothing new shows yet: as it is when eventual consistency is over. That tags and deployments are
 * read from one copy is documented nowhere.
 */
async function lookFor(
  run: Run,
  recognition: Recognition,
  given: Target,
  wanted: string | undefined,
  forcer: string,
): Promise<Found> {
  const { clock, host } = run.world;
  let found = await find(run, recognition, await readFresh(run, given), wanted, forcer);
  const isKnown = () => found.finding !== 'undecided' || found.target.forced !== undefined;
  if (isKnown()) return found;
  host.log.info(
    `${given.name}: an earlier attempt of this run was about to force a deployment; looking for it for ${settleTime / 1000} s`,
  );
  await within(clock, host.cancellation, async () => {
    const service = await tryRead(tagged(given), { ecs: run.ecs, signal: host.cancellation });
    if (service) found = await find(run, recognition, asRead(given, service), wanted, forcer);
    return isKnown() ? found : undefined;
  });
  return found;
}

async function find(
  run: Run,
  recognition: Recognition,
  target: Target,
  wanted: string | undefined,
  forcer: string,
): Promise<Found> {
  const { service } = target;
  if (!service.tags?.some(({ key }) => key === forcingTag)) return { finding: 'nothing', target };
  const mark = markOf(service);
  if (!mark) return { finding: 'unreadable', target };
  if (mark.run !== forcer) return { finding: 'of another run', target };
  const made = await madeBy(run, target, recognition, mark.noted);
  if (recognition.isUnderWay && made !== undefined && !isPrimary(target, made)) {
    const isForced = await recognition.isUnderWay(run, made);
    return {
      finding: 'undecided',
      target: isForced ? { ...target, forced: { kind: 'in-progress', id: made } } : target,
    };
  }
  const isBefore = primaryId(service) === mark.noted.before;
  if (made === undefined) return { finding: isBefore ? 'undecided' : 'nothing', target };
  const newest = recognition.isUnderWay
    ? undefined
    : await unlessPassing(() => readNewest(run.ecs, target, run.world.host.cancellation));
  const own = typeof newest === 'object' && newest.id === made ? newest : undefined;
  const isUndone = own !== undefined && isStopped(own.status);
  const isUndoing = isUndone && isUnderWay(own.status);
  const isLive = isPrimary(target, made);
  const primary = primaryOf(service) ?? primaryTaskSet(service);
  const taskDefinition = isLive ? primary?.taskDefinition : own?.taskDefinition;
  // With another task definition it is not what is to be forced now.
  const isWanted = wanted === undefined || taskDefinition === wanted;
  // What ECS is rolling back is followed first.
  if (isUndoing && isWanted)
    return {
      finding: 'forced',
      target: { ...withoutStanding(target), forced: { kind: 'rolling-back', deployment: own } },
    };
  const hasFailed = isUndone || (isLive && primaryOf(service)?.rolloutState === 'FAILED');
  if (isLive && isWanted && !hasFailed)
    return { finding: 'forced', target: { ...withoutStanding(target), forced: { kind: 'primary' } } };
  return { finding: isBefore && !hasFailed ? 'undecided' : 'nothing', target };
}

/** As a later read shows it: what was concluded from earlier ones no longer counts. */
const asRead = (target: ClaimedTarget, service: Service): ClaimedTarget => ({
  ...withoutStanding(target),
  service,
});

const withoutStanding = ({ standing: _, ...target }: StandingTarget): ClaimedTarget => target;

const tagged = ({ cluster, name }: Target) => ({ cluster, serviceName: name, withTags: true });

async function readFresh(run: Run, target: Target): Promise<Target> {
  const { clock, host } = run.world;
  const signal = host.cancellation;
  const value = clock.random().toString(36).slice(2);
  if (!(await tagService(run, target, { key: fenceTag, value }, forcedTwice))) return target;
  let service: Service | undefined;
  await within(clock, signal, async () => {
    service = (await tryRead(tagged(target), { ecs: run.ecs, signal })) ?? service;
    return service?.tags?.find((one) => one.key === fenceTag && one.value === value);
  });
  return service ? asRead(target, service) : target;
}

const forcedTwice = 'if this job is killed and run again, it will force a second deployment';
const stays = ({ name }: Target) =>
  `the tag ${forcingTag} stays on ${name}: running this job again will follow the deployment it finds there instead of forcing another`;

/** In progress, or not known to have ended: a later attempt resumes it. */
const isOver = ({ verdict, error, isInFlight }: Outcome) =>
  !isInFlight &&
  (error === undefined ||
    (verdict === undefined
      ? error.code !== 'OUTCOME_UNKNOWN'
      : !['PAUSED', 'STALLED', 'TIMED_OUT', 'CANCELLED', 'UNKNOWN'].includes(verdict)));
