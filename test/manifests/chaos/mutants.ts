import type { Mutant } from '../../chaos/mutants/mutant.ts';

const room = (file: string) => `core/src/manifest-deployment/${file}.ts`;
const program = 'core/src/operations/deploy-manifest.ts';
const timelines = { operation: 'deploy-manifest' } as const;

export const manifestMutants: readonly Mutant[] = [
  {
    name: 'starts a wave although a task before it failed',
    edits: [
      {
        file: room('deploy-waves'),
        replace: 'return { ok: value.error === undefined, value };',
        by: 'return { ok: true, value };',
      },
    ],
    timelines,
    sees: 'false-green',
  },
  {
    name: 'starts a wave before the one before it is live',
    edits: [
      {
        file: room('deploy-waves'),
        replace: 'after = services.map(({ wanted }) => serviceName(wanted));',
        by: '',
      },
    ],
    timelines,
    sees: 'false-green',
  },
  {
    name: 'starts a wave beside the task that is to run before it',
    edits: [{ file: room('deploy-waves'), replace: 'after = [name];', by: '' }],
    timelines,
    sees: 'false-green',
  },
  {
    name: 'wakes a service that was scaled to zero',
    edits: [{ file: room('services'), replace: 'service.desiredCount !== 0 ||', by: 'true ||' }],
    timelines,
    sees: 'duplicate',
  },
  {
    name: 'sets the count for the start at every deployment',
    edits: [
      {
        file: room('services'),
        replace: "(desiredCount.kind === 'initial' && !isAbsent)",
        by: 'false',
      },
    ],
    timelines,
    sees: 'duplicate',
  },
  {
    name: 'deploys to a service of another manifest',
    edits: [{ file: 'core/src/deployment/service/owner-tag.ts', replace: 'other === owner', by: 'true' }],
    timelines,
    sees: 'false-green',
  },
  {
    name: 'does not own the service that it creates',
    edits: [{ file: room('services'), replace: '!(isAbsent || (adopt', by: '!((adopt' }],
    timelines,
    sees: 'false-green',
  },
  {
    name: 'prunes what runs',
    edits: [
      { file: room('prune'), replace: 'return use === undefined ?', by: 'return use ?? true ?' },
      { file: room('prune'), replace: '{ force: false, until }', by: '{ force: true, until }' },
    ],
    timelines,
    sees: 'false-green',
  },
  {
    name: 'prunes although a service failed',
    edits: [{ file: program, replace: 'unscheduled ? { names: [] } : await prune', by: 'await prune' }],
    timelines,
    sees: 'false-green',
  },
  {
    name: 'is green although a service is not',
    edits: [
      {
        file: room('results'),
        replace: 'const error = errorOfRun(outcomes);',
        by: 'const error = undefined;',
      },
    ],
    timelines,
    sees: 'false-green',
  },
  {
    name: 'leaves deployed what is to be rolled back',
    edits: [
      {
        file: program,
        replace: 'const isRolledBack = noted && errorOfWaves',
        by: 'const isRolledBack = noted && false && errorOfWaves',
      },
    ],
    timelines,
    sees: 'false-red',
  },
  {
    name: 'leaves deployed what an attempt that was killed has deployed',
    edits: [
      {
        file: 'core/src/deployment/controllers/roll-back-deployed.ts',
        replace:
          'const mark = noted.get(one)?.earlier ?? (isUnchanged ? await findEarlier(run, one) : undefined);',
        by: 'const mark = isUnchanged && !noted ? await findEarlier(run, one) : undefined;',
      },
    ],
    timelines,
    sees: 'false-red',
  },
  {
    name: 'works although another run holds the lock',
    edits: [
      {
        file: room('environment-lock'),
        replace: 'if (isShown && oldest === undefined) break;',
        by: 'if (isShown) break;',
      },
      {
        file: room('environment-lock'),
        replace: 'if (oldest === undefined && this.#writtenAt === undefined) {',
        by: 'if (this.#writtenAt === undefined) {',
      },
    ],
    timelines,
    sees: 'false-green',
  },
  {
    name: 'leaves its lock behind',
    edits: [
      {
        file: room('environment-lock'),
        replace: 'if (this.#writtenAt === undefined) return;',
        by: 'if (this.#writtenAt !== 0) return;',
      },
    ],
    timelines,
    sees: 'duplicate',
  },
  {
    name: 'does not name the tasks that were not started',
    edits: [
      {
        file: room('results'),
        replace: "...tasks.flatMap((one) => ('notStarted' in one ? [`task ${one.key}`] : [])),",
        by: '',
      },
    ],
    timelines,
    sees: 'false-red',
  },
  {
    name: 'refuses the task that this attempt has already run',
    edits: [
      {
        file: 'core/src/run-task/start.ts',
        replace: 'if (tasks) return { tasks, failures: [] };',
        by: '',
      },
    ],
    timelines,
    sees: 'false-red',
  },
  {
    name: 'takes a service that it created again for the deleted one',
    edits: [
      {
        file: 'core/src/deployment/verdict/live-revision.ts',
        replace: 'if (shownAt === undefined && now - startedAt <= settleTime) return undefined;',
        by: '',
      },
    ],
    timelines,
    sees: 'false-red',
  },
];
