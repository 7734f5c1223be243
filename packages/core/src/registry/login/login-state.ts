import { ecrHost, isLoopback } from '../../image/reference/ecr-host.ts';
import { registryHost } from '../../image/reference/image-reference.ts';

/** What the clean-up after the job is told. */
interface LoginState {
  readonly folder: string;
  /** Of ECR; other hosts are only counted, because nothing tells a forged one from a true one. */
  readonly registries: readonly string[];
  readonly others?: number;
  /** The Docker configuration that the job had before, if a variable named one. */
  readonly before?: string | undefined;
  /** Left behind when the job ends. Later steps find it anyway. */
  readonly isLeft?: boolean;
}

/** Under this name ecr-login keeps what its clean-up needs, and by which later steps find the login. */
export const loginStateName = 'docker-config';

/** The name of every private Docker configuration begins so; the clean-up removes nothing else. */
export const configFolderStem = 'landfall-docker-config';
const ownFolder = new RegExp(`(?:^|/)${configFolderStem}-[A-Za-z0-9_-]{1,64}$`);

/** Whether a folder is, by its name, a Docker configuration that we made. */
export const isOwnConfig = (folder: string) => ownFolder.test(folder);

export const writeLoginState = ({ others = 0, isLeft = false, ...state }: LoginState) =>
  JSON.stringify({ ...state, ...(others > 0 && { others }), ...(isLeft && { isLeft }) });

interface ReadState {
  readonly state: Required<Omit<LoginState, 'before'>> & { readonly before: string };
  /** Sentences on what was not believed. */
  readonly refused: readonly string[];
}

/** State passes through a file that every step of the job can write: nothing in it is believed unseen. */
export function readLoginState(text: string): ReadState {
  const value = parse(text);
  const folder = typeof value.folder === 'string' ? value.folder : '';
  const registries = Array.isArray(value.registries) ? value.registries.map(String) : [];
  const known = (host: string) =>
    registryHost.expression.test(host) && (ecrHost(host) !== undefined || isLoopback(host));
  const refused = registries
    .filter((host) => !known(host))
    .map(
      (host) =>
        `the saved state names ${JSON.stringify(host.slice(0, 100))}, which this step cannot have logged in to`,
    );
  const own = isOwnConfig(folder);
  if (!own) {
    refused.push(
      `the saved state names ${JSON.stringify(folder.slice(0, 200))}, which is not a Docker configuration created by this step; it is left in place`,
    );
  }
  const others = Number.isSafeInteger(value.others) ? Math.max(0, Number(value.others)) : 0;
  const isLeft = value.isLeft === true;
  const state = { folder: own ? folder : '', registries: registries.filter(known), others, isLeft };
  return { state: { ...state, before: configBefore(value.before) }, refused };
}

/** Empty, which Docker takes for none, unless it is a path; another login's folder goes with its own clean-up. */
const configBefore = (value: unknown) =>
  typeof value === 'string' && !/\p{Cc}/u.test(value) && !isOwnConfig(value) ? value : '';

function parse(text: string): { readonly [Key in keyof LoginState]?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    // Forged or cut off: it names nothing.
    return {};
  }
}
