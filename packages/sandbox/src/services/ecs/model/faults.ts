/** The errors ECS answers with, in its own words. */
import { AwsFault } from '../../../api/aws-service.ts';

export const client = (message: string): AwsFault => new AwsFault('ClientException', message);
export const invalid = (message: string): AwsFault => new AwsFault('InvalidParameterException', message);
export const clusterNotFound = (): AwsFault => new AwsFault('ClusterNotFoundException', 'Cluster not found.');
export const serviceNotFound = (): AwsFault => new AwsFault('ServiceNotFoundException', 'Service not found.');
export const serviceNotActive = (): AwsFault =>
  new AwsFault('ServiceNotActiveException', 'Service was not ACTIVE.');
export const conflict = (message: string, resourceIds: readonly string[]): AwsFault =>
  new AwsFault('ConflictException', message, { members: { resourceIds } });
export const unsupported = (message: string): AwsFault =>
  new AwsFault('UnsupportedFeatureException', message);
