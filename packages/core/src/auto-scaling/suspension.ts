import type { ScalableTarget, SuspendedState } from '@aws-sdk/client-application-auto-scaling';
import type { Service } from '@aws-sdk/client-ecs';
import type { Place } from '../ecs/delete-service.ts';
import type { EcsAccess } from '../ecs/ecs-access.ts';
import { readServices } from '../ecs/read-services.ts';
import { unlessPassing, within } from '../ecs/write-once.ts';
import { asLandfallError } from '../errors/as-landfall-error.ts';
import { LandfallError } from '../errors/landfall-error.ts';
import { boolean } from '../inputs/kinds.ts';
import type { Permission } from '../operation/operation.ts';
import type { CallOptions } from '../world/aws.ts';
import {
  allSuspended,
  boundsOf,
  isSuspended,
  onScalableTarget,
  readScalableTargets,
  scalable,
} from './scalable-target.ts';

export const suspendScalingInput = boolean({
  default: 'false',
  description:
    'Suspend Application Auto Scaling of the services during the deployment, and restore at the end what was set before. That is noted in the tag `landfall:scaling` of the service: what a killed run leaves suspended, the next deployment, rollback or scaling resumes.',
});

/**
 * The tag that a service carries while Landfall has suspended its scaling: what was suspended before. It is on the
 * service, and not on the scalable target, because every run reads the service anyway.
 */
const suspendedTag = 'landfall:scaling';

/** What a run has suspended, or left suspended. */
export interface Suspension {
  readonly before: Required<SuspendedState>;
  /** It stays for as long as the service has this count. */
  readonly keep?: number | undefined;
}

const writeTag = ({ before, keep }: Suspension): string =>
  [
    `in=${before.DynamicScalingInSuspended}`,
    `out=${before.DynamicScalingOutSuspended}`,
    `scheduled=${before.ScheduledScalingSuspended}`,
    ...(keep === undefined ? [] : [`keep=${keep}`]),
  ].join(' ');

/** What is noted on a service, which was read with its tags. */
export function suspensionOf({ tags = [] }: Pick<Service, 'tags'>): Suspension | undefined {
  const value = tags.find(({ key }) => key === suspendedTag)?.value ?? '';
  const [, scalesIn, scalesOut, scheduled, keep] =
    /^in=(true|false) out=(true|false) scheduled=(true|false)(?: keep=(\d{1,9}))?$/.exec(value) ?? [];
  if (scalesIn === undefined) return undefined;
  return {
    before: {
      DynamicScalingInSuspended: scalesIn === 'true',
      DynamicScalingOutSuspended: scalesOut === 'true',
      ScheduledScalingSuspended: scheduled === 'true',
    },
    ...(keep !== undefined && { keep: Number(keep) }),
  };
}

/** At zero it stays suspended: resuming would start tasks. So it does at a count that is to be kept. */
const isToResume = ({ keep }: Suspension, { desiredCount = 0 }: Service): boolean =>
  desiredCount > 0 && desiredCount !== keep;

/**
 * Suspends all scaling of a service. What was set before is noted first: a run that is killed leaves nothing suspended
 * once another run works on the service.
 */
export async function suspend(
  { ecs, world }: EcsAccess,
  place: Place,
  service: Service,
  target: ScalableTarget,
  keep?: number,
): Promise<Suspension> {
  const { clock, host } = world;
  const options = { signal: host.cancellation };
  const {
    DynamicScalingInSuspended = false,
    DynamicScalingOutSuspended = false,
    ScheduledScalingSuspended = false,
  } = target.SuspendedState ?? {};
  const before = suspensionOf(service)?.before ?? {
    DynamicScalingInSuspended,
    DynamicScalingOutSuspended,
    ScheduledScalingSuspended,
  };
  const suspension = { before, ...(keep !== undefined && { keep }) };
  const value = writeTag(suspension);
  const has = (read: Service | undefined) =>
    read?.tags?.some((tag) => tag.key === suspendedTag && tag.value === value) === true;
  if (!has(service)) {
    await ecs.tagResource({ resourceArn: service.serviceArn, tags: [{ key: suspendedTag, value }] }, options);
    const isShown = await within(clock, options.signal, async () =>
      has(await unlessPassing(() => readOne(ecs, place, options))) ? true : undefined,
    );
    if (!isShown)
      throw new LandfallError('OUTCOME_UNKNOWN', {
        summary: `the scaling of ${place.name} is not suspended: ECS does not show the tag ${suspendedTag}, by which it would be resumed`,
        facts: { cluster: place.cluster, service: place.name },
      });
  }
  if (!isSuspended(target)) {
    const api = await world.aws.autoScaling();
    await api.registerScalableTarget({ ...scalable(place), SuspendedState: allSuspended }, options);
  }
  host.log.info(`${place.name}: Auto Scaling (${boundsOf(target)} tasks) is suspended`);
  return suspension;
}

/** Restores what was set before, unless someone else has resumed it since, and removes the note. */
export async function resume(
  { ecs, world }: EcsAccess,
  place: Place,
  serviceArn: string | undefined,
  { before }: Suspension,
): Promise<void> {
  const { host } = world;
  const options = callAtTheEnd;
  const api = await world.aws.autoScaling();
  const target = (await readScalableTargets([place], api, options)).get(scalable(place).ResourceId);
  if (target && isSuspended(target) && !Object.values(before).every(Boolean)) {
    await api.registerScalableTarget({ ...scalable(place), SuspendedState: before }, options);
    host.log.info(`${place.name}: Auto Scaling (${boundsOf(target)} tasks) is resumed`);
  }
  await ecs.untagResource({ resourceArn: serviceArn, tagKeys: [suspendedTag] }, options);
}

/** Also after a cancel, which leaves a job a few seconds. */
const callAtTheEnd: CallOptions = { within: 5000 };

async function readOne(
  ecs: EcsAccess['ecs'],
  { cluster, name }: Place,
  options: CallOptions,
): Promise<Service | undefined> {
  const read = (await readServices(ecs, cluster, [name], { ...options, withTags: true })).get(name);
  return read === 'missing' ? undefined : read;
}

/** A service as it was read, with its tags. */
export interface Read {
  readonly cluster: string;
  readonly name: string;
  readonly service: Service;
}

/**
 * Runs it with the scaling of these services suspended, and restores it in the end, also what an earlier run has left
 * suspended.
 * @returns what came of it, and the error of what could not be restored
 */
export async function withScaling<T>(
  access: EcsAccess,
  services: readonly Read[],
  isToSuspend: boolean,
  body: () => Promise<T>,
): Promise<{ readonly value: T; readonly left?: LandfallError }> {
  const begun = services.filter(({ service }) => suspensionOf(service) !== undefined);
  let value: T;
  try {
    if (isToSuspend) {
      const { aws, host } = access.world;
      const active = services.filter(({ service }) => (service.desiredCount ?? 0) > 0);
      const options = { signal: host.cancellation };
      const targets =
        active.length > 0
          ? await readScalableTargets(active, await aws.autoScaling(), options)
          : new Map<string, never>();
      for (const one of active) {
        const target = targets.get(scalable(one).ResourceId);
        if (!target || (isSuspended(target) && !begun.includes(one))) continue;
        if (!begun.includes(one)) begun.push(one);
        await suspend(access, one, one.service, target, suspensionOf(one.service)?.keep);
      }
    }
    value = await body();
  } catch (thrown) {
    await resumeAll(access, begun);
    throw thrown;
  }
  const left = await resumeAll(access, begun);
  return { value, ...(left && { left }) };
}

/** Each that is to be resumed as it is now. Never rejects. */
async function resumeAll(access: EcsAccess, services: readonly Read[]): Promise<LandfallError | undefined> {
  const { log } = access.world.host;
  let left: LandfallError | undefined;
  for (const { cluster, name } of services) {
    try {
      const now = await readOne(access.ecs, { cluster, name }, callAtTheEnd);
      const suspension = now && suspensionOf(now);
      if (!now || !suspension) continue;
      if (isToResume(suspension, now)) await resume(access, { cluster, name }, now.serviceArn, suspension);
      else log.notice(`${name}: Auto Scaling stays suspended while the desired count is ${now.desiredCount}`);
    } catch (thrown) {
      const { code, summary, facts } = asLandfallError(thrown);
      left ??= new LandfallError(code, {
        summary: `Auto Scaling of ${name} is still suspended: ${summary}`,
        remedy: 'Run the step again: it resumes what is suspended.',
        facts,
      });
      log.error(`✗ ${left.summary}`);
    }
  }
  return left;
}

const service = 'arn:${Partition}:ecs:${Region}:${Account}:service/${cluster}/${service}';

/** To suspend, and to resume what a run has left suspended. */
const when = 'when Auto Scaling is suspended, or a run that was killed has left it so';
export const suspensionPermissions: readonly Permission[] = [
  { action: 'application-autoscaling:DescribeScalableTargets', resource: '*', when },
  onScalableTarget('RegisterScalableTarget', when),
  { action: 'ecs:TagResource', resource: service, when },
  { action: 'ecs:UntagResource', resource: service, when },
];
