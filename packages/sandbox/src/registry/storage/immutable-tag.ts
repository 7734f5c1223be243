/** ECR's words, in the API and in the registry alike. */
export const immutableTag = (tag: string, repository: string) =>
  `The image tag '${tag}' already exists in the '${repository}' repository and cannot be overwritten because the tag is immutable.`;
