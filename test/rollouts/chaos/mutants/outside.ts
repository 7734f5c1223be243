import type { Mutant } from '../../../chaos/mutants/mutant.ts';

const outside = (file: string) => `core/src/deployment/outside-change/${file}.ts`;
const timelines = { operation: 'deploy-service', strategy: 'ROLLING' } as const;

/** Changes outside the task definition that are not seen. */
export const outsideMutants: readonly Mutant[] = [
  {
    name: 'has nothing to do where a tag names another image by now',
    edits: [{ file: outside('changes'), replace: 'return other === undefined', by: 'return true' }],
    timelines,
    sees: 'false-green',
  },
  {
    name: 'has nothing to do where a secret was rotated',
    edits: [
      {
        file: outside('time-standing'),
        replace: 'if (!needsVersions(described.value, since))',
        by: 'if (described)',
      },
    ],
    timelines,
    sees: 'false-green',
  },
  {
    name: 'has nothing to do where a parameter was changed',
    edits: [{ file: outside('changes'), replace: 'changedAt <= since ?', by: 'changedAt ?' }],
    timelines,
    sees: 'false-green',
  },
];
