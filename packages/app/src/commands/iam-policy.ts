import { LandfallError } from '@landfall/core/errors/landfall-error';
import { narrowedPolicy, placeholdersOf } from '@landfall/core/iam-policy/iam-policy';
import {
  isPolicyName,
  type PolicyName,
  policyNames,
  type Reading,
} from '@landfall/core/iam-policy/policy-names';
import { partitionOf, partitions } from '@landfall/core/image/reference/ecr-host';
import { camelCase, type Input, type Inputs, parsed, refused } from '@landfall/core/inputs/input';
import { boolean, choice, list, text } from '@landfall/core/inputs/kinds';
import { type InputProblem, invalidInputs, parseInputs } from '@landfall/core/inputs/parse-inputs';
import * as patterns from '@landfall/core/inputs/patterns';
import type { Operation } from '@landfall/core/operation/operation';
import { readInputs } from '../flags/read-inputs.ts';
import { commandHelp } from './commands.ts';

const placeInputs = {
  account: text({ pattern: patterns.accountId, description: 'The account.' }),
  region: text({ pattern: patterns.region, description: 'The region.' }),
  partition: choice(partitions, {
    description: 'The partition. By default, that of the region, if set.',
  }),
};
const withoutOptional = boolean({
  default: 'false',
  description: 'Omit the permissions the operation can do without.',
});

/** A name, or several with commas between; a flag may be repeated. */
const namesInput = (name: PolicyName): Input<readonly Reading[]> => ({
  type: 'list',
  description: name.description,
  rule: `each ${name.rule}`,
  required: false,
  parse: (given) => {
    const items = list({ description: '' }).parse(given);
    if (!items.ok) return items;
    const readings: Reading[] = [];
    for (const item of items.value ?? []) {
      const reading = name.read(item);
      if (!reading.ok) return refused(reading.problem);
      readings.push(reading.value);
    }
    return parsed(readings);
  },
});

/** The names in the permissions of an operation, in their order. */
const namesIn = ({ permissions }: Operation) =>
  [
    ...new Set(
      permissions.flatMap(({ resource, condition = {} }) =>
        [resource, ...Object.values(condition).flatMap((keys) => Object.values(keys))].flatMap(
          placeholdersOf,
        ),
      ),
    ),
  ].filter(isPolicyName);

/** What the command takes: all that the operation takes, none of it required, and the names that narrow the policy. */
export const policyInputs = (operation: Operation): Inputs => ({
  ...Object.fromEntries(
    Object.entries(operation.inputs).map(([name, input]) => [
      name,
      { ...input, required: false, default: undefined },
    ]),
  ),
  ...placeInputs,
  ...Object.fromEntries(namesIn(operation).map((name) => [name, namesInput(policyNames[name])])),
  'without-optional': withoutOptional,
});

/**
 * `landfall iam-policy <operation>`: the policy the operation needs, as JSON. What is named is filled in; the rest
 * becomes `*`.
 * @throws INPUT_INVALID
 */
export const iamPolicy = (operation: Operation, given: ReadonlyMap<string, string>): string =>
  policyText(operation, policyInputs(operation), given);

/** The same, from flags. */
export function iamPolicyOfFlags(operation: Operation, argv: readonly string[]): string {
  const asked = { ...operation, inputs: policyInputs(operation) };
  const { inputs: given, operation: judged } = readInputs(asked, argv, {});
  return policyText(operation, judged.inputs, given);
}

/** `landfall iam-policy <operation> --help`: the flags that make a difference to its policy. */
export function iamPolicyHelp(operation: Operation): string {
  const flags = Object.entries({
    ...placeInputs,
    ...Object.fromEntries(namesIn(operation).map((name) => [name, policyNames[name]])),
    'without-optional': withoutOptional,
  });
  const width = Math.max(...flags.map(([name]) => name.length));
  const lines = flags.map(([name, { description }]) => `  --${name.padEnd(width)}  ${description}`);
  return `${commandHelp('iam-policy')}\nFor ${operation.name}:\n\n${lines.join('\n')}\n`;
}

function policyText(operation: Operation, inputs: Inputs, given: ReadonlyMap<string, string>): string {
  if (operation.permissions.length === 0)
    throw new LandfallError('INPUT_INVALID', {
      summary: `${operation.name} makes no AWS calls and needs no policy`,
    });
  const values = parseInputs(refusingEmpty(inputs, given), given) as Readonly<Record<string, unknown>>;
  const names = new Map<string, readonly Reading[]>();
  for (const name of namesIn(operation)) {
    const found = values[camelCase(name)] as readonly Reading[] | undefined;
    if (found) names.set(name, found);
  }
  // Several services in one run, as `deploy-service` takes them; the keys of a manifest are not names of services.
  const listed = (values.services ?? []) as readonly (string | { readonly service: string })[];
  const services = listed.flatMap((one) => (typeof one === 'string' ? [] : [one.service]));
  if (services.length > 0 && !names.has('service'))
    names.set('service', readingsOf(policyNames.service, services));
  const family = given.get('task-definition');
  if (family !== undefined && !names.has('family') && patterns.taskDefinition.expression.test(family))
    names.set('family', readingsOf(policyNames.family, [family]));
  const clusters = namedReadings(names).flatMap(({ reading }) =>
    reading.cluster === undefined ? [] : [{ cluster: reading.cluster }],
  );
  if (clusters.length > 0 && !names.has('cluster')) names.set('cluster', clusters);
  const place = placeOf(values as Place, names);
  const permissions = operation.permissions.filter(
    ({ optional }) => !(values.withoutOptional === true && optional),
  );
  return `${JSON.stringify(narrowedPolicy(permissions, { place, names }), null, 2)}\n`;
}

/** Of names that the operation's own parser has let through. */
const readingsOf = (name: PolicyName, texts: readonly string[]): readonly Reading[] =>
  texts.flatMap((text) => {
    const reading = name.read(text);
    return reading.ok ? [reading.value] : [];
  });

/**
 * A variable that is not set must not widen the policy to everything: a flag that is given is not treated as
 * omitted.
 */
const refusingEmpty = (inputs: Inputs, given: ReadonlyMap<string, string>): Inputs =>
  Object.fromEntries(
    Object.entries(inputs).map(([name, input]) => [
      name,
      /^[\s,]*$/.test(given.get(name) ?? 'absent')
        ? { ...input, default: '', parse: () => refused('must not be empty: without it, all are allowed') }
        : input,
    ]),
  );

/** What the names of clusters and services tell, by the input that gave them. */
const namedReadings = (names: ReadonlyMap<string, readonly Reading[]>) =>
  ['cluster', 'service', 'service-name'].flatMap((input) =>
    (names.get(input) ?? []).flatMap((reading) => (reading ? [{ input, reading }] : [])),
  );

interface Place {
  readonly account?: string;
  readonly region?: string;
  readonly partition?: string;
}

/**
 * Where the operation runs: as the flags say, and the ARNs of clusters and services.
 * @throws INPUT_INVALID when they disagree: one run has one region and one account
 */
function placeOf({ account, region, partition }: Place, names: ReadonlyMap<string, readonly Reading[]>) {
  const flags = [
    { input: 'partition', reading: { Partition: partition } },
    { input: 'region', reading: { Region: region, Partition: region && partitionOf(region) } },
    { input: 'account', reading: { Account: account } },
  ];
  const told = [...flags, ...namedReadings(names)];
  const place: Record<string, string> = {};
  const problems: InputProblem[] = [];
  for (const name of ['Partition', 'Region', 'Account']) {
    const all = told.flatMap(({ input, reading }) => {
      const value = (reading as Readonly<Record<string, string | undefined>>)[name];
      return value === undefined ? [] : [{ input, value }];
    });
    const [first] = all;
    if (!first) continue;
    place[name] = first.value;
    const other = all.find(({ value }) => value !== first.value);
    if (other)
      problems.push({
        input: other.input,
        problem: `is in the ${name.toLowerCase()} ${other.value}, and ${other.input === first.input ? 'another' : first.input} in ${first.value}: a policy is for one ${name.toLowerCase()}`,
      });
  }
  if (problems.length > 0) throw invalidInputs(problems);
  return place;
}
