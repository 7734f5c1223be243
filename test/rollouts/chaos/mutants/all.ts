import { adapterMutants } from './adapter.ts';
import { codeDeployMutants } from './code-deploy.ts';
import { ecsMutants } from './ecs.ts';
import { expressMutants } from './express.ts';
import { externalMutants } from './external.ts';
import type { Mutant } from './mutant.ts';
import { outsideMutants } from './outside.ts';
import { rollbackMutants } from './rollback.ts';
import { runTaskMutants } from './run-task.ts';

export const mutants: readonly Mutant[] = [
  ...adapterMutants,
  ...ecsMutants,
  ...rollbackMutants,
  ...outsideMutants,
  ...codeDeployMutants,
  ...externalMutants,
  ...expressMutants,
  ...runTaskMutants,
];
