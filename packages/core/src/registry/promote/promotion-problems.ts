import { ecrHost, isLoopback } from '../../image/reference/ecr-host.ts';
import {
  type ImageReference,
  isDockerHub,
  nameOf,
  parseImageReference,
  wholeName,
} from '../../image/reference/image-reference.ts';
import type { InputProblem } from '../../inputs/parse-inputs.ts';

/** What is wrong with the inputs of `promote-image` together. */
export function promotionProblems({
  source,
  target,
  tags,
  move,
}: {
  readonly source: string;
  readonly target: string | undefined;
  readonly tags: readonly string[] | undefined;
  readonly move: boolean;
}): readonly InputProblem[] {
  const from = parseImageReference(source);
  const to = target === undefined ? undefined : parseImageReference(target);
  if (!from.ok) return [{ input: 'source', problem: from.problem }];
  if (to && !to.ok) return [{ input: 'target', problem: to.problem }];
  return [
    ...(from.reference.registry === undefined
      ? [{ input: 'source', problem: 'must name its registry host (docker.io for Docker Hub)' }]
      : []),
    ...(from.reference.tag === undefined && from.reference.digest === undefined
      ? [{ input: 'source', problem: 'must name a tag or a digest: "latest" is never assumed' }]
      : []),
    ...(to && to.reference.registry === undefined
      ? [{ input: 'target', problem: 'must name its registry host (docker.io for Docker Hub)' }]
      : []),
    ...(to?.reference.digest !== undefined
      ? [{ input: 'target', problem: 'must not contain a digest: it is that of the source' }]
      : []),
    ...(move && from.reference.tag === undefined
      ? [{ input: 'move', problem: 'removes a tag from the source, so source must name one' }]
      : []),
    ...(move &&
    isSame(from.reference, to?.reference) &&
    (tags ?? (to ? [to.reference.tag ?? from.reference.tag] : [])).includes(from.reference.tag ?? '')
      ? [{ input: 'move', problem: 'would remove the very tag that the image is to get' }]
      : []),
    ...(to?.reference.tag !== undefined && tags !== undefined && !tags.includes(to.reference.tag)
      ? [
          {
            input: 'tags',
            problem: `does not have ${to.reference.tag}, the tag of target: add it there, or remove it from target`,
          },
        ]
      : []),
    ...(to === undefined && tags === undefined
      ? [{ input: 'tags', problem: 'is required when there is no target: nothing would change' }]
      : []),
  ];
}

const isSame = (from: ImageReference, to: ImageReference | undefined) =>
  to === undefined || placeOf(to) === placeOf(from);

/**
 * A repository of ECR is reached by several hosts (FIPS, dual-stack, interface endpoints), Docker Hub by its old names,
 * this machine by each of its loopback names, and any host with the port that it has anyhow.
 */
function placeOf(reference: ImageReference): string {
  const written = reference.registry?.toLowerCase() ?? 'docker.io';
  const host = written.replace(isLoopback(written) ? /:80$/ : /:443$/, '');
  const { registry, repository } = wholeName({
    ...reference,
    registry: isDockerHub(host) ? 'docker.io' : host,
  });
  const ecr = ecrHost(registry);
  if (ecr?.kind === 'private') return `${ecr.accountId}/${ecr.region}/${repository}`;
  if (ecr?.kind === 'public') return `public/${repository}`;
  const place = isLoopback(registry)
    ? registry.replace(/^(?:localhost|127\.[\d.]+|\[::1\])/, 'loopback')
    : registry;
  return nameOf({ registry: place, repository });
}
