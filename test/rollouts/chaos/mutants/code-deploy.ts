import type { Mutant } from './mutant.ts';

const timelines = { operation: 'deploy-service', strategy: 'CODE_DEPLOY' } as const;
const file = 'core/src/deployment/code-deploy/decide.ts';

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
];
