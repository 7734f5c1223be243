import type { Breach } from '../judge/evidence.ts';
import type { Choice } from '../timeline/draw-timeline.ts';

/** A way in which the core could be broken, and what the judge must then see. */
export interface Mutant {
  readonly name: string;
  /** Where it bites soon. */
  readonly choice: Choice;
  readonly sees: Breach['kind'];
  /** One place in one file of packages/core/src, which must be there exactly once. */
  readonly file: string;
  readonly replace: string;
  readonly by: string;
}

export const mutants: readonly Mutant[] = [
  {
    name: 'takes a rollback for a success',
    choice: { operation: 'deploy-service', strategy: 'ROLLING' },
    sees: 'false-green',
    file: 'deployment/by-service-deployment.ts',
    replace: "case 'SUCCESSFUL':",
    by: "case 'SUCCESSFUL':\n    case 'ROLLBACK_SUCCESSFUL' as never:\n      return success(rollout);\n    case 'NEVER' as never:",
  },
  {
    name: 'judges the deployment that is PRIMARY, not ours',
    choice: { operation: 'deploy-service', strategy: 'ROLLING' },
    sees: 'false-green',
    file: 'deployment/decide.ts',
    replace: '(rollout.serviceDeployment ?',
    by: "(rollout.service?.deployments?.find((one) => one.status === 'PRIMARY')?.rolloutState === 'COMPLETED' ? { kind: 'SUCCEEDED', reason: 'stable' } as never : rollout.serviceDeployment ?",
  },
  {
    name: 'sends an update again without looking whether the first took effect',
    choice: { operation: 'deploy-service', strategy: 'ROLLING' },
    sees: 'duplicate',
    file: 'deployment/update.ts',
    replace: 'find: () => find(update, world)',
    by: 'find: async () => undefined',
  },
  {
    name: 'registers again without looking',
    choice: { operation: 'deploy-service', strategy: 'ROLLING' },
    sees: 'duplicate',
    file: 'task-definition/register.ts',
    replace: 'return found && sameTaskDefinition(wanted, found, answer.tags) ? found : undefined;',
    by: 'return undefined;',
  },
  {
    name: 'takes a success for a rollback',
    choice: { operation: 'deploy-service', strategy: 'ROLLING' },
    sees: 'false-red',
    file: 'deployment/by-service-deployment.ts',
    replace: "case 'SUCCESSFUL':\n      return succeeded(rollout, terms);",
    by: "case 'SUCCESSFUL':",
  },
  {
    name: 'does not know again on a second run what the first has made',
    choice: { operation: 'deploy-service', strategy: 'EXTERNAL' },
    sees: 'duplicate',
    file: 'deployment/external/order.ts',
    replace: '`landfall/${shortTaskDefinition(taskDefinition)}',
    by: '`landfall/${performance.now()}/${shortTaskDefinition(taskDefinition)}',
  },
  {
    name: 'is green as soon as the traffic is shifted',
    choice: { operation: 'deploy-service', strategy: 'CODE_DEPLOY' },
    sees: 'false-green',
    file: 'deployment/code-deploy/decide.ts',
    replace: "if (until === 'traffic-shifted') {",
    by: 'if (until) {',
  },
  {
    name: 'goes on reading after a cancel',
    choice: { operation: 'deploy-service', strategy: 'ROLLING' },
    sees: 'call-after-cancel',
    file: 'deployment/telling.ts',
    replace: 'signal: run.world.host.cancellation',
    by: 'signal: new AbortController().signal',
  },
];
