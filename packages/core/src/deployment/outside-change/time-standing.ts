import { chunks } from '../../reading/chunks.ts';
import { allPages } from '../../reading/pages.ts';
import { probe } from '../../reading/probe.ts';
import type { World } from '../../world/world.ts';
import {
  because,
  compareFile,
  compareSecret,
  compareTime,
  needsVersions,
  type SecretVersion,
  type Standing,
} from './changes.ts';
import type { Reference } from './references.ts';

type Secret = Extract<Reference, { kind: 'secret' }>;
type File = Extract<Reference, { kind: 'file' }>;
type Parameter = Extract<Reference, { kind: 'parameter' }>;

const unknown = (why: string): Standing => ({ kind: 'unknown', why });

/** One call for a secret that has not been changed since, two for one that has. No value is read. */
export async function readSecretStanding(
  { id, region, stage }: Secret,
  since: number,
  { aws, host }: World,
): Promise<Standing> {
  const signal = host.cancellation;
  const described = await probe(async () => {
    const manager = await aws.secretsManager(region);
    const { LastChangedDate, LastRotatedDate } = await manager.describeSecret({ SecretId: id }, { signal });
    return { changed: LastChangedDate?.getTime(), rotated: LastRotatedDate?.getTime() };
  });
  if (described.kind !== 'found') return unknown(because(described, 'it does not exist'));
  if (!needsVersions(described.value, since)) return { kind: 'same' };
  const versions = await probe(async () => {
    const manager = await aws.secretsManager(region);
    return allPages(async (NextToken) => {
      const page = await manager.listSecretVersionIds(
        { SecretId: id, ...(NextToken !== undefined && { NextToken }) },
        { signal },
      );
      const items = page.Versions?.map(
        ({ VersionStages = [], CreatedDate }): SecretVersion => ({
          stages: VersionStages,
          created: CreatedDate?.getTime(),
        }),
      );
      return { items, next: page.NextToken };
    });
  });
  return versions.kind === 'found'
    ? compareSecret(described.value, versions.value, stage, since)
    : unknown(because(versions, 'it does not exist'));
}

/** One call for a file. Its content is not read. */
export async function readFileStanding(
  { bucket, key }: File,
  since: number,
  { aws, host }: World,
): Promise<Standing> {
  const modified = await probe(async () => {
    const s3 = await aws.s3();
    const { LastModified } = await s3.headObject({ Bucket: bucket, Key: key }, { signal: host.cancellation });
    return LastModified?.getTime();
  });
  return modified.kind === 'found'
    ? compareFile(modified.value, since)
    : unknown(because(modified, 'it does not exist'));
}

/** One filter of DescribeParameters takes 50 values (ParameterStringFilter, API reference), and a parameter may have two names. */
const parametersPerCall = 25;

/** Up to 25 parameters to a call. No value is read. */
export async function readParameterStandings(
  parameters: readonly Parameter[],
  ownAccount: string | undefined,
  since: number,
  world: World,
): Promise<ReadonlyMap<Reference, Standing>> {
  const standings = new Map<Reference, Standing>();
  const asked = parameters.filter((one) => {
    const why = untold(one, ownAccount);
    if (why !== undefined) standings.set(one, unknown(why));
    return why === undefined;
  });
  const calls = [...Map.groupBy(asked, ({ region }) => region ?? world.aws.region)].flatMap(
    ([region, list]) => chunks(list, parametersPerCall).map((some) => ({ region, some })),
  );
  for (const { region, some } of calls) {
    const names = some.flatMap((one) => one.names);
    const found = await probe(() => readModified(names, region, world));
    for (const one of some) {
      const times = found.kind === 'found' ? one.names.flatMap((name) => found.value.get(name) ?? []) : [];
      const why = because(found.kind === 'found' ? { kind: 'absent' } : found, 'AWS shows no such parameter');
      standings.set(one, times.length > 0 ? compareTime(Math.max(...times), since) : unknown(why));
    }
  }
  return standings;
}

const untold = ({ label, account }: Parameter, ownAccount: string | undefined): string | undefined => {
  if (label !== undefined) return `AWS does not report when the label ${label} was moved to another version`;
  return account !== undefined && account !== ownAccount
    ? `it belongs to account ${account}, and ssm:DescribeParameters covers only the caller's own`
    : undefined;
};

/** When each was last changed, by name. */
async function readModified(
  names: readonly string[],
  region: string,
  { aws, host }: World,
): Promise<ReadonlyMap<string, number>> {
  const ssm = await aws.ssm(region);
  const parameters = await allPages(async (NextToken) => {
    const page = await ssm.describeParameters(
      {
        ParameterFilters: [{ Key: 'Name', Option: 'Equals', Values: [...names] }],
        MaxResults: 50,
        ...(NextToken !== undefined && { NextToken }),
      },
      { signal: host.cancellation },
    );
    return { items: page.Parameters, next: page.NextToken };
  });
  return new Map(
    parameters.flatMap(({ Name, LastModifiedDate }) =>
      Name !== undefined && LastModifiedDate ? [[Name, LastModifiedDate.getTime()] as const] : [],
    ),
  );
}
