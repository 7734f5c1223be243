import type {
  ContainerDefinition,
  CreateExpressGatewayServiceRequest,
  NetworkConfiguration,
  UpdateExpressGatewayServiceRequest,
} from '@aws-sdk/client-ecs';
import { MAIN } from './express-defaults.ts';

/** Of the default VPC unless set; security groups that are not set stay. */
export function networkOf(
  { networkConfiguration }: CreateExpressGatewayServiceRequest | UpdateExpressGatewayServiceRequest,
  ownGroup: string,
  before?: { networkConfiguration?: NetworkConfiguration | undefined },
): NetworkConfiguration {
  const vpc = before?.networkConfiguration?.awsvpcConfiguration;
  return {
    awsvpcConfiguration: {
      subnets: networkConfiguration?.subnets ??
        vpc?.subnets ?? ['subnet-0d0000000000000a1', 'subnet-0d0000000000000b2'],
      securityGroups: networkConfiguration?.securityGroups ?? vpc?.securityGroups ?? [ownGroup],
      assignPublicIp: 'ENABLED',
    },
  };
}

/** Where the load balancer of a service leads to. */
export const balancerOf = (main: ContainerDefinition | undefined, targetGroupArn: string) => ({
  targetGroupArn,
  containerName: MAIN,
  containerPort: main?.portMappings?.[0]?.containerPort,
});
