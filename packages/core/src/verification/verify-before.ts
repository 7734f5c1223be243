import type { Target } from '../deployment/service/read-service-targets.ts';
import type { WantedTaskDefinition } from '../task-definition/load/wanted-task-definition.ts';
import type { World } from '../world/world.ts';
import type { Check } from './check.ts';
import { contentOf } from './content.ts';
import { checkCount, logChecks, verifyError } from './report.ts';
import { verifyTarget } from './verify-target.ts';

/** One deployment that is about to be made. */
interface Intended {
  readonly target: Target;
  readonly source: WantedTaskDefinition;
}

/**
 * Verifies every deployment of a run before the first is made; one task definition is read once.
 * @throws VERIFY_FAILED with all that is wrong with all of them
 */
export async function verifyBefore(intended: readonly Intended[], world: World): Promise<void> {
  const all: Check[] = [];
  const names: string[] = [];
  for (const { target, source } of intended) {
    const { taskDefinition } = await contentOf(source, world);
    const checks = await verifyTarget({ taskDefinition, service: target.service }, {}, world);
    logChecks(checks, world.host.log);
    world.host.log.info(`${target.name}: ${checkCount(checks)}`);
    all.push(...checks);
    names.push(target.name);
  }
  const failed = verifyError(all, names.join(', '));
  if (failed) throw failed;
}
