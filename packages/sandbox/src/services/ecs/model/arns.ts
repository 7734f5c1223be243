import type { Place } from '../../../api/aws-service.ts';

/** The ARNs of ECS. */
const base = (place: Place): string => `arn:${place.partition}:ecs:${place.region}:${place.accountId}`;

export const clusterArn = (place: Place, cluster: string): string => `${base(place)}:cluster/${cluster}`;

export const serviceArn = (place: Place, cluster: string, service: string): string =>
  `${base(place)}:service/${cluster}/${service}`;

export const taskArn = (place: Place, cluster: string, id: string): string =>
  `${base(place)}:task/${cluster}/${id}`;

export const containerInstanceArn = (place: Place, cluster: string, id: string): string =>
  `${base(place)}:container-instance/${cluster}/${id}`;

export const containerArn = (place: Place, cluster: string, task: string, id: string): string =>
  `${base(place)}:container/${cluster}/${task}/${id}`;

export const taskDefinitionArn = (place: Place, family: string, revision: number): string =>
  `${base(place)}:task-definition/${family}:${revision}`;

export const serviceDeploymentArn = (place: Place, cluster: string, service: string, id: string): string =>
  `${base(place)}:service-deployment/${cluster}/${service}/${id}`;

export const serviceRevisionArn = (place: Place, cluster: string, service: string, digits: string): string =>
  `${base(place)}:service-revision/${cluster}/${service}/${digits}`;

export const taskSetArn = (place: Place, cluster: string, service: string, id: string): string =>
  `${base(place)}:task-set/${cluster}/${service}/${id}`;

/** `web` of `web`, `arn:…:service/main/web` and the old `arn:…:service/web`. */
export function nameOf(reference: string): string {
  return reference.slice(reference.lastIndexOf('/') + 1);
}
