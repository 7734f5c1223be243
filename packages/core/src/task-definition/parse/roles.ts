import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';

/** Where a role given by name lives. */
export interface RoleHome {
  readonly partition: string;
  readonly account: string;
}

/**
 * A role can only be one of the task definition's own account, so any ARN at hand (the revision it was read
 * from, the other role) tells account and partition; a partition other than `aws` is never guessed.
 */
export function roleHome(
  request: Pick<RegisterTaskDefinitionRequest, 'taskRoleArn' | 'executionRoleArn'>,
  sourceArn?: string,
): RoleHome | undefined {
  for (const arn of [sourceArn, request.executionRoleArn, request.taskRoleArn]) {
    const found = /^arn:([a-z-]{3,20}):(?:ecs|iam):[a-z0-9-]{0,40}:(\d{12}):/.exec(arn ?? '');
    if (found) return { partition: found[1]!, account: found[2]! };
  }
  return undefined;
}

/** A name stays a name when its account is not known: ECS takes "the short name or the full ARN". */
export const expandRole = (role: string, home: RoleHome | undefined): string =>
  role.startsWith('arn:') || !home
    ? role
    : `arn:${home.partition}:iam::${home.account}:role/${role.replace(/^\//, '')}`;
