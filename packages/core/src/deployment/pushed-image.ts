import { type ImageReference, wholeName } from '../image/image-reference.ts';
import { type Probe, probe } from '../reading/probe.ts';
import { patientRegistry } from '../registry/patient-registry.ts';
import type { World } from '../world/world.ts';
import { type EcrImage, readEcrImage } from './ecr-image.ts';

/** What a registry holds under a digest: ECR by its API, which needs no login of Docker, any other as Docker asks it. */
export const readPushed = (
  reference: ImageReference,
  digest: string,
  world: World,
): Promise<Probe<EcrImage>> =>
  readEcrImage(reference, { imageDigest: digest }, world) ??
  probe(async () => {
    const registry = await patientRegistry(world);
    const { registry: host, repository } = wholeName(reference);
    const manifest = await registry.manifest(
      { registry: host, repository, reference: digest },
      { signal: world.host.cancellation },
    );
    return manifest && { digest: manifest.digest, manifest: new TextDecoder().decode(manifest.bytes) };
  });
