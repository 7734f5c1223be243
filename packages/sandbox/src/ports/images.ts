export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
}

export type ImageResolution =
  | {
      readonly kind: 'found';
      readonly repository: string;
      /** Of what the reference names: the index for an image of several platforms, else the manifest. */
      readonly digest: string;
      /** Empty when the image's config does not say (an artifact, a manifest put without its config). */
      readonly platforms: readonly Platform[];
    }
  /** The reference names the sandbox's registry, and what it names is not there. */
  | { readonly kind: 'missing'; readonly what: 'repository' | 'image'; readonly repository: string }
  /** Another registry: the sandbox cannot know whether the image exists, nor its digest unless it was told. */
  | { readonly kind: 'foreign'; readonly digest?: string };

/** What ECS resolves a reference to; undefined where the sandbox does not know. */
export const digestIn = (found: ImageResolution): string | undefined =>
  found.kind === 'missing' ? undefined : found.digest;

/** What ECS asks the registry. Synchronous: everything it needs is in memory. */
export interface ImageResolver {
  /**
   * `127.0.0.1:5000/web:1`, `localhost:5000/web@sha256:…` and `<account>.dkr.ecr.<region>.amazonaws.com/web` all
   * name the sandbox's registry, whatever the port (it may change with a restart). No tag means `latest`.
   */
  resolve(reference: string): ImageResolution;
  /**
   * How a Docker engine on this machine pulls it: by digest, from the port the sandbox listens on now, with a
   * login of its own. Undefined when `resolve` would not say `found`.
   */
  pull(
    reference: string,
  ): { readonly reference: string; readonly username: string; readonly password: string } | undefined;
}
