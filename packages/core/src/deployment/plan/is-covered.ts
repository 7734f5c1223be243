import { isObject } from '../../documents/canonical.ts';

/**
 * Members that ECS fills in where they are absent, so that a live value that has them is not another one.
 * API reference: AwsVpcConfiguration, CapacityProviderStrategyItem, DeploymentCircuitBreaker,
 * DeploymentLifecycleHook, ServiceConnectConfiguration, ServiceConnectService, ServiceConnectClientAlias.
 */
const filledIn: ReadonlySet<string> = new Set([
  'assignPublicIp',
  'base',
  'discoveryName',
  'dnsName',
  'namespace',
  'resetOnHealthyTask',
  'targetType',
  'thresholdConfiguration',
  'timeoutConfiguration',
  'weight',
]);

/** The order counts: ECS applies them one after the other. */
const ordered: ReadonlySet<string> = new Set(['placementStrategy']);

/** Whether ECS has what is wanted. The order of lists does not count, nor what ECS fills in by itself. */
export function isCovered(wanted: unknown, live: unknown, field = ''): boolean {
  if (isEmpty(wanted)) return isEmpty(live);
  if (Array.isArray(wanted)) {
    if (!Array.isArray(live) || live.length !== wanted.length) return false;
    if (ordered.has(field)) return wanted.every((one, index) => isCovered(one, live[index]));
    const left = [...live];
    return wanted.every((one) => {
      const index = left.findIndex((other) => isCovered(one, other));
      if (index === -1) return false;
      left.splice(index, 1);
      return true;
    });
  }
  if (!isObject(wanted)) return wanted === live;
  if (!isObject(live)) return false;
  return [...new Set([...Object.keys(wanted), ...Object.keys(live)])].every((member) =>
    Object.hasOwn(wanted, member) || !filledIn.has(member)
      ? isCovered(wanted[member], live[member], member)
      : true,
  );
}

/** What says nothing: to ECS, an empty list is none. */
const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  (Array.isArray(value) && value.length === 0) ||
  (isObject(value) && Object.values(value).every(isEmpty));
