import { randomUUID } from 'node:crypto';
import { AwsFault } from '../../api/aws-service.ts';
import { handlersOf, type OperationOf } from '../../api/handlers.ts';
import { type EcrParts, findRepository, registryHost } from './ecr-parts.ts';

type Operation = OperationOf<EcrParts>;

const InitiateLayerUpload: Operation = async (parts, input, context) => {
  const repository = findRepository(parts, input, context);
  const upload = await parts.blobs.begin(randomUUID(), repository.name);
  return { uploadId: upload.id, partSize: 20 * 1024 * 1024 };
};

const UploadLayerPart: Operation = async (parts, input, context) => {
  const repository = findRepository(parts, input, context);
  const upload = uploadOf(parts, repository.name, input.uploadId, repository.accountId);
  const bytes = Buffer.from(String(input.layerPartBlob ?? ''), 'base64');
  const { partFirstByte: first, partLastByte: last } = input;
  if (first !== upload.size || last !== first + bytes.length - 1) {
    throw new AwsFault(
      'InvalidLayerPartException',
      `Expected the first byte to be ${upload.size} and the last to be ${upload.size + bytes.length - 1}`,
      {
        members: {
          registryId: repository.accountId,
          repositoryName: repository.name,
          uploadId: upload.id,
          lastValidByteReceived: upload.size - 1,
        },
      },
    );
  }
  await parts.blobs.append(upload.id, bytes);
  return {
    registryId: repository.accountId,
    repositoryName: repository.name,
    uploadId: upload.id,
    lastByteReceived: last,
  };
};

const CompleteLayerUpload: Operation = async (parts, input, context) => {
  const repository = findRepository(parts, input, context);
  const upload = uploadOf(parts, repository.name, input.uploadId, repository.accountId);
  const [digest] = input.layerDigests as [string];
  if (repository.blobs.has(digest)) {
    await parts.blobs.cancel(upload.id);
    throw new AwsFault(
      'LayerAlreadyExistsException',
      `Layer with digest '${digest}' already exists in the repository with name '${repository.name}' in registry with id '${repository.accountId}'`,
    );
  }
  if (upload.size === 0) {
    throw new AwsFault(
      'EmptyUploadException',
      `Upload with id '${upload.id}' in repository with name '${repository.name}' does not contain any layer parts`,
    );
  }
  const result = await parts.blobs.finish(upload.id, digest);
  if (!result.ok)
    throw new AwsFault(
      'InvalidLayerException',
      `Layer digest '${digest}' does not match the calculated digest '${result.digest}'`,
    );
  repository.blobs.set(digest, result.size);
  parts.changed();
  return {
    registryId: repository.accountId,
    repositoryName: repository.name,
    uploadId: upload.id,
    layerDigest: digest,
  };
};

const GetDownloadUrlForLayer: Operation = (parts, input, context) => {
  const repository = findRepository(parts, input, context);
  const digest = String(input.layerDigest ?? '');
  if (!repository.blobs.has(digest)) {
    throw new AwsFault(
      'LayersNotFoundException',
      `Layer with digest '${digest}' does not exist in the repository with name '${repository.name}' in the registry with id '${repository.accountId}'`,
    );
  }
  // Not signed, unlike AWS's: it wants the registry's login.
  return {
    downloadUrl: `http://${registryHost(parts, context)}/v2/${repository.name}/blobs/${digest}`,
    layerDigest: digest,
  };
};

/** What Docker's registry API calls blobs, by ECR's own API. */
export const layerHandlers = (parts: EcrParts) =>
  handlersOf(parts, {
    InitiateLayerUpload,
    UploadLayerPart,
    CompleteLayerUpload,
    GetDownloadUrlForLayer,
  });

function uploadOf(parts: EcrParts, repository: string, id: unknown, registryId: string) {
  const upload = parts.blobs.upload(String(id));
  if (upload?.repository === repository) return upload;
  throw new AwsFault(
    'UploadNotFoundException',
    `Upload with id '${id}' does not exist in the repository with name '${repository}' in the registry with id '${registryId}'`,
  );
}
