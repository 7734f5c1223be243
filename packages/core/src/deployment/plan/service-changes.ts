import type { Deployment, Service, ServiceRevision, UpdateServiceRequest } from '@aws-sdk/client-ecs';
import { nameInArn } from '../../account/arn.ts';
import { isObject } from '../../documents/canonical.ts';
import { primaryOf } from '../../ecs/deployments.ts';
import { primaryTaskSet } from '../../ecs/task-sets.ts';
import { isCovered } from './is-covered.ts';
import { type Effect, fields } from './setting-effects.ts';

type Settings = Readonly<Record<string, unknown>>;

/** A service as far as it can be changed, wherever ECS shows it: the service, its PRIMARY deployment, or its revision. */
interface Live {
  readonly service: Service;
  /** By default the PRIMARY one. */
  readonly deployment?: Deployment;
  /** Of the PRIMARY deployment, where it had to be read. */
  readonly revision?: ServiceRevision | undefined;
}

/** One field that differs from what is wanted. */
export interface ServiceChange {
  readonly field: string;
  readonly effect: Effect;
  readonly from: unknown;
  readonly to: unknown;
}

/** Only what differs from the service as it is: an equal value is not sent, so that nothing is reset by saying it. */
export const changesOf = (wanted: Settings, live: Live): readonly ServiceChange[] =>
  Object.entries(wanted).flatMap(([field, given]): ServiceChange[] => {
    const known = Object.hasOwn(fields, field) ? fields[field] : undefined;
    if (known === undefined || given === undefined) return [];
    const from = liveValue(field, live) ?? known.absent;
    const to = field === 'deploymentConfiguration' ? completed(given, from) : given;
    return isSame(field, to, from) ? [] : [{ field, effect: known.effect, from, to }];
  });

/** Whether a service has what an update has set. */
export const hasSettings = (service: Service, { cluster, service: _, ...wanted }: UpdateServiceRequest) =>
  changesOf(wanted as Settings, { service }).every(({ field }) => isUnshown(field));

/** ECS shows them with the service revision only. */
export const isUnshown = (field: string): boolean => field === 'gatewayConnectors' || field === 'monitoring';

/** With the other controllers a task set has what ECS does not show of the service. */
function liveValue(field: string, { service, deployment = primaryOf(service), revision }: Live): unknown {
  if (field === 'role') return service.roleArn;
  const shown = [service, deployment ?? primaryTaskSet(service), revision].flatMap((one) => {
    const value = (one as Settings | undefined)?.[field];
    return value === undefined ? [] : [value];
  });
  return shown.find((value) => !Array.isArray(value) || value.length > 0) ?? shown[0];
}

/** A service in the shape of CreateService, without what ECS takes by default: `changesOf` finds nothing to change. */
export const settingsOf = (live: Live): Settings =>
  Object.fromEntries(
    Object.entries(fields).flatMap(([field, { absent }]) => {
      const value = liveValue(field, live);
      const isDefault = value === undefined || (Array.isArray(value) && value.length === 0);
      return isDefault || isSame(field, value, absent) ? [] : [[field, value] as const];
    }),
  );

/** What a rollback has to set, beside the task definition, so that new tasks are as they were before. */
export function settingsBefore(before: Live, now: Live): Partial<UpdateServiceRequest> {
  const had = Object.entries(fields).flatMap(([field, { effect, absent }]) =>
    effect === 'deployment' ? [[field, liveValue(field, before) ?? absent] as const] : [],
  );
  return Object.fromEntries(changesOf(Object.fromEntries(had), now).map(({ field, to }) => [field, to]));
}

function isSame(field: string, wanted: unknown, live: unknown): boolean {
  if (field === 'role') return nameInArn(String(wanted)) === nameInArn(String(live ?? ''));
  // Service Connect that is off has nothing else to say.
  const isOff = (value: unknown) => isObject(value) && value.enabled === false;
  return (isOff(wanted) && isOff(live)) || isCovered(wanted, live, field);
}

/** Members of the deployment configuration that are absent stay, but for those that belong to another strategy. */
function completed(given: unknown, live: unknown): unknown {
  if (!isObject(given) || !isObject(live)) return given;
  if ((given.strategy ?? live.strategy) === live.strategy) return { ...live, ...given };
  const { linearConfiguration, canaryConfiguration, earlySuccessCriteria, ...kept } = live;
  return { ...kept, ...given };
}
