import type { ContainerDefinition, RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { client } from '../model/faults.ts';
import { fargateMemory } from '../rules/fargate-sizes.ts';

/** https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html */
const LOG_DRIVERS = ['awslogs', 'splunk', 'awsfirelens'];

const notOnFargate = (what: string) => client(`Fargate compatible task definitions do not support ${what}`);

export function checkFargate(
  content: RegisterTaskDefinitionRequest,
  containers: readonly ContainerDefinition[],
): void {
  if (content.networkMode !== 'awsvpc') throw client("Fargate only supports network mode 'awsvpc'.");
  if (content.cpu === undefined) throw client("Fargate requires that 'cpu' be defined at the task level.");
  if (content.memory === undefined)
    throw client("Fargate requires that 'memory' be defined at the task level.");
  if (!fargateMemory(content.cpu, content.memory)) {
    throw client(
      `No Fargate configuration exists for given values: ${content.cpu} CPU, ${content.memory} memory. See the Amazon ECS documentation for the valid values.`,
    );
  }
  if ((content.placementConstraints ?? []).length > 0) throw notOnFargate('constraints');
  for (const { privileged, logConfiguration } of containers) {
    if (privileged === true) throw notOnFargate('privileged');
    const driver = logConfiguration?.logDriver ?? 'awslogs';
    if (!LOG_DRIVERS.includes(driver)) throw notOnFargate(`log driver ${driver}`);
  }
  if (content.executionRoleArn === undefined) {
    if (containers.some((container) => container.logConfiguration?.logDriver === 'awslogs')) {
      throw client(
        'Fargate requires task definition to have execution role ARN to support log driver awslogs.',
      );
    }
    if (containers.some((container) => /\.dkr\.ecr\./.test(container.image ?? ''))) {
      throw client('Fargate requires task definition to have execution role ARN to support ECR images.');
    }
    if (containers.some((container) => (container.secrets ?? []).length > 0)) {
      throw client('Fargate requires task definition to have execution role ARN to support secrets.');
    }
  }
}
