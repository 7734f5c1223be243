import { digitsOf, primaryOf } from '../../../ecs/deployments.ts';
import { listServiceDeployments } from '../../../ecs/newest-deployment.ts';
import { unlessPassing, within } from '../../../ecs/write-once.ts';
import { isDenied } from '../../../reading/trouble.ts';
import type { Run } from '../../follow/run.ts';
import type { Target } from '../../service/read-service-targets.ts';
import type { Made, Recognition } from '../controller.ts';
import { asMade, primaryAsMade } from '../marks/known-again.ts';

/** By the service deployments that ECS lists; by what is PRIMARY where those may not be read. */
export const ecsRecognition: Recognition = {
  isNamed: false,

  async listMade(run, target, before, since) {
    const deployment = primaryOf(target.service);
    const shown = primaryAsMade(target);
    if (!deployment) return shown;
    let listed: readonly Made[] = [];
    const { clock, host } = run.world;
    await within(clock, host.cancellation, async () => {
      const all = await readList(run, target, since);
      if (all === 'denied') return listed;
      if (all) listed = all;
      // A list without what is PRIMARY is behind.
      const isWhole = deployment.id === before || listed.some(({ id }) => id === deployment.id);
      return all && isWhole ? listed : undefined;
    });
    return listed.length > 0 ? listed : shown;
  },
};

const readList = ({ ecs, world }: Run, target: Target, since: number) =>
  unlessPassing(async () => {
    const all = await listServiceDeployments(ecs, target, world.host.cancellation, new Date(since));
    return all.flatMap(({ targetServiceRevisionArn: arn, createdAt }) =>
      asMade(arn && `ecs-svc/${digitsOf(arn)}`, createdAt),
    );
  }).catch((error) => {
    if (isDenied(error)) return 'denied' as const;
    throw error;
  });
