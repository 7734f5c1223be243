import type { Mutant } from '../../../chaos/mutants/mutant.ts';

const timelines = { operation: 'run-task' } as const;
const beforeUpdate = { operation: 'deploy-service', strategy: 'ROLLING' } as const;
const verdict = 'core/src/run-task/verdict.ts';

export const runTaskMutants: readonly Mutant[] = [
  {
    name: 'takes whichever essential container ended with 0 for the one that did the work',
    edits: [
      {
        file: verdict,
        replace: 'const failed = worst(',
        by: 'const failed = deciding.map(find).some(({ exitCode }) => exitCode === 0) ? undefined : worst(',
      },
    ],
    timelines,
    sees: 'false-green',
  },
  {
    name: 'believes a task that was stopped from outside because its container ended with 0',
    edits: [{ file: verdict, replace: "task.stopCode !== 'EssentialContainerExited'", by: 'false' }],
    timelines,
    sees: 'false-green',
  },
  {
    name: 'lets a helper decide although a container was named',
    edits: [{ file: verdict, replace: 'decisive === undefined ? essential :', by: 'true ? essential :' }],
    timelines,
    sees: 'false-red',
  },
  {
    name: 'does not count the tasks that were started',
    edits: [
      {
        file: 'core/src/run-task/run.ts',
        replace: 'if (tasks.length === given.count && failures.length === 0)',
        by: 'if (failures.length === 0)',
      },
    ],
    timelines,
    sees: 'false-green',
  },
  {
    name: 'updates the service although the task before it has failed',
    edits: [
      {
        file: 'core/src/run-task/before-update/run.ts',
        replace: 'if (!isLandfallError(error)) throw error;',
        by: 'return;',
      },
    ],
    timelines: beforeUpdate,
    sees: 'false-green',
  },
  {
    name: 'does not wait for the task before the update',
    edits: [
      {
        file: 'core/src/run-task/before-update/run.ts',
        replace: 'waitForTaskStopped: given.waitForTaskStopped',
        by: 'waitForTaskStopped: false',
      },
    ],
    timelines: beforeUpdate,
    sees: 'false-green',
  },
  {
    name: 'starts a task while that of an earlier attempt runs',
    edits: [
      {
        file: 'core/src/run-task/run.ts',
        replace: 'mayBeInProgress ? await findInProgress',
        by: 'false ? await findInProgress',
      },
    ],
    timelines,
    sees: 'duplicate',
  },
];
