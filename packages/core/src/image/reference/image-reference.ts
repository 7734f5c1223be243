import type { Pattern } from '../../inputs/input.ts';
import { repositoryName, tag as tagPattern } from '../../inputs/patterns.ts';

/** The parts of `registry/repository:tag@digest`. Source: the grammar of github.com/distribution/reference. */
export interface ImageReference {
  /** Host with its port, as written; absent for a short name such as `nginx`, which Docker takes from Docker Hub. */
  readonly registry?: string;
  readonly repository: string;
  readonly tag?: string;
  /** `sha256:` and 64 hexadecimal digits. */
  readonly digest?: string;
}

type ParsedReference =
  | { readonly ok: true; readonly reference: ImageReference }
  /** Completes a sentence that starts with what was parsed. */
  | { readonly ok: false; readonly problem: string };

const digestPattern: Pattern = {
  expression: /^sha256:[0-9a-f]{64}$/,
  rule: 'a digest (sha256: and 64 hexadecimal digits)',
  type: 'digest',
};

const hostLabel = '[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?';
const hostExpression = new RegExp(
  `^(?:${hostLabel}(?:\\.${hostLabel})*|\\[[0-9a-fA-F:]{2,45}\\])(?::\\d{1,5})?$`,
);

/** A registry's host, with a port if there is one; an IPv6 address is written in brackets. */
export const registryHost: Pattern = {
  expression: hostExpression,
  rule: 'a registry host like 123456789012.dkr.ecr.eu-west-1.amazonaws.com or localhost:5000',
  type: 'registry',
};

const component = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*';
const repositoryPath = `${component}(?:/${component})*`;
const repositoryExpression = new RegExp(`^(?=.{1,255}$)${repositoryPath}$`);

const refuse = (problem: string): ParsedReference => ({ ok: false, problem });

export function parseImageReference(text: string): ParsedReference {
  if (text.length > 512) return refuse('must be an image reference of at most 512 characters');
  const at = text.indexOf('@');
  const digest = at < 0 ? undefined : text.slice(at + 1);
  if (digest !== undefined && !digestPattern.expression.test(digest)) {
    return refuse(`must end with ${digestPattern.rule} after the "@"`);
  }
  const named = at < 0 ? text : text.slice(0, at);
  // A colon after the last slash starts a tag; one before it belongs to the registry's port.
  const colon = named.indexOf(':', named.lastIndexOf('/') + 1);
  const tag = colon < 0 ? undefined : named.slice(colon + 1);
  if (tag !== undefined && !tagPattern.expression.test(tag)) return refuse(`must have ${tagPattern.rule}`);
  const name = colon < 0 ? named : named.slice(0, colon);
  const slash = name.indexOf('/');
  const first = slash < 0 ? '' : name.slice(0, slash);
  const registry = looksLikeHost(first) ? first : undefined;
  if (registry !== undefined && !hostExpression.test(registry))
    return refuse(`must have ${registryHost.rule}`);
  const repository = registry === undefined ? name : name.slice(slash + 1);
  if (repository !== '' && repository !== repository.toLowerCase()) {
    return refuse(`must have a repository in lower case, got "${repository.slice(0, 60)}"`);
  }
  if (!repositoryExpression.test(repository)) {
    // A variable that was empty is seen by what is left.
    return refuse(`must have ${repositoryName.rule}${text === '' ? '' : `, got "${text.slice(0, 60)}"`}`);
  }
  return {
    ok: true,
    reference: {
      ...(registry !== undefined && { registry }),
      repository,
      ...(tag !== undefined && { tag }),
      ...(digest !== undefined && { digest }),
    },
  };
}

/**
 * Docker's rule: the first part is a host when it has a dot or a colon or is `localhost`. Docker also takes one
 * with capital letters for a host; that is always a mistyped repository, and refused as one.
 */
const looksLikeHost = (first: string) => first.includes('.') || first.includes(':') || first === 'localhost';

export const formatImageReference = ({ registry, repository, tag, digest }: ImageReference): string =>
  `${nameOf({ registry, repository })}${tag === undefined ? '' : `:${tag}`}${digest === undefined ? '' : `@${digest}`}`;

/** `registry/repository`. */
export const nameOf = ({ registry, repository }: { registry?: string | undefined; repository: string }) =>
  registry === undefined ? repository : `${registry}/${repository}`;

/** Docker's rule for short names: they are Docker Hub's, and one without a slash is an official image there. */
export const wholeName = ({ registry = 'docker.io', repository, ...rest }: ImageReference) => ({
  ...rest,
  registry,
  repository: registry === 'docker.io' && !repository.includes('/') ? `library/${repository}` : repository,
});

/** One name that the image is to have. */
export interface PushTarget {
  readonly registry: string;
  readonly repository: string;
  readonly tag: string;
  /** Whether each run puts it on its own image (`latest`, a branch), or it names one (`sha`); absent of one written out. */
  readonly moves?: boolean;
}

/** `registry/repository:tag`. */
export const referenceOf = (target: PushTarget) => `${nameOf(target)}:${target.tag}`;

/** Docker Hub goes by several names; Docker itself logs in to the first. */
const names = ['docker.io', 'index.docker.io', 'registry-1.docker.io'];

export const isDockerHub = (host: string) => names.includes(host.toLowerCase());

/** Of an output that names a repository without its host. GitHub drops the outputs of a job that hold a masked value. */
export const survivesMask =
  'Use it with `digest` where a masked account id would make the CI host drop `image`.';
