import type { ImageResolution, ImageResolver } from '../ports/images.ts';
import { findImage, type Repository } from './storage/repository.ts';
import { agent, type Tokens } from './tokens.ts';

interface ImageResolverParts {
  readonly repositories: ReadonlyMap<string, Repository>;
  readonly accountId: string;
  readonly region: string;
  readonly tokens: Tokens;
  /** `127.0.0.1:PORT`, or undefined while nothing listens. */
  host(): string | undefined;
  now(): number;
}

interface Reference {
  readonly repository: string;
  readonly reference: string;
}

const loopback = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d+)?$/;

export function createImageResolver(parts: ImageResolverParts): ImageResolver {
  const ecrHost = new RegExp(
    `^${parts.accountId}\\.dkr[.-]ecr(?:-fips)?\\.${parts.region}\\.(?:amazonaws\\.com(?:\\.cn)?|on\\.aws)$`,
  );
  const read = (text: string): Reference | undefined => {
    const slash = text.indexOf('/');
    const host = text.slice(0, slash);
    if (slash < 0 || !(loopback.test(host) || ecrHost.test(host))) return undefined;
    const [named, digest] = text.slice(slash + 1).split('@') as [string, string?];
    const colon = named.lastIndexOf(':');
    const repository = colon < 0 ? named : named.slice(0, colon);
    return { repository, reference: digest ?? (colon < 0 ? 'latest' : named.slice(colon + 1)) };
  };
  const resolve = (text: string): ImageResolution => {
    const named = read(text);
    if (!named) return { kind: 'foreign' };
    const repository = parts.repositories.get(named.repository);
    if (!repository) return { kind: 'missing', what: 'repository', repository: named.repository };
    const image = findImage(repository, named.reference);
    if (!image) return { kind: 'missing', what: 'image', repository: named.repository };
    return { kind: 'found', repository: named.repository, digest: image.digest, platforms: image.platforms };
  };
  return {
    resolve,
    pull(text) {
      const found = resolve(text);
      const host = parts.host();
      if (found.kind !== 'found' || !host) return undefined;
      const password = parts.tokens.issue({ accessKeyId: agent, expires: parts.now() + 3_600_000 });
      return { reference: `${host}/${found.repository}@${found.digest}`, username: 'AWS', password };
    },
  };
}
