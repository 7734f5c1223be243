/**
 * The rooms of the house, from the ground up: a file may import from rooms below its own, and from its own.
 * Anyone who adds a room gives it a place here; docs/architecture.md shows the same.
 */
export const packages = [
  ['core'],
  ['aws', 'docker', 'hosts', 'registry', 'report', 'sandbox'],
  ['app'],
  ['demo', 'generator'],
  ['toolchain'],
  ['bench'],
] as const;

export const coreRooms = [
  ['errors', 'world', 'text'],
  ['account', 'documents', 'reading', 'record', 'time'],
  ['container-log', 'inputs', 'repository', 'scan'],
  ['image', 'operation', 'template'],
  ['ecs', 'registry', 'task-definition'],
  ['auto-scaling', 'build-push', 'pipeline', 'pipeline-files', 'run-task', 'schedules', 'service-definition'],
  ['codedeploy', 'manifest'],
  ['deployment', 'iam-policy'],
  ['manifest-deployment', 'verification'],
  ['operations'],
] as const;

/** Named for the steps of a deployment. */
export const deploymentRooms = [
  ['rules'],
  ['rollout'],
  ['verdict'],
  ['evidence'],
  ['watch'],
  ['service'],
  ['outside-change'],
  ['report'],
  ['plan'],
  ['follow'],
  ['inputs'],
  ['rollback'],
  ['controllers'],
  ['express'],
] as const;

export const sandboxRooms = [
  ['api', 'clock', 'ports', 'state'],
  ['authorization', 'faults', 'models'],
  ['protocol'],
  ['admin', 'registry'],
  ['services'],
  ['server'],
] as const;

/** The APIs of the sandbox: one stands above those whose resources it uses. */
export const sandboxServices = [
  ['shared'],
  ['ecr', 'iam', 'logs', 's3', 'secrets-manager', 'ssm', 'sts'],
  ['ecr-public', 'ecs'],
  ['application-autoscaling', 'codedeploy', 'elbv2', 'scheduler'],
] as const;

export const sandboxEcsRooms = [
  ['rules', 'task-rules'],
  ['model'],
  ['task-definition', 'tasks'],
  ['deployments', 'docker'],
  ['scheduler', 'views'],
  ['operations'],
  ['express'],
] as const;

/** A folder that holds more is to be divided by topic; there is one file for each operation. */
export const mostFiles = 16;
export const mayHoldMore: readonly string[] = ['packages/core/src/operations'];
