import type { PutImageResponse } from '@aws-sdk/client-ecr';
import type { LocalAws } from '@landfall/sandbox/sandbox';

/**
 * Pushes an image under a tag of the repository `web`, distinguished by its content, and returns its digest.
 * It is an index without platforms: nothing of it is ever run.
 */
export async function pushImage(world: LocalAws, tag: string, content: string): Promise<string> {
  const answer = await world.dispatch('ecr', 'PutImage', {
    repositoryName: 'web',
    imageTag: tag,
    imageManifest: JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests: [],
      annotations: { content },
    }),
  });
  return (answer as PutImageResponse).image!.imageId!.imageDigest!;
}
