/**
 * Which hosts are Amazon ECR. Every pattern is anchored at both ends: `public.ecr.aws.evil.example` is not ECR.
 * Sources: the ECR service endpoints (private, FIPS, dual-stack), the partitions' DNS suffixes, and the form of
 * interface endpoints (AWS PrivateLink).
 */
type EcrHost =
  | {
      readonly kind: 'private';
      readonly accountId: string;
      readonly region: string;
      readonly fips: boolean;
      readonly partition: string;
    }
  | { readonly kind: 'public' };

const suffixes = [
  'amazonaws.com',
  'amazonaws.com.cn',
  'c2s.ic.gov',
  'sc2s.sgov.gov',
  'cloud.adc-e.uk',
  'csp.hci.ic.gov',
  'amazonaws.eu',
];
const partitionsByRegion: readonly (readonly [prefix: string, partition: string])[] = [
  ['cn-', 'aws-cn'],
  ['us-gov-', 'aws-us-gov'],
  ['us-iso-', 'aws-iso'],
  ['us-isob-', 'aws-iso-b'],
  ['eu-isoe-', 'aws-iso-e'],
  ['us-isof-', 'aws-iso-f'],
  ['eusc-', 'aws-eusc'],
];
const region = '([a-z]{2,4}(?:-[a-z]{2,10}){1,3}-\\d{1,2})';
const suffix = `(?:${suffixes.map((one) => one.replaceAll('.', '\\.')).join('|')})`;

const classic = new RegExp(`^(\\d{12})\\.dkr\\.ecr(-fips)?\\.${region}\\.${suffix}$`);
/** Dual-stack: `123456789012.dkr-ecr.eu-west-1.on.aws`, with `on.amazonwebservices.com.cn` in China. */
const dualStack = new RegExp(
  `^(\\d{12})\\.dkr-ecr(-fips)?\\.${region}\\.on\\.(?:aws|amazonwebservices\\.com\\.cn|amazonwebservices\\.eu)$`,
);
/** An interface endpoint without private DNS: `123456789012.vpce-0a1b….dkr.ecr.eu-west-1.vpce.amazonaws.com`. */
const interfaceEndpoint = new RegExp(
  `^(\\d{12})\\.(?:dkr\\.ecr\\.)?vpce-[0-9a-f]{8,17}(?:-[0-9a-z]{4,10})?(?:-[a-z0-9-]{1,30})?\\.dkr\\.ecr(-fips)?\\.${region}\\.vpce\\.${suffix}$`,
);
const publicHosts = ['public.ecr.aws', 'ecr-public.aws.com'];

export function ecrHost(host: string): EcrHost | undefined {
  const folded = host.toLowerCase();
  if (publicHosts.includes(folded)) return { kind: 'public' };
  const found = classic.exec(folded) ?? dualStack.exec(folded) ?? interfaceEndpoint.exec(folded);
  if (!found) return undefined;
  const [, accountId = '', fips, region = ''] = found;
  return { kind: 'private', accountId, region, fips: fips !== undefined, partition: partitionOf(region) };
}

/** All there are. */
export const partitions: readonly string[] = ['aws', ...partitionsByRegion.map(([, partition]) => partition)];

/** `aws`, `aws-cn`, … of a region. */
export const partitionOf = (regionName: string) =>
  partitionsByRegion.find(([prefix]) => regionName.startsWith(prefix))?.[1] ?? 'aws';

export const isEcrHost = (host: string) => ecrHost(host) !== undefined;

/** A registry on this machine, which Docker speaks to without TLS. */
export const isLoopback = (host: string) =>
  /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d{1,5})?$/.test(host);
