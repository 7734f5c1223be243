import type { Mutant } from '../../../chaos/mutants/mutant.ts';

const timelines = { strategy: 'EXTERNAL' } as const;
const next = 'core/src/deployment/controllers/external/next-step.ts';
const taskSet = 'core/src/deployment/rules/task-set.ts';

export const externalMutants: readonly Mutant[] = [
  {
    name: 'calls a task set live that is not steady',
    edits: [{ file: taskSet, replace: "taskSet.stabilityStatus === 'STEADY_STATE' &&", by: '' }],
    timelines,
    sees: 'false-green',
  },
  {
    name: 'calls a task set live that was scaled to 0 %',
    edits: [
      {
        file: taskSet,
        replace: 'isSteady(taskSet) &&',
        by: 'isSteady(taskSet) || false &&',
      },
      { file: next, replace: "(part === 'watch' || scaleOf(ours) === 100)", by: 'true' },
    ],
    timelines,
    sees: 'false-green',
  },
  {
    name: 'has nothing to do where a killed run left the old task set',
    edits: [
      {
        file: 'core/src/deployment/controllers/external/plan.ts',
        replace: "if (isOlderLeft) return 'and an older one is left';",
        by: '',
      },
    ],
    timelines,
    sees: 'false-green',
  },
  {
    name: 'does not recognize on a second run what the first one has made',
    edits: [
      {
        file: 'core/src/deployment/controllers/external/plan.ts',
        replace: 'isMarked(one.externalId, mark) && isStanding(one)',
        by: 'false',
      },
    ],
    timelines: { ...timelines, lost: 'ecs:DeleteTaskSet' },
    sees: 'duplicate',
  },
  {
    name: 'believes the first read that does not show its task set',
    edits: [{ file: next, replace: 'terms.now - rollout.unconfirmedSince > absenceTime', by: 'true' }],
    timelines,
    sees: 'false-red',
  },
  {
    name: 'calls its task set displaced by one read from before it had the traffic',
    edits: [{ file: next, replace: 'terms.now - seen.displacedSince > absenceTime', by: 'true' }],
    timelines,
    sees: 'false-red',
  },
];
