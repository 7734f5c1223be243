import type { Permission } from '../operation/operation.ts';

/** Confines an action whose resource does not name the cluster. */
export const inCluster: NonNullable<Permission['condition']> = {
  ArnEquals: { 'ecs:cluster': 'arn:${Partition}:ecs:${Region}:${Account}:cluster/${cluster}' },
};

/** To register a task definition. */
export const registerPermissions = (when?: string): readonly Permission[] => [
  { action: 'ecs:RegisterTaskDefinition', resource: '*', ...(when !== undefined && { when }) },
  {
    action: 'ecs:TagResource',
    resource: 'arn:${Partition}:ecs:${Region}:${Account}:task-definition/${family}:*',
    when: 'when the file holds tags',
  },
];

/** To register one that may be registered already. */
export const registerFilePermissions = registerPermissions('when `task-definition` is a file');

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

/** To hand ECS the role by which it attaches an EBS volume. */
export const passVolumeRole = (input: string): Permission => ({
  ...passRolesTo('ecs.amazonaws.com'),
  when: `when \`${input}\` is set`,
});
