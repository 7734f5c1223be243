import { asLandfallError } from '../errors/as-landfall-error.ts';
import { isLandfallError, type LandfallError } from '../errors/landfall-error.ts';
import { isDenied, troubleOf } from '../reading/trouble.ts';
import { type Finding, findMark, forcerOf, forcingTag, primaryId, writeMark } from './forcing-mark.ts';
import { failedToStart, type Outcome } from './outcome.ts';
import { readServices } from './reader.ts';
import { settleTime } from './rules/fresh.ts';
import type { Run } from './run.ts';
import type { Target } from './target.ts';

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
      isForced || (before !== undefined && (await tag(run, target, writeMark({ run: forcer, before }))));
    const outcome = await deploy({ ...target, isForced, mayBeForced: finding === 'undecided' });
    if (isMarked && isOver(outcome) && !run.world.host.cancellation.aborted) await untag(run, target);
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

/** The service as it is; where the mark is ours and nothing new shows yet, as it is when eventual consistency is over. */
async function lookFor(run: Run, target: Target, wanted: string | undefined, forcer: string) {
  const { clock, host } = run.world;
  const signal = host.cancellation;
  const until = clock.elapsed() + settleTime;
  let service = target.service;
  let finding = findMark(service, wanted, forcer);
  if (finding === 'undecided')
    host.log.info(
      `${target.name}: an earlier attempt of this run was about to force a deployment; looking for it for ${settleTime / 1000} s`,
    );
  while (finding === 'undecided' && !signal.aborted && clock.elapsed() < until) {
    await clock.sleep(3000, signal);
    try {
      const read = await readServices(run.ecs, target.cluster, [target.name], { signal, withTags: true });
      const found = read.get(target.name);
      if (found !== undefined && found !== 'missing') service = found;
    } catch (error) {
      // The loop has its own end; only what cannot pass ends it early.
      if (troubleOf(error) === 'final') throw error;
    }
    finding = findMark(service, wanted, forcer);
  }
  return { finding, target: service === target.service ? target : { ...target, service } };
}

/** In flight, or not known to be over: a later attempt goes on with it. */
const isOver = ({ verdict, error }: Outcome) =>
  error === undefined ||
  (verdict === undefined
    ? error.code !== 'OUTCOME_UNKNOWN'
    : !['PAUSED', 'STALLED', 'TIMED_OUT', 'CANCELLED', 'UNKNOWN'].includes(verdict));

async function tag(run: Run, { service }: Target, value: string): Promise<boolean> {
  const request = { resourceArn: service.serviceArn, tags: [{ key: forcingTag, value }] };
  try {
    await run.ecs.tagResource(request, { signal: run.world.host.cancellation });
    return true;
  } catch (error) {
    if (run.world.host.cancellation.aborted) throw error;
    sayOnce(run, 'tag', error, 'if this job is killed and run again, it will force a second deployment');
    return isLandfallError(error) && error.applied === 'unknown';
  }
}

async function untag(run: Run, { service, name }: Target): Promise<void> {
  const request = { resourceArn: service.serviceArn, tagKeys: [forcingTag] };
  try {
    await run.ecs.untagResource(request, { signal: run.world.host.cancellation });
  } catch (error) {
    const lost = `the tag ${forcingTag} stays on ${name}: running this job again will follow the deployment it finds there instead of forcing another`;
    sayOnce(run, 'untag', error, lost);
  }
}

/** A permission that is missing is missing for every service of the run. */
function sayOnce(run: Run, what: string, error: unknown, consequence: string): void {
  if (!isLandfallError(error)) throw error;
  if (isDenied(error) && run.said.has(what)) return;
  run.said.add(what);
  run.world.host.log.notice(`${(error as LandfallError).summary}: ${consequence}`);
}
