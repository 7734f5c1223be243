import type { Repository } from './repository.ts';

/** All repositories of one account and region. */
export interface Repositories {
  readonly byName: Map<string, Repository>;
  save(): unknown;
  restore(state: unknown): void;
}

export function createRepositories(): Repositories {
  const byName = new Map<string, Repository>();
  return {
    byName,
    save: () =>
      [...byName.values()].map((repository) => ({
        ...repository,
        images: [...repository.images],
        tags: [...repository.tags],
        blobs: [...repository.blobs],
        scans: [...repository.scans],
      })),
    restore(state) {
      byName.clear();
      for (const saved of state as (Repository & {
        images: Iterable<never>;
        tags: Iterable<never>;
        blobs: Iterable<never>;
        scans: Iterable<never>;
      })[]) {
        byName.set(saved.name, {
          ...saved,
          images: new Map(saved.images),
          tags: new Map(saved.tags),
          blobs: new Map(saved.blobs),
          scans: new Map(saved.scans),
        });
      }
    },
  };
}
