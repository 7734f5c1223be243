import { adapterMutants } from './adapter.ts';
import { ecsMutants } from './ecs.ts';
import { externalMutants } from './external.ts';
import type { Mutant } from './mutant.ts';
import { runTaskMutants } from './run-task.ts';

export const mutants: readonly Mutant[] = [
  ...adapterMutants,
  ...ecsMutants,
  ...externalMutants,
  ...runTaskMutants,
];
