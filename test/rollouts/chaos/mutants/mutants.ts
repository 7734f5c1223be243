import type { Breach } from '../judge.ts';
import type { Controller } from '../run-scene.ts';

/** A way in which the core could be broken, and what the judge must then see. */
export interface Mutant {
  readonly name: string;
  readonly controller: Controller;
  /** The scenes are played from this seed on; it is drawn so that the first few already bite. */
  readonly seed: number;
  readonly sees: Breach['kind'];
  /** One place in one file of packages/core/src, which must be there exactly once. */
  readonly file: string;
  readonly replace: string;
  readonly by: string;
}

export const mutants: readonly Mutant[] = [
  {
    name: 'takes a rollback for a success',
    controller: 'ECS',
    seed: 5,
    sees: 'false-green',
    file: 'deployment/by-service-deployment.ts',
    replace: "case 'SUCCESSFUL':",
    by: "case 'SUCCESSFUL':\n    case 'ROLLBACK_SUCCESSFUL' as never:\n      return success(rollout);\n    case 'NEVER' as never:",
  },
  {
    name: 'judges the deployment that is PRIMARY, not ours',
    controller: 'ECS',
    seed: 5,
    sees: 'false-green',
    file: 'deployment/decide.ts',
    replace: '(rollout.serviceDeployment ?',
    by: "(rollout.service?.deployments?.find((one) => one.status === 'PRIMARY')?.rolloutState === 'COMPLETED' ? { kind: 'SUCCEEDED', reason: 'stable' } as never : rollout.serviceDeployment ?",
  },
  {
    name: 'sends an update again without looking whether the first took effect',
    controller: 'ECS',
    seed: 175,
    sees: 'duplicate',
    file: 'deployment/update.ts',
    replace: 'find: () => find(update, world)',
    by: 'find: async () => undefined',
  },
  {
    name: 'registers again without looking',
    controller: 'ECS',
    seed: 9,
    sees: 'duplicate',
    file: 'task-definition/register.ts',
    replace: 'return found && sameTaskDefinition(wanted, found, answer.tags) ? found : undefined;',
    by: 'return undefined;',
  },
  {
    name: 'takes a success for a rollback',
    controller: 'ECS',
    seed: 6,
    sees: 'false-red',
    file: 'deployment/by-service-deployment.ts',
    replace: "case 'SUCCESSFUL':\n      return succeeded(rollout, terms);",
    by: "case 'SUCCESSFUL':",
  },
  {
    name: 'does not know again on a second run what the first has made',
    controller: 'EXTERNAL',
    seed: 16,
    sees: 'duplicate',
    file: 'deployment/external/order.ts',
    replace: '`landfall/${shortTaskDefinition(taskDefinition)}',
    by: '`landfall/${performance.now()}/${shortTaskDefinition(taskDefinition)}',
  },
  {
    name: 'calls a task set live that is not steady',
    controller: 'EXTERNAL',
    seed: 2,
    sees: 'false-green',
    file: 'deployment/external/next.ts',
    replace: 'if (!isSteady(ours)) return stuck(rollout, terms);',
    by: '',
  },
  {
    name: 'has nothing to do where a killed run left the old task set',
    controller: 'EXTERNAL',
    seed: 10,
    sees: 'false-green',
    file: 'deployment/external/plan.ts',
    replace: "if (older) return 'and an older one is left';",
    by: '',
  },
  {
    name: 'is green as soon as the traffic is shifted',
    controller: 'CODE_DEPLOY',
    seed: 8,
    sees: 'false-green',
    file: 'deployment/code-deploy/decide.ts',
    replace: "if (until === 'traffic-shifted') {",
    by: 'if (until) {',
  },
  {
    name: 'calls it done where the traffic is on a deployment that failed',
    controller: 'CODE_DEPLOY',
    seed: 132,
    sees: 'false-green',
    file: 'deployment/code-deploy/deploy.ts',
    replace: "maker?.status !== 'Failed' &&",
    by: "maker?.status !== 'Unheard' as never &&",
  },
  {
    name: 'goes on reading after a cancel',
    controller: 'ECS',
    seed: 26,
    sees: 'call-after-cancel',
    file: 'deployment/telling.ts',
    replace: 'signal: run.world.host.cancellation',
    by: 'signal: new AbortController().signal',
  },
];
