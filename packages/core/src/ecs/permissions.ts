import type { Permission } from '../operation/operation.ts';

/** Confines an action whose resource does not name the cluster. */
export const inCluster: NonNullable<Permission['condition']> = {
  ArnEquals: { 'ecs:cluster': 'arn:${Partition}:ecs:${Region}:${Account}:cluster/${cluster}' },
};

/** To hand the roles of a task definition, or of an Express service, to who takes them on. */
export const passRolesTo = (service: string, name = 'role'): Permission => ({
  action: 'iam:PassRole',
  resource: `arn:\${Partition}:iam::\${Account}:role/\${${name}}`,
  condition: { StringEquals: { 'iam:PassedToService': service } },
});

/**
 * S3 says that a file is there, and since when, only to who may read it. ECS takes files named `*.env` alone
 * (EnvironmentFile, API reference).
 */
export const environmentFilePermission: Permission = {
  action: 's3:GetObject',
  resource: 'arn:${Partition}:s3:::*/*.env',
  when: 'when the task definition has environment files',
  optional: true,
};
