import type { Attribute, Compatibility, TaskDefinition } from '@aws-sdk/client-ecs';
import type { TaskDefinitionRecord } from '../model/records.ts';
import { moment, optionalMoment } from './moment.ts';

/** What DescribeTaskDefinition shows: the content, and what ECS itself adds. */
export function taskDefinitionView(record: TaskDefinitionRecord): TaskDefinition {
  return {
    ...record.content,
    taskDefinitionArn: record.arn,
    revision: record.revision,
    status: record.status,
    requiresAttributes: attributesOf(record),
    compatibilities: compatibilitiesOf(record),
    registeredAt: moment(record.registeredAt),
    registeredBy: record.registeredBy,
    ...optionalMoment('deregisteredAt', record.deregisteredAt),
  };
}

function compatibilitiesOf({ content }: TaskDefinitionRecord): Compatibility[] {
  const compatible: Compatibility[] = ['EC2'];
  if (content.networkMode === 'awsvpc' && content.cpu !== undefined && content.memory !== undefined) {
    compatible.push('FARGATE');
  }
  if (content.networkMode !== 'awsvpc') compatible.push('EXTERNAL');
  return compatible;
}

const CAPABILITY = 'com.amazonaws.ecs.capability.';

function attributesOf({ content }: TaskDefinitionRecord): Attribute[] {
  const names = new Set<string>();
  for (const container of content.containerDefinitions ?? []) {
    const driver = container.logConfiguration?.logDriver;
    if (driver !== undefined) names.add(`${CAPABILITY}logging-driver.${driver}`);
    if ((container.secrets ?? []).length > 0) names.add('ecs.capability.secrets.asm.environment-variables');
    if (container.healthCheck !== undefined) names.add('ecs.capability.container-health-check');
    if (/\.dkr\.ecr\./.test(container.image ?? '')) names.add(`${CAPABILITY}ecr-auth`);
  }
  if (content.networkMode === 'awsvpc') names.add('ecs.capability.task-eni');
  if (content.executionRoleArn !== undefined) names.add('ecs.capability.execution-role-awslogs');
  if (content.taskRoleArn !== undefined) names.add(`${CAPABILITY}task-iam-role`);
  return [...names].sort().map((name) => ({ name }));
}
