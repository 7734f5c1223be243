import type { Operation } from '../operation/operation.ts';

/**
 * The operations by name, each behind a dynamic import, so that an action loads its own and no other.
 * The order is that of a pipeline.
 */
export const operations = {
  pipeline: async () => (await import('./pipeline.ts')).pipeline,
  'ecr-login': async () => (await import('./ecr-login.ts')).ecrLogin,
  'ensure-repository': async () => (await import('./ensure-repository.ts')).ensureRepository,
  'image-metadata': async () => (await import('./image-metadata.ts')).imageMetadata,
  'build-push': async () => (await import('./build-push.ts')).buildPush,
  'create-image-index': async () => (await import('./create-image-index.ts')).createImageIndex,
  'scan-gate': async () => (await import('./scan-gate.ts')).scanGate,
  'promote-image': async () => (await import('./promote-image.ts')).promoteImage,
  'render-image-definitions': async () =>
    (await import('./render-image-definitions.ts')).renderImageDefinitions,
  'render-task-definition': async () => (await import('./render-task-definition.ts')).renderTaskDefinition,
  'register-task-definition': async () =>
    (await import('./register-task-definition.ts')).registerTaskDefinition,
  'deregister-task-definitions': async () =>
    (await import('./deregister-task-definitions.ts')).deregisterTaskDefinitions,
  'convert-manifest': async () => (await import('./convert-manifest.ts')).convertManifest,
  'check-manifest': async () => (await import('./check-manifest.ts')).checkManifest,
  'run-task': async () => (await import('./run-task.ts')).runTask,
  'run-scheduled-task': async () => (await import('./run-scheduled-task.ts')).runScheduledTask,
  'verify-service': async () => (await import('./verify-service.ts')).verifyService,
  'plan-service': async () => (await import('./plan-service.ts')).planService,
  'deploy-service': async () => (await import('./deploy-service.ts')).deployService,
  'plan-manifest': async () => (await import('./plan-manifest.ts')).planManifest,
  'deploy-manifest': async () => (await import('./deploy-manifest.ts')).deployManifest,
  'deploy-express-service': async () => (await import('./deploy-express-service.ts')).deployExpressService,
  'wait-for-service': async () => (await import('./wait-for-service.ts')).waitForService,
  'continue-deployment': async () => (await import('./continue-deployment.ts')).continueDeployment,
  'rollback-service': async () => (await import('./rollback-service.ts')).rollbackService,
  'scale-service': async () => (await import('./scale-service.ts')).scaleService,
  'delete-service': async () => (await import('./delete-service.ts')).deleteService,
  'destroy-environment': async () => (await import('./destroy-environment.ts')).destroyEnvironment,
} satisfies Record<string, () => Promise<unknown>>;

export type OperationName = keyof typeof operations;
export const operationNames = Object.keys(operations) as OperationName[];

export const loadOperation = async (name: OperationName): Promise<Operation> => await operations[name]();
