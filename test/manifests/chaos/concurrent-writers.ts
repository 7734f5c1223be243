import type { LocalAws } from '@landfall/sandbox/sandbox';
import { type Ask, askOf, place, registered } from '../../rollouts/chaos/simulation/place.ts';
import type { Others } from '../../rollouts/chaos/simulation/witness.ts';
import { taskDefinitionOf } from '../../rollouts/scenario/scenario.ts';
import type { Act } from './timeline.ts';

/** Those who act at the same time as the run, unaffected by its faults. */
export class ConcurrentWriters implements Others<Act> {
  readonly made = new Set<string>();
  /** When each service was changed first. */
  readonly touched = new Map<string, number>();
  readonly #sandbox: LocalAws;
  readonly #ask: Ask;

  constructor(sandbox: LocalAws) {
    this.#sandbox = sandbox;
    this.#ask = askOf(sandbox);
  }

  /** What AWS refuses them is not done. */
  async act(act: Act): Promise<void> {
    const { service } = act;
    const ids = () =>
      this.#sandbox.ecs.truth(place.cluster, service)?.deployments.map((one) => one.deploymentId) ?? [];
    const before = new Set(ids());
    try {
      this.#do(act);
      if (!this.touched.has(service)) this.touched.set(service, this.#sandbox.clock.now());
    } catch (error) {
      if ((error as Error).name !== 'AwsFault') throw error;
    }
    for (const id of ids()) if (!before.has(id)) this.made.add(id);
  }

  #do(act: Act): void {
    const { service } = act;
    const { cluster } = place;
    switch (act.what) {
      case 'deploy':
        this.#ask('ecs', 'UpdateService', {
          cluster,
          service,
          taskDefinition: registered(this.#ask, taskDefinitionOf(service, act.version)),
        });
        break;
      case 'scale':
        this.#ask('ecs', 'UpdateService', { cluster, service, desiredCount: act.count });
        break;
      case 'delete':
        this.#ask('ecs', 'DeleteService', { cluster, service, force: true });
        break;
    }
  }
}
