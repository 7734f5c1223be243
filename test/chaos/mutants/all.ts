import { manifestMutants } from '../../manifests/chaos/mutants.ts';
import { adapterMutants } from '../../rollouts/chaos/mutants/adapter.ts';
import { codeDeployMutants } from '../../rollouts/chaos/mutants/code-deploy.ts';
import { ecsMutants } from '../../rollouts/chaos/mutants/ecs.ts';
import { expressMutants } from '../../rollouts/chaos/mutants/express.ts';
import { externalMutants } from '../../rollouts/chaos/mutants/external.ts';
import { outsideMutants } from '../../rollouts/chaos/mutants/outside.ts';
import { rollbackMutants } from '../../rollouts/chaos/mutants/rollback.ts';
import { runTaskMutants } from '../../rollouts/chaos/mutants/run-task.ts';
import type { Mutant } from './mutant.ts';

export const mutants: readonly Mutant[] = [
  ...adapterMutants,
  ...ecsMutants,
  ...rollbackMutants,
  ...outsideMutants,
  ...codeDeployMutants,
  ...externalMutants,
  ...expressMutants,
  ...runTaskMutants,
  ...manifestMutants,
];
