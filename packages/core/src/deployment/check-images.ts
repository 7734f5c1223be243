import type { TaskDefinition } from '@aws-sdk/client-ecs';
import { isLandfallError } from '../errors/landfall-error.ts';
import { parseImageReference } from '../image/image-reference.ts';
import { type ImageProof, proveImages } from './proof.ts';
import type { Run } from './run.ts';
import type { Verdict } from './verdict.ts';
import type { Watch } from './watch.ts';

/**
 * After a success: whether ECS runs the very images that the task definition names by digest. One call, and none
 * where no image is named by digest. A mismatch is a failure, because what is live is not what was pushed; what
 * may not be read is one notice.
 */
export async function checkImages(
  run: Run,
  watch: Watch,
  verdict: Verdict,
  taskDefinition: TaskDefinition,
): Promise<Verdict> {
  const revision = watch.rollout.serviceDeployment?.targetServiceRevision?.arn;
  if (verdict.kind !== 'SUCCEEDED' || revision === undefined || !namesDigests(taskDefinition)) return verdict;
  const { log, cancellation } = run.world.host;
  try {
    const { serviceRevisions = [] } = await run.ecs.describeServiceRevisions(
      { serviceRevisionArns: [revision] },
      { signal: cancellation },
    );
    const proof = proveImages(serviceRevisions[0] ?? {}, taskDefinition);
    const [wrong] = proof.mismatched;
    if (wrong) {
      return {
        kind: 'FAILED',
        reason: `container ${wrong.container} runs ${wrong.resolved}, not the ${wrong.pushed} that the task definition names`,
        remedy: 'Look at the service revision in ECS; deploy the image by its digest again.',
      };
    }
    const names = (proofs: readonly ImageProof[]) => proofs.map(({ container }) => container).join(', ');
    if (proof.matched) log.info(`${watch.ours.service}: every container runs the digest that was pushed`);
    else if (proof.proven.length > 0)
      log.info(
        `${watch.ours.service}: ${names(proof.proven)} runs the digest that was pushed (not known: ${names(proof.unknown)})`,
      );
  } catch (error) {
    const why = isLandfallError(error) ? error.summary : 'the service revision could not be read';
    log.notice(`${watch.ours.service}: which image digests run cannot be shown: ${why}`);
  }
  return verdict;
}

const namesDigests = ({ containerDefinitions = [] }: TaskDefinition) =>
  containerDefinitions.some(({ image = '' }) => {
    const parsed = parseImageReference(image);
    return parsed.ok && parsed.reference.digest !== undefined;
  });
