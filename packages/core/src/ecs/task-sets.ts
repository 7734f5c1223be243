import type { Service, TaskSet } from '@aws-sdk/client-ecs';
import { primaryOf } from './deployments.ts';

/** The task set that has the production traffic. A service of the CODE_DEPLOY controller has no deployments. */
export const primaryTaskSet = (service: Service | undefined): TaskSet | undefined =>
  service?.taskSets?.find((one) => one.status === 'PRIMARY');

/** What a service is set to, whether it runs or not. */
export const liveTaskDefinition = (service: Service | undefined): string | undefined =>
  primaryTaskSet(service)?.taskDefinition ?? service?.taskDefinition;

/** What would be another one after a deployment. */
export const primaryId = (service: Service): string | undefined =>
  primaryOf(service)?.id ?? primaryTaskSet(service)?.id;

/** A task set that Landfall made, in this run or another. */
export const isByLandfall = ({ externalId }: TaskSet): boolean =>
  externalId?.startsWith('landfall/') === true;

/** CodeDeploy calls the task sets that it makes by its deployments' ids (ECS API reference, TaskSet.externalId). */
export const isOfDeployment = (taskSet: TaskSet, deploymentId: string): boolean =>
  taskSet.externalId === deploymentId || taskSet.id === deploymentId;
