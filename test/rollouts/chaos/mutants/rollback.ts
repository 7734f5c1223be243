import type { Mutant } from '../../../chaos/mutants/mutant.ts';

const rollback = (file: string) => `core/src/deployment/rollback/${file}.ts`;
const hook = 'core/src/deployment/controllers/ecs/continue-by-hook.ts';
const timelines = { operation: 'rollback-service', strategy: 'ROLLING' } as const;
const goOn = { operation: 'continue-deployment', strategy: 'BLUE_GREEN' } as const;

/** Defects of rollback-service and continue-deployment under ECS's own controller. */
export const rollbackMutants: readonly Mutant[] = [
  {
    name: 'goes back to the newest other version, which may be the one that was taken back',
    edits: [
      {
        file: 'core/src/deployment/rules/go-back.ts',
        replace: 'const before = live.slice(0, first);',
        by: "const before = live.slice(0, first); const other = live.findLast(({ version }) => version !== present); if (other) return { kind: 'go', to: other };",
      },
    ],
    timelines,
    sees: 'false-green',
  },
  {
    name: 'goes back to the number of a revision, not to the image that it ran',
    edits: [
      {
        file: rollback('pin-digests'),
        replace: "if (now.kind === 'found' && isOrNames(now.value, told)) return",
        by: 'if (now) return',
      },
    ],
    timelines,
    sees: 'false-green',
  },
  {
    name: 'finds nothing to continue where an earlier attempt has answered the pause',
    edits: [
      {
        file: hook,
        replace: "if (action === 'rollback') return isStopped(status) && status !== 'STOPPED';",
        by: 'if (status) return false;',
      },
    ],
    timelines: goOn,
    sees: 'false-red',
  },
];
