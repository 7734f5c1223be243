import type { Violation } from './violations.ts';

/** What AWS's model says and AWS, as is known or believed, does not insist on. */
export interface Difference {
  readonly service: string;
  readonly constraint: Violation['constraint'];
  /** By their dots: `containerDefinitions.secrets.valueFrom`; an item counts as its list. */
  readonly members: string;
  readonly why: string;
}

export const differences: readonly Difference[] = [
  {
    service: 'ecs',
    constraint: 'enum',
    members: 'containerDefinitions.portMappings.protocol',
    why: '"Amazon ECS treats any other specified value as tcp": https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_PortMapping.html',
  },
  {
    service: 'ecs',
    constraint: 'enum',
    members: 'include',
    why: 'Not verified. A read that asks for more than there is to show does no harm, and a newer client may know more.',
  },
];

/** The difference that a value is excused by. */
export const differenceOf = (
  service: string,
  { constraint, members }: Pick<Violation, 'constraint' | 'members'>,
): Difference | undefined =>
  differences.find(
    (one) => one.service === service && one.constraint === constraint && one.members === members.join('.'),
  );
