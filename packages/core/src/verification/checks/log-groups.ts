import { type Probe, probe } from '../../reading/probe.ts';
import type { World } from '../../world/world.ts';
import { type Check, error, ok, skip } from '../check.ts';
import { notFound } from '../not-found.ts';
import { containerNamed, containersOf, type Subject } from '../subject.ts';

interface Group {
  readonly name: string;
  readonly region: string | undefined;
}
const keyOf = ({ name, region }: Group) => `${region ?? ''} ${name}`;

/** By region and name. */
type LogGroups = ReadonlyMap<string, Probe<true>>;

const groupOf = (options: Readonly<Record<string, string>>): Group => ({
  name: options['awslogs-group'] ?? '',
  region: options['awslogs-region'],
});

const awslogs = (subject: Subject) =>
  containersOf(subject).filter((one) => one.logConfiguration?.logDriver === 'awslogs');

export async function readLogGroups(subject: Subject, { aws, host }: World): Promise<LogGroups> {
  const wanted = new Map(
    awslogs(subject)
      .map((one) => one.logConfiguration?.options ?? {})
      .filter((options) => options['awslogs-group'] && options['awslogs-create-group'] !== 'true')
      .map((options) => [keyOf(groupOf(options)), groupOf(options)]),
  );
  const asked = await Promise.all(
    [...wanted.values()].map(({ name, region }) =>
      probe(async () => {
        const logs = await aws.logs(region);
        // The shortest of the names with a prefix comes first, and that is the name itself.
        const answer = await logs.describeLogGroups(
          { logGroupNamePrefix: name },
          { signal: host.cancellation },
        );
        return answer.logGroups?.some((one) => one.logGroupName === name) ? (true as const) : undefined;
      }),
    ),
  );
  return new Map([...wanted.keys()].map((key, index) => [key, asked[index]!]));
}

export function checkLogGroups(subject: Subject, groups: LogGroups): readonly Check[] {
  const containers = awslogs(subject);
  if (containers.length === 0)
    return [skip('log', 'log groups', 'are not used: no container logs through awslogs')];
  return containers.map((container): Check => {
    const options = container.logConfiguration?.options ?? {};
    const group = groupOf(options);
    const name = `log group ${group.name}`;
    if (group.name === '') {
      return error(
        'log',
        containerNamed(container),
        'logs through awslogs without awslogs-group',
        'Add awslogs-group to the options of its logConfiguration.',
      );
    }
    if (options['awslogs-create-group'] === 'true') {
      return ok('log', name, 'is created by the first task that needs it (awslogs-create-group)');
    }
    const asked = groups.get(keyOf(group)) ?? { kind: 'absent' };
    if (asked.kind === 'found') return ok('log', name, 'exists');
    return notFound('log', name, asked, {
      message: `does not exist${group.region ? ` in ${group.region}` : ''}, so container ${container.name} could not start`,
      remedy: 'Create the log group, or set awslogs-create-group to "true".',
    });
  });
}

/** Every group that a task writes to, once, with its region where the options name one. */
export const logGroupsOf = (subject: Subject): readonly Group[] => [
  ...new Map(
    awslogs(subject)
      .map((one) => groupOf(one.logConfiguration?.options ?? {}))
      .filter(({ name }) => name !== '')
      .map((group) => [keyOf(group), group]),
  ).values(),
];
