import { isDeepStrictEqual } from 'node:util';
import type { CreateServiceRequest } from '@aws-sdk/client-ecs';

/** What a service or a task set is made of, as far as ECS fills it in. */
type Settings = Pick<
  CreateServiceRequest,
  'capacityProviderStrategy' | 'launchType' | 'networkConfiguration' | 'platformVersion'
>;

/**
 * The settings with what ECS fills in, so that sending a default is not a change:
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AwsVpcConfiguration.html (assignPublicIp),
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html (platformVersion)
 */
export function withDefaults<Given extends Settings>(settings: Given): Given {
  const { networkConfiguration, platformVersion } = settings;
  const awsvpc = networkConfiguration?.awsvpcConfiguration;
  return {
    ...settings,
    ...(awsvpc && {
      networkConfiguration: { awsvpcConfiguration: { assignPublicIp: 'DISABLED' as const, ...awsvpc } },
    }),
    ...(platformVersion === undefined && isOnFargate(settings) ? { platformVersion: 'LATEST' } : {}),
  };
}

const isOnFargate = ({ launchType, capacityProviderStrategy = [] }: Settings): boolean =>
  launchType === 'FARGATE' ||
  capacityProviderStrategy.some(
    ({ capacityProvider }) => capacityProvider === 'FARGATE' || capacityProvider === 'FARGATE_SPOT',
  );

/** Whether two values of a setting are the same to ECS: the order of members does not count, and a list without items is none. */
export const isSameSetting = (one: unknown, other: unknown): boolean =>
  isDeepStrictEqual(orAbsent(one), orAbsent(other));

function orAbsent(value: unknown): unknown {
  if (Array.isArray(value) && value.length === 0) return undefined;
  const isOff = typeof value === 'object' && value !== null && 'enabled' in value && value.enabled === false;
  // Service Connect that is off: a service without it.
  return isOff && Object.keys(value).length === 1 ? undefined : value;
}
