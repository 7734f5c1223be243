import { LandfallError } from '../../errors/landfall-error.ts';
import { dockerTypes, ociTypes } from '../../image/reference/manifest-types.ts';
import type { InputProblem } from '../../inputs/parse-inputs.ts';
import type { Manifest } from '../../world/registry.ts';
import { plainPlatform, platformOf } from '../push/platforms.ts';
import type { ImageTree } from '../read/image-tree.ts';
import { contentOf } from '../read/manifest-content.ts';
import { indexOf } from './index-of.ts';

/** What an index says of an image: the members of its own, and whatever else a builder wrote. */
interface IndexEntry {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly platform?: Platform;
  readonly annotations?: Readonly<Record<string, unknown>>;
}

interface Platform {
  readonly os?: string;
  readonly architecture?: string;
  readonly variant?: string;
  readonly 'os.version'?: string;
}

/** One image or attestation of the index, with the digest that was given for it. */
interface ListedImage {
  readonly entry: IndexEntry;
  /** `linux/arm64`, in one spelling; undefined of an attestation, which belongs to an image by that one's digest. */
  readonly platform: string | undefined;
  readonly given: string;
}

/**
 * What a digest stands for in an index, as for `docker buildx imagetools create`: of an index all that it lists,
 * attestations included; of an image itself, with the platform that its configuration tells.
 * @param configuration reads that of an image
 * @throws RESPONSE_INVALID for what is no image, or is for another platform than its index says
 */
export async function listImages(
  { root, manifests }: ImageTree,
  configuration: (digest: string) => Promise<Uint8Array | undefined>,
): Promise<readonly ListedImage[]> {
  const given = root.digest;
  const configured = async (image: Manifest) => {
    const [config] = contentOf(image).blobs;
    return config && platformOfConfiguration(await configuration(config.digest));
  };
  if (contentOf(root).manifests.length > 0)
    return Promise.all(
      entriesOf(root).map(async (entry) => {
        const { digest, platform } = entry;
        const held = manifests.find((one) => one.digest === digest);
        if (held === undefined || contentOf(held).manifests.length > 0)
          throw notAnImage(given, 'lists another index');
        if (platform === undefined) throw notAnImage(given, `lists ${digest} without a platform`);
        if (!runs(entry)) return { entry, platform: undefined, given };
        const own = await configured(held);
        if (own && !isSamePlatform(platform, own))
          throw notAnImage(
            given,
            `lists ${digest} for ${platformIn(platform)}, and the configuration of that image is for ${platformIn(own)}`,
          );
        return { entry, platform: platformIn(platform), given };
      }),
    );
  const { mediaType, digest, size } = root;
  const platform = await configured(root);
  if (platform === undefined) throw notAnImage(given, 'has no platform in its configuration');
  return [{ entry: { mediaType, digest, size, platform }, platform: platformIn(platform), given }];
}

/** What is wrong with the images together, before any is listed. */
export function indexProblems(
  images: readonly ListedImage[],
  platforms: readonly string[] | undefined,
): readonly InputProblem[] {
  const own = images.filter(({ platform }) => platform !== undefined);
  const twice = own.flatMap((second, index) => {
    const before = own.slice(0, index);
    const first = before.find(({ platform }) => platform === second.platform);
    if (first) return [`holds two images for ${second.platform}: ${first.given} and ${second.given}`];
    const same = before.find(({ entry }) => entry.digest === second.entry.digest);
    return same === undefined
      ? []
      : [`holds ${second.entry.digest} for both ${same.platform} and ${second.platform}`];
  });
  // A release of Windows is not among what `platforms` names.
  const there = [...new Set(own.map(({ platform }) => `${platform}`.replace(/ .*/, '')))];
  const wanted = [...new Set((platforms ?? there).map(plainPlatform))];
  const differs = wanted.length !== there.length || wanted.some((one) => !there.includes(one));
  return [
    ...twice.map((problem) => ({ input: 'digests', problem })),
    ...(differs
      ? [
          {
            input: 'platforms',
            problem: `lists ${wanted.join(', ')}, and the images are for ${there.join(', ')}`,
          },
        ]
      : []),
  ];
}

/**
 * The index of these images, whatever the order in which they are given. It is one of Docker where all that it lists
 * is Docker's, which knows no annotations, and one of OCI otherwise.
 */
export function imageIndex(
  images: readonly ListedImage[],
  annotations: Readonly<Record<string, string>>,
): Promise<Manifest> {
  const own = images.filter(({ platform }) => platform !== undefined);
  const attestations = images.filter(({ platform }) => platform === undefined);
  const entries = [
    ...own.toSorted((one, other) => (`${one.platform}` < `${other.platform}` ? -1 : 1)),
    ...attestations.toSorted((one, other) => (one.entry.digest < other.entry.digest ? -1 : 1)),
  ].map(({ entry }) => entry);
  const ofDocker =
    Object.keys(annotations).length === 0 &&
    entries.every(({ mediaType }) => mediaType === dockerTypes.image);
  return indexOf(ofDocker ? dockerTypes.list : ociTypes.index, entries, annotations);
}

const entriesOf = ({ bytes }: Manifest): readonly IndexEntry[] =>
  (JSON.parse(new TextDecoder().decode(bytes)) as { manifests: readonly IndexEntry[] }).manifests;

/** BuildKit gives an attestation the platform `unknown/unknown`. */
const runs = ({ platform }: IndexEntry) => platform?.os !== 'unknown';

/** Images for several releases of Windows are different ones. */
const platformIn = (platform: Platform): string => {
  const version = platform['os.version'];
  return `${plainPlatform(platformOf(platform))}${version === undefined ? '' : ` ${version}`}`;
};

/** The configuration of an older image has no variant. */
const isSamePlatform = (one: Platform, other: Platform): boolean => {
  const hasBoth = one.variant !== undefined && other.variant !== undefined;
  const plain = ({ os, architecture, variant }: Platform) =>
    plainPlatform(
      platformOf({
        ...(os && { os }),
        ...(architecture && { architecture }),
        ...(hasBoth && variant && { variant }),
      }),
    );
  return plain(one) === plain(other);
};

function platformOfConfiguration(bytes: Uint8Array | undefined): Platform | undefined {
  if (bytes === undefined) return undefined;
  try {
    const { os, architecture, variant, ...rest } = JSON.parse(new TextDecoder().decode(bytes)) as Platform;
    const version = rest['os.version'];
    if (!os || !architecture || os === 'unknown') return undefined;
    return {
      architecture,
      os,
      ...(version && { 'os.version': version }),
      ...(variant && { variant }),
    };
  } catch {
    // Not JSON: not the configuration of an image.
    return undefined;
  }
}

const notAnImage = (digest: string, why: string) =>
  new LandfallError('RESPONSE_INVALID', {
    summary: `${digest} cannot be listed in an index: it ${why}`,
    remedy: 'Set in `digests` what build-push output: images, or indexes of images.',
  });
