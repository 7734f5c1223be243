import type { TaskDefinition } from '@aws-sdk/client-ecs';
import { evidenceCalls } from '../../ecs/evidence-calls.ts';
import { isLandfallError } from '../../errors/landfall-error.ts';
import { parseImageReference } from '../../image/reference/image-reference.ts';
import { isOrNames, readHeldImage } from '../../registry/read/held-image.ts';
import type { World } from '../../world/world.ts';
import { type ImageProof, type ImagesProof, proveImages } from '../evidence/running-images.ts';
import type { Verdict } from '../verdict/verdict.ts';
import type { Watch } from '../watch/watch.ts';
import type { Run } from './run.ts';

/**
 * After a success: whether ECS runs the very images that the task definition names by digest. One call, and one more
 * where ECS tells another digest. A mismatch is a failure, because
 * what is live is not what was pushed; what may not be read is one notice.
 */
export async function checkImages(
  run: Run,
  watch: Watch,
  verdict: Verdict,
  taskDefinition: TaskDefinition,
): Promise<Verdict> {
  const revision = watch.rollout.serviceDeployment?.targetServiceRevision?.arn;
  if (revision === undefined) return verdict;
  const { log, cancellation } = run.world.host;
  try {
    const { serviceRevisions = [] } = await run.ecs.describeServiceRevisions(
      { serviceRevisionArns: [revision] },
      evidenceCalls(run.world.clock, cancellation)(),
    );
    const told = proveImages(serviceRevisions[0] ?? {}, taskDefinition);
    const { wrong, proven, unknown } = await settle(told, run.world);
    if (wrong) {
      return {
        kind: 'FAILED',
        reason: `container ${wrong.container} runs ${wrong.resolved}, not the ${wrong.pushed} that the task definition specifies`,
        remedy: 'Check the service revision in ECS; redeploy the image by its digest.',
      };
    }
    const names = (proofs: readonly ImageProof[]) => proofs.map(({ container }) => container).join(', ');
    if (unknown.length === 0) log.info(`${watch.ours.service}: every container runs the pushed digest`);
    else if (proven.length > 0)
      log.info(
        `${watch.ours.service}: ${names(proven)} runs the pushed digest (not known: ${names(unknown)})`,
      );
  } catch (error) {
    const why = isLandfallError(error) ? error.summary : 'the service revision could not be read';
    log.notice(`${watch.ours.service}: the running image digests cannot be shown: ${why}`);
  }
  return verdict;
}

/** Another digest may be that of the platform that ECS took of the index that was pushed: the registry tells. */
async function settle({ mismatched, proven, unknown }: ImagesProof, world: World) {
  const settled = { proven: [...proven], unknown: [...unknown], wrong: undefined as ImageProof | undefined };
  for (const one of mismatched) {
    const parsed = parseImageReference(one.image);
    const image = parsed.ok ? await readHeldImage(parsed.reference, world) : undefined;
    if (image?.kind === 'found' && isOrNames(image.value, one.resolved ?? '')) settled.proven.push(one);
    else if (image?.kind === 'found') settled.wrong ??= one;
    else {
      settled.unknown.push(one);
      world.host.log.notice(
        `${one.container} runs ${one.resolved}: could not determine whether that is a platform of ${one.pushed}`,
      );
    }
  }
  return settled;
}
