export const ociTypes = {
  index: 'application/vnd.oci.image.index.v1+json',
  image: 'application/vnd.oci.image.manifest.v1+json',
} as const;

export const dockerTypes = {
  list: 'application/vnd.docker.distribution.manifest.list.v2+json',
  image: 'application/vnd.docker.distribution.manifest.v2+json',
} as const;

/** What is read of a registry: images and indexes, in OCI's spelling and Docker's. */
export const manifestTypes = [ociTypes.index, dockerTypes.list, ociTypes.image, dockerTypes.image];
