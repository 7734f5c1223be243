import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import { nameInArn } from '../account/arn.ts';

export interface LogStream {
  readonly group: string;
  readonly stream: string;
  /** Where the group is, when the task definition names a region of its own. */
  readonly region?: string;
}

type LogDestination =
  | { readonly kind: 'stream'; readonly at: LogStream }
  /** The log cannot be followed; `note` completes a sentence about the container. */
  | { readonly kind: 'elsewhere'; readonly note: string };

export type LoggedContainer = Pick<ContainerDefinition, 'name' | 'logConfiguration'>;

/**
 * Where the awslogs driver writes: group, and stream `prefix/container/taskId`; without a prefix the stream is
 * the container's runtime id (ECS developer guide, "awslogs log driver options").
 */
export function logDestination(
  container: LoggedContainer,
  taskArn: string,
  runtimeId?: string,
): LogDestination {
  const configuration = container.logConfiguration;
  if (!configuration?.logDriver)
    return elsewhere('has no logConfiguration; add the awslogs driver to see its log here');
  if (configuration.logDriver !== 'awslogs')
    return elsewhere(`logs through the ${configuration.logDriver} driver; its log is not in CloudWatch Logs`);
  const options = configuration.options ?? {};
  const group = options['awslogs-group'];
  if (!group) return elsewhere('uses the awslogs driver without awslogs-group');
  const prefix = options['awslogs-stream-prefix'];
  if (!prefix && !runtimeId) {
    return elsewhere(
      'uses the awslogs driver without awslogs-stream-prefix, so its stream cannot be matched to its task; add a prefix',
    );
  }
  const stream = prefix ? `${prefix}/${container.name}/${nameInArn(taskArn)}` : runtimeId!;
  const region = options['awslogs-region'];
  return { kind: 'stream', at: { group, stream, ...(region && { region }) } };
}

const elsewhere = (note: string): LogDestination => ({ kind: 'elsewhere', note });
