import type { Mutant } from '../../../chaos/mutants/mutant.ts';

const timelines = { operation: 'deploy-service', strategy: 'CODE_DEPLOY' } as const;
const file = 'core/src/deployment/controllers/codedeploy/watch/decide.ts';
const plan = 'core/src/deployment/controllers/codedeploy/plan.ts';

export const codeDeployMutants: readonly Mutant[] = [
  {
    name: 'believes CodeDeploy that a deployment has succeeded, whatever ECS shows',
    edits: [
      {
        file,
        replace: 'undone(seen, rollout, terms) : succeeded(seen, rollout, terms);',
        by: 'undone(seen, rollout, terms) : success(rollout);',
      },
    ],
    timelines,
    sees: 'false-green',
  },
  {
    name: 'ends as soon as the traffic is shifted',
    edits: [
      { file, replace: "until === 'traffic-shifted'\n      ? 'AllowTraffic'", by: "true ? 'AllowTraffic'" },
    ],
    timelines,
    sees: 'false-green',
  },
  {
    name: 'has nothing to do where the task set with the traffic runs nothing',
    edits: [{ file: plan, replace: 'if (!isTaskSetLive(primary, target.service))', by: 'if (false)' }],
    timelines,
    sees: 'false-green',
  },
  {
    name: 'decides by reads of which one is behind another',
    edits: [
      {
        file: 'core/src/deployment/controllers/codedeploy/read/current.ts',
        replace: 'while (target.codeDeploy.current.isBehind &&',
        by: 'while (false &&',
      },
    ],
    timelines,
    sees: 'duplicate',
  },
  {
    name: 'waits for nothing where the first read shows a deployment that is live',
    edits: [
      {
        file: 'core/src/deployment/controllers/codedeploy/wait.ts',
        replace: 'const left = () => looksFor -',
        by: 'const left = () => 0 * looksFor -',
      },
    ],
    timelines: { operation: 'wait-for-service', strategy: 'CODE_DEPLOY' },
    sees: 'false-green',
  },
];
