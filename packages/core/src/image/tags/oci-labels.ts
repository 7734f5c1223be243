import type { CommitFacts } from '../../world/host.ts';

export interface Label {
  readonly name: string;
  readonly value: string;
}

/** What docker/metadata-action adds of the repository: title, description, url, licenses. */
export function repositoryLabels({
  repository,
  sourceUrl,
  description,
  license,
}: CommitFacts): readonly Label[] {
  const own = {
    title: repository?.replace(/^.*\//, ''),
    description,
    url: sourceUrl,
    licenses: license,
  };
  return Object.entries(own).flatMap(([name, value]) =>
    value === undefined ? [] : [{ name: `org.opencontainers.image.${name}`, value }],
  );
}

/**
 * The OCI image spec's predefined annotations as labels: revision, source, created, version. `created` is the
 * time of the commit where the host tells it, so that a second build of a commit gives the same image, and an
 * immutable tag is not refused for a label; otherwise it is now. A label that the user gives wins.
 */
export function ociLabels(
  commit: CommitFacts,
  version: string | undefined,
  now: number,
  given: readonly Label[],
): readonly Label[] {
  const created = commit.committedAt === undefined ? now : Date.parse(commit.committedAt);
  const own: Record<string, string | undefined> = {
    'org.opencontainers.image.revision': commit.sha,
    'org.opencontainers.image.source': commit.sourceUrl,
    'org.opencontainers.image.created': new Date(Number.isNaN(created) ? now : created)
      .toISOString()
      .replace('.000Z', 'Z'),
    'org.opencontainers.image.version': version,
  };
  const names = new Set(given.map(({ name }) => name));
  return [
    ...Object.entries(own)
      .filter(([name, value]) => value !== undefined && !names.has(name))
      .map(([name, value]) => ({ name, value: value! })),
    ...given,
  ];
}
