/**
 * A registry by the OCI distribution API. Authentication comes from Docker's logins. Failures are
 * REPOSITORY_MISSING, PUSH_DENIED, TAG_IMMUTABLE, PUSH_FAILED (`facts.transient`), CREDENTIALS_EXPIRED and
 * ENDPOINT_UNREACHABLE, with `{ registry, repository, status, codes }` in their facts.
 */
export interface Registry {
  /** Digest, size and type without the content; undefined when the repository has no such tag or digest. */
  head(target: RegistryTarget, options?: RegistryCallOptions): Promise<Descriptor | undefined>;
  /** The manifest's bytes, checked against its digest; at most 4 MiB. */
  manifest(target: RegistryTarget, options?: RegistryCallOptions): Promise<Manifest | undefined>;
  /** Puts a manifest under a tag or under its own digest. Returns the digest. */
  putManifest(target: RegistryTarget, manifest: Manifest, options?: RegistryCallOptions): Promise<string>;
  /**
   * What refers to a digest: signatures, attestations. Undefined where the registry does not have the referrers API.
   */
  referrers(
    target: RegistryTarget,
    options?: RegistryCallOptions,
  ): Promise<readonly Descriptor[] | undefined>;
  /** Whether a repository holds a blob, by its digest, and with all of its `size` bytes, where that is known. */
  hasBlob(target: RegistryTarget, options?: RegistryCallOptions & { size?: number }): Promise<boolean>;
  /** A small blob, such as an image's configuration, checked against its digest; at most 4 MiB. */
  blob(target: RegistryTarget, options?: RegistryCallOptions): Promise<Uint8Array | undefined>;
  /**
   * Sees to it that a repository holds a blob: nothing if it is there, a mount within a registry, else a stream
   * from one registry to the other that is never held whole.
   */
  copyBlob(request: CopyBlobRequest, options?: RegistryCallOptions): Promise<CopiedBlob>;
}

export interface CopyBlobRequest {
  readonly from: RepositoryName;
  readonly to: RepositoryName;
  readonly digest: string;
  readonly size: number;
  /** Told how many more bytes went through this machine, whether they are of use in the end or not. */
  readonly onBytes?: (count: number) => void;
}

/** Whether the target had it, took it over from another repository of its own, or was sent it. */
export type CopiedBlob = 'present' | 'mounted' | 'copied';

export interface RegistryCallOptions {
  readonly signal?: AbortSignal;
}

export interface RepositoryName {
  /** Host, with its port if any. */
  readonly registry: string;
  readonly repository: string;
}

export interface RegistryTarget extends RepositoryName {
  /** A tag, or a digest. */
  readonly reference: string;
}

export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  /** The type of what refers to an image; clients find signatures by it. */
  readonly artifactType?: string;
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface Manifest extends Descriptor {
  readonly bytes: Uint8Array;
}
