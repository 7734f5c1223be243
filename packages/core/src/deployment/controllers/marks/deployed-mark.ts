import type { Service } from '@aws-sdk/client-ecs';
import { primaryOf } from '../../../ecs/deployments.ts';
import { settleTime } from '../../../ecs/eventual-consistency.ts';
import { shortTaskDefinition } from '../../../ecs/short-names.ts';
import { primaryTaskSet } from '../../../ecs/task-sets.ts';
import { asLandfallError } from '../../../errors/as-landfall-error.ts';
import type { Run } from '../../follow/run.ts';
import type { TrackedDeployment } from '../../rollout/rollout.ts';
import { tryRead } from '../../service/read-again.ts';
import { isSetTo, type Target } from '../../service/read-service-targets.ts';
import { runIdentity, tagService, untagService } from '../../service/service-tags.ts';
import type { Controlled } from '../controller.ts';
import {
  isPrimary,
  madeBy,
  type Noted,
  noteBeforeWrite,
  noteMade,
  readNoted,
  writeNoted,
} from './known-again.ts';

/**
 * The tag that a service carries while a run of several services deploys it, which is to take it back where another
 * one fails: who deploys, and what ran before. A run that is killed and run again finds the service deployed, and
 * could not know otherwise what it has replaced.
 */
const deployedTag = 'landfall:deployed';

/** What ran before a run deployed, and how to know again what that has made. */
export interface DeployedMark {
  readonly run: string;
  readonly noted: Noted;
  /** `family:revision`. */
  readonly taskDefinition: string;
  readonly desiredCount: number;
}

export const writeDeployedMark = ({ run, noted, taskDefinition, desiredCount }: DeployedMark): string =>
  `run=${run} definition=${taskDefinition} count=${desiredCount} ${writeNoted(noted)}`;

export function readDeployedMark(value: string | undefined): DeployedMark | undefined {
  const [, run, taskDefinition, count, rest = ''] =
    /^run=([\w-]{43}) definition=([\w:-]{1,200}) count=(\d{1,9}) (.*)$/.exec(value ?? '') ?? [];
  const noted = readNoted(rest);
  return run !== undefined && taskDefinition !== undefined && noted
    ? { run, noted, taskDefinition, desiredCount: Number(count) }
    : undefined;
}

/** What is known of a service before it is deployed to. */
export interface Before {
  /** What an earlier attempt of this very run has noted, where it has made what is live, or has rolled it back. */
  readonly earlier?: DeployedMark | undefined;
  /** An earlier attempt of this run was to deploy it, and another run has. */
  readonly isAnothers?: boolean;
  /** Notes what this run makes, as soon as its id is known. */
  noteMade(deploymentId: string): Promise<void>;
}

const nothing: Before = { noteMade: async () => {} };

/** Notes what runs now, before the run replaces it by `wanted`. */
export async function noteBefore(
  run: Run,
  { target, controller: { recognition } }: Controlled,
  wanted: string,
): Promise<Before> {
  const { clock, host } = run.world;
  const { service } = target;
  const self = runIdentity(host.run);
  const noted = noteBeforeWrite(target, recognition, clock.now());
  if (self === undefined || noted === undefined) return nothing;
  const mark = ownMark(service, self);
  const made = mark && (await madeBy(run, target, recognition, mark.noted));
  const isOurs = isPrimary(target, made);
  if (!isOurs && isSetTo(target, wanted)) {
    if (mark) takeAway(run, target);
    return mark ? { ...nothing, isAnothers: true } : nothing;
  }
  const tag = (value: DeployedMark) =>
    tagService(
      run,
      target,
      { key: deployedTag, value: writeDeployedMark(value) },
      'if this job is killed and run again, it will not roll back what it deployed before',
    );
  const primary = primaryOf(service) ?? primaryTaskSet(service);
  const taskDefinition = shortTaskDefinition(primary?.taskDefinition);
  const kept = made !== undefined && (isOurs || noted.before === mark?.noted.before) ? mark : undefined;
  // What an earlier attempt has rolled back, or has not started: its count may be changed already.
  const isAsBefore = mark?.taskDefinition === taskDefinition;
  const desiredCount = (isAsBefore ? mark.desiredCount : service.desiredCount) ?? 0;
  const now = kept ?? { run: self, noted, taskDefinition, desiredCount };
  const isNoted = kept !== undefined || (await tag(now));
  if (isNoted) takeAway(run, target);
  return {
    earlier: kept || isAsBefore ? now : undefined,
    noteMade: async (id) => {
      if (isNoted) await noteMade(run, now.noted, id, (what) => tag({ ...now, noted: what }));
    },
  };
}

/**
 * What an earlier attempt of this run has noted of a service where nothing was to be done, and that is live by that
 * attempt. The first read may have been behind the mark: this one is behind nothing that was written before the run
 * began. Never rejects.
 */
export async function findEarlier(
  run: Run,
  { target, controller: { recognition } }: Controlled,
): Promise<DeployedMark | undefined> {
  const { clock, host } = run.world;
  const self = runIdentity(host.run);
  if (self === undefined) return undefined;
  const signal = host.cancellation;
  await clock.sleep(Math.max(0, run.startedAt + settleTime - clock.elapsed()), signal);
  const place = { cluster: target.cluster, serviceName: target.name, withTags: true };
  try {
    const service = await tryRead(place, { ecs: run.ecs, signal });
    const mark = service && ownMark(service, self);
    if (!mark) return undefined;
    takeAway(run, target);
    const found = { ...target, service };
    return isPrimary(found, await madeBy(run, found, recognition, mark.noted)) ? mark : undefined;
  } catch (thrown) {
    const { summary } = asLandfallError(thrown);
    host.log.warning(
      `${target.name} is not rolled back: it is not known whether an earlier attempt of this run deployed it: ${summary}`,
    );
    return undefined;
  }
}

function ownMark({ tags }: Service, self: string): DeployedMark | undefined {
  const mark = readDeployedMark(tags?.find(({ key }) => key === deployedTag)?.value);
  return mark?.run === self ? mark : undefined;
}

/** Once the run is over. */
const takeAway = (run: Run, target: Target) =>
  run.leftovers.push(() =>
    untagService(run, target, [deployedTag], `the tag ${deployedTag} stays on ${target.name}`),
  );

/** A service as it was before an earlier attempt of this run: what was read since may be what that attempt has left. */
export function asBefore(
  target: Target,
  ours: TrackedDeployment,
  mark: DeployedMark,
): { target: Target; ours: TrackedDeployment } {
  const { taskDefinition, desiredCount } = mark;
  const { before } = mark.noted;
  const { deployments } = target.service;
  return {
    target: {
      ...target,
      service: {
        ...target.service,
        desiredCount,
        ...(deployments && { deployments: [{ id: before, taskDefinition, status: 'PRIMARY' }] }),
      },
    },
    ours: { ...ours, previous: { deploymentId: before, taskDefinition } },
  };
}
