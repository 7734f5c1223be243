import type { ServiceToDeploy } from '../deployment/controllers/deploy-services.ts';
import {
  registerWanted,
  registrationSentence,
  type WantedTaskDefinition,
} from '../task-definition/load/wanted-task-definition.ts';
import type { Registration } from '../task-definition/register.ts';
import type { Ecs } from '../world/aws.ts';
import type { World } from '../world/world.ts';
import type { OpenWave } from './open-environment.ts';
import type { ManifestService } from './services.ts';
import type { ManifestTask } from './tasks.ts';

/** A wave whose task definitions are registered. */
export interface RegisteredWave extends Pick<OpenWave, 'readAgain'> {
  readonly wave: number;
  readonly tasks: readonly (ManifestTask & { readonly registration: Registration })[];
  readonly services: readonly RegisteredService[];
}

export type RegisteredService = ManifestService & ServiceToDeploy;

/** All are registered before the first task runs: a task definition that ECS refuses changes nothing. */
export async function registerWaves(
  waves: readonly OpenWave[],
  how: Pick<ServiceToDeploy, 'wait' | 'rollbackOn'>,
  ecs: Ecs,
  { clock, host }: World,
): Promise<readonly RegisteredWave[]> {
  const register = async (source: WantedTaskDefinition, known: Parameters<typeof registerWanted>[1]) => {
    const registration = await registerWanted(source, known, { ecs, clock, signal: host.cancellation });
    host.log.info(registrationSentence(registration));
    return registration;
  };
  const registered: RegisteredWave[] = [];
  for (const { wave, tasks, services, readAgain } of waves) {
    const registeredTasks: RegisteredWave['tasks'][number][] = [];
    for (const task of tasks)
      registeredTasks.push({ ...task, registration: await register(task.wanted.source, []) });
    const registeredServices: RegisteredWave['services'][number][] = [];
    for (const service of services) {
      const { taskDefinition, begun = [] } = service.target;
      const known = [...(taskDefinition ? [taskDefinition] : []), ...begun];
      registeredServices.push({ ...service, ...how, registration: await register(service.source, known) });
    }
    registered.push({ wave, tasks: registeredTasks, services: registeredServices, readAgain });
  }
  return registered;
}
