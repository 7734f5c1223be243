import type { Service, ServiceDeployment } from '@aws-sdk/client-ecs';
import { deploymentOf, primaryOf } from '../../ecs/deployments.ts';
import { fresher, newerView, type Read, settleTime } from '../../ecs/eventual-consistency.ts';
import { type Place, placeOf } from '../rules/whose.ts';
import { earlierIds, type Rollout, type Snapshot } from './rollout.ts';

/** What is believed after a round of reading. */
interface Believed {
  readonly service: Service | undefined;
  readonly serviceDeployment: ServiceDeployment | undefined;
  /** The service is known by a read that cannot be from before our deployment was made. */
  readonly showsWrite: boolean;
  readonly earlierSeen: Rollout['earlierSeen'];
  readonly other: Rollout['other'];
}

/** Reads may be behind: a part that was not read, or is from before what is known already, does not count. */
export function freshReads(snapshot: Snapshot, before: Rollout): Believed {
  const earlierSeen = earlierIn(snapshot, before);
  const { serviceDeployment: read } = snapshot;
  const serviceDeployment =
    read === undefined || read === 'missing'
      ? before.serviceDeployment
      : newerView(before.serviceDeployment, read);
  const known = { ...before, serviceDeployment, earlierSeen };
  const fresh = freshService(snapshot, known);
  const service = withCountAsSet(fresh?.value, before, snapshot.at);
  const { id = '', taskDefinition = '' } = primaryOf(service) ?? {};
  const isOther = placeOfOurs({ ...known, service }) === 'superseded';
  return {
    service,
    serviceDeployment,
    showsWrite: fresh?.showsWrite === true,
    earlierSeen,
    other: before.other ?? (isOther ? { id, taskDefinition } : undefined),
  };
}

/** What became of ours, by ids. Undefined: no read shows a PRIMARY deployment. */
export function placeOfOurs(rollout: Rollout, isGone = false): Place | undefined {
  const { ours, service, givenUp, other } = rollout;
  const primary = primaryOf(service);
  if (primary?.id === undefined) return undefined;
  return placeOf({
    ours: ours.deploymentId,
    earlier: earlierIds(rollout),
    primary: {
      id: primary.id,
      createdAt: primary.createdAt?.getTime() ?? 0,
      reason: primary.rolloutStateReason,
      rolloutState: primary.rolloutState,
    },
    oursCreatedAt: ours.createdAt,
    isGivenUp: givenUp !== undefined,
    sawOther: other !== undefined,
    isGone,
  });
}

const time = (date: Date | undefined) => date?.getTime() ?? 0;

/** A read that shows ours, or what came after it, outranks for a while one that does not. */
function freshService(snapshot: Snapshot, before: Rollout): Read<Service> | undefined {
  const known = before.service && { value: before.service, showsWrite: shows(before.service, before) };
  if (snapshot.service === undefined || snapshot.service === 'missing') return known;
  const read = { value: snapshot.service, showsWrite: shows(snapshot.service, before) };
  return fresher(known, read, snapshot.at - (before.shownAt ?? snapshot.at));
}

/** A read that shows another desired count than the write has just set is from before it. */
function withCountAsSet(service: Service | undefined, { ours, startedAt }: Rollout, now: number) {
  const { desiredCount } = ours;
  const isSet = desiredCount === undefined || service?.desiredCount === desiredCount;
  return !service || isSet || now - startedAt > settleTime ? service : { ...service, desiredCount };
}

/** Whether a read cannot be from before our deployment was made. */
function shows(service: Service, before: Rollout): boolean {
  if (deploymentOf(service, before.ours.deploymentId)) return true;
  // It may be the service of this name that was deleted before ours was created.
  if (service.status === 'INACTIVE') return false;
  if (!primaryOf(service)) return true;
  return placeOfOurs({ ...before, service }) !== 'undecided';
}

/** ECS says in an event of the service to which deployment it goes back: the only word of it where there is no rollout state. */
const rolledBackTo = /rolling back to deployment (ecs-svc\/\d+)/;

/** A rollback makes one of them PRIMARY again, with a new creation time. */
function earlierIn({ service }: Snapshot, before: Rollout): readonly string[] | undefined {
  if (!service || service === 'missing') return before.earlierSeen;
  const { ours, earlierSeen = [] } = before;
  const place = placeOfOurs({ ...before, service });
  const isBack = place === 'rolling-back' || place === 'rolled-back';
  const older = (service.deployments ?? []).filter(
    ({ id, status, createdAt }) =>
      id !== undefined &&
      id !== ours.deploymentId &&
      !earlierSeen.includes(id) &&
      ((isBack && status === 'PRIMARY') || (createdAt !== undefined && time(createdAt) < ours.createdAt)),
  );
  const told = (service.events ?? []).flatMap(({ message = '' }) => rolledBackTo.exec(message)?.[1] ?? []);
  const found = [...older.flatMap(({ id }) => id ?? []), ...told].filter(
    (id) => id !== ours.deploymentId && !earlierSeen.includes(id),
  );
  return found.length === 0 ? before.earlierSeen : [...earlierSeen, ...new Set(found)];
}
