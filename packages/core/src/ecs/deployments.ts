import type { Service } from '@aws-sdk/client-ecs';
import { nameInArn } from '../account/arn.ts';

/** `ecs-svc/123` → `123`, the digits that also end the ARN of the service revision. */
export const digitsOf = (deploymentId: string) => nameInArn(deploymentId);

export const primaryOf = (service: Service | undefined) =>
  service?.deployments?.find((one) => one.status === 'PRIMARY');

export const deploymentOf = (service: Service | undefined, id: string) =>
  service?.deployments?.find((one) => one.id === id);

/**
 * The service revision of a deployment, which has its digits: while one is in progress the service shows
 * several.
 */
export const revisionArnOf = ({ currentServiceRevisions = [] }: Service, id: string | undefined) =>
  currentServiceRevisions.find(({ arn = '' }) => id !== undefined && digitsOf(arn) === digitsOf(id))?.arn;

/** The same of a deployment that the service no longer shows. */
export const revisionArn = ({ serviceArn = '' }: Service, id: string) =>
  `${serviceArn.replace(':service/', ':service-revision/')}/${digitsOf(id)}`;
