import type { Service, ServiceDeploymentBrief } from '@aws-sdk/client-ecs';
import { asLandfallError } from '../errors/as-landfall-error.ts';
import { isDenied } from '../reading/trouble.ts';
import {
  type Finding,
  fenceTag,
  findMark,
  forcerOf,
  forcingTag,
  markOf,
  primaryId,
  writeMark,
} from './forcing-mark.ts';
import { listServiceDeployments } from './newest-deployment.ts';
import { failedToStart, type Outcome } from './outcome.ts';
import { digitsOf } from './rollout.ts';
import { settleTime } from './rules/fresh.ts';
import { newestFirst } from './rules/newest.ts';
import type { Run } from './run.ts';
import { within } from './send-once.ts';
import { tagService, untagService } from './service-tags.ts';
import type { Target } from './target.ts';
import { tryRead } from './update.ts';

/**
 * Starts a deployment, once for this run however often it is killed and run again.
 * @param isDue whether it is to be started still, by a read that is behind nothing of this run; `isSame`: it shows the
 * same PRIMARY deployment as the reads before
 */
export type Force = (
  target: Target,
  isDue: (found: Target, isSame: boolean) => Promise<boolean>,
) => Promise<Outcome>;

/**
 * At most one forced deployment per run, however often the run is killed and run again: a tag on the service says who
 * forces, and what was live before. Best effort: without the permission to tag, one notice says what is lost.
 * Never rejects: a failure is an outcome.
 */
export async function forceOnce(
  run: Run,
  given: Target,
  wanted: string | undefined,
  deploy: (target: Target) => Promise<Outcome>,
): Promise<Outcome> {
  const forcer = forcerOf(run.world.host.run);
  // A task set carries a name by which a later attempt finds it.
  const isNamed = given.service.deploymentController?.type === 'EXTERNAL';
  if (forcer === undefined || isNamed) return deploy(given);
  try {
    const { finding, target } = await lookFor(run, given, wanted, forcer);
    sayIgnored(run, target, finding);
    const isForced = finding === 'forced';
    const before = primaryId(target.service);
    const isMarked =
      isForced ||
      (before !== undefined &&
        (await tagService(
          run,
          target,
          { key: forcingTag, value: writeMark({ run: forcer, before }) },
          forcedTwice,
        )));
    const outcome = await deploy({ ...target, isForced, mayBeForced: finding === 'undecided' });
    if (isMarked && isOver(outcome))
      run.leftovers.push(() => untagService(run, target, [forcingTag, fenceTag], stays(target)));
    return outcome;
  } catch (thrown) {
    return failedToStart(given.cluster, given.name, asLandfallError(thrown));
  }
}

function sayIgnored({ world }: Run, { name }: Target, finding: Finding): void {
  if (finding !== 'unreadable' && finding !== 'of another run') return;
  const why = finding === 'unreadable' ? 'has a value that Landfall does not write' : `is ${finding}`;
  world.host.log.notice(
    `${name}: the tag ${forcingTag} of the service ${why}; it is ignored and replaced: ECS says what is live`,
  );
}

/**
 * The service with what its mark says, as a read shows it that is behind no tag of an earlier attempt. Where there is a
 * mark of ours and nothing new shows yet: as it is when eventual consistency is over. That tags and deployments are
 * read from one copy is documented nowhere.
 */
async function lookFor(run: Run, given: Target, wanted: string | undefined, forcer: string) {
  const { clock, host } = run.world;
  const find = (target: Target) => ({ finding: findMark(target.service, wanted, forcer), target });
  const found = find(await readFresh(run, given));
  if (found.finding === 'forced' && (await isReplaced(run, found.target)))
    return { finding: 'nothing' as const, target: found.target };
  if (found.finding !== 'undecided') return found;
  host.log.info(
    `${given.name}: an earlier attempt of this run was about to force a deployment; looking for it for ${settleTime / 1000} s`,
  );
  let last = found;
  await within(clock, host.cancellation, async () => {
    const service = await tryRead(tagged(given), { ecs: run.ecs, signal: host.cancellation });
    if (service) last = find(asRead(given, service));
    return last.finding === 'undecided' ? undefined : last;
  });
  return last;
}

/**
 * What was made first after the deployment of before is this run's; another of the same is PRIMARY by now. What was
 * rolled back between the two was rolled back to the deployment of before.
 */
async function isReplaced(run: Run, target: Target): Promise<boolean> {
  const { ecs, world } = run;
  const before = digitsOf(markOf(target.service)?.before ?? '');
  const all = await listServiceDeployments(ecs, target, world.host.cancellation).catch((error) => {
    if (isDenied(error)) return [];
    throw error;
  });
  const digits = ({ targetServiceRevisionArn = '' }: ServiceDeploymentBrief) =>
    digitsOf(targetServiceRevisionArn);
  const made = newestFirst(all);
  // A rollback makes the deployment of before PRIMARY again, created anew.
  const again = target.service.deployments?.find(({ id = '' }) => digitsOf(id) === before)?.createdAt;
  const since = made.findIndex(
    (one) =>
      digits(one) === before ||
      one.status === 'ROLLBACK_SUCCESSFUL' ||
      (again !== undefined && one.createdAt !== undefined && one.createdAt <= again),
  );
  const own = made[since - 1];
  return own !== undefined && digits(own) !== digitsOf(primaryId(target.service) ?? '');
}

/** As a later read shows it: what was concluded from earlier ones no longer counts. */
const asRead = (target: Target, service: Service): Target => ({
  ...target,
  service,
  reads: undefined,
  newest: undefined,
});

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

/** In flight, or not known to be over: a later attempt goes on with it. */
const isOver = ({ verdict, error, isInFlight }: Outcome) =>
  !isInFlight &&
  (error === undefined ||
    (verdict === undefined
      ? error.code !== 'OUTCOME_UNKNOWN'
      : !['PAUSED', 'STALLED', 'TIMED_OUT', 'CANCELLED', 'UNKNOWN'].includes(verdict)));
