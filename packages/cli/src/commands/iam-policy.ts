import { partitionOf, partitions } from '@landfall/core/image/ecr-host';
import { camelCase, type Input, type Inputs, parsed, refused } from '@landfall/core/inputs/input';
import { boolean, choice, list, text } from '@landfall/core/inputs/kinds';
import { parseInputs } from '@landfall/core/inputs/parse-inputs';
import * as patterns from '@landfall/core/inputs/patterns';
import { narrowedPolicy, placeholdersOf } from '@landfall/core/operation/iam-policy';
import type { Operation } from '@landfall/core/operation/operation';
import { type PolicyName, policyNames, type Reading } from '@landfall/core/operation/policy-names';
import { readInputs } from '../flags/read-inputs.ts';
import { commandHelp } from './commands.ts';

const placeInputs = {
  account: text({ pattern: patterns.accountId, description: 'The account.' }),
  region: text({ pattern: patterns.region, description: 'The region.' }),
  partition: choice(partitions, {
    description: "The partition. By default the region's, where that is given.",
  }),
};
const withoutOptional = boolean({
  default: 'false',
  description: 'Leave out what the operation does its job without.',
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
const namesIn = ({ permissions }: Operation): readonly string[] => [
  ...new Set(
    permissions.flatMap(({ resource, condition = {} }) =>
      [resource, ...Object.values(condition).flatMap((keys) => Object.values(keys))].flatMap(placeholdersOf),
    ),
  ),
];

/** What the command takes: all that the operation takes, none of it required, and the names that narrow the policy. */
export const policyInputs = (operation: Operation): Inputs => ({
  ...Object.fromEntries(
    Object.entries(operation.inputs).map(([name, input]) => [
      name,
      { ...input, required: false, default: undefined },
    ]),
  ),
  ...placeInputs,
  ...Object.fromEntries(namesIn(operation).map((name) => [name, namesInput(policyNames[name]!)])),
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
    ...Object.fromEntries(namesIn(operation).map((name) => [name, policyNames[name]!])),
    'without-optional': withoutOptional,
  });
  const width = Math.max(...flags.map(([name]) => name.length));
  const lines = flags.map(([name, { description }]) => `  --${name.padEnd(width)}  ${description}`);
  return `${commandHelp('iam-policy')}\nFor ${operation.name}:\n\n${lines.join('\n')}\n`;
}

function policyText(operation: Operation, inputs: Inputs, given: ReadonlyMap<string, string>): string {
  const values = parseInputs(inputs, given) as Readonly<Record<string, unknown>>;
  const names = new Map<string, readonly Reading[]>();
  for (const name of namesIn(operation)) {
    const found = values[camelCase(name)] as readonly Reading[] | undefined;
    if (found) names.set(name, found);
  }
  // Several services in one run, as `deploy-service` takes them.
  const orders = values.services as readonly { readonly service: string }[] | undefined;
  if (orders && !names.has('service'))
    names.set(
      'service',
      readingsOf(
        policyNames.service!,
        orders.map(({ service }) => service),
      ),
    );
  const family = given.get('task-definition');
  if (family !== undefined && !names.has('family') && patterns.taskDefinition.expression.test(family))
    names.set('family', readingsOf(policyNames.family!, [family]));
  const { clusters, place } = toldBy(names);
  if (clusters.length > 0 && !names.has('cluster')) names.set('cluster', clusters);
  const {
    account,
    region,
    partition = region === undefined ? undefined : partitionOf(region),
  } = values as {
    account?: string;
    region?: string;
    partition?: string;
  };
  const known = {
    ...place,
    ...(partition !== undefined && { Partition: partition }),
    ...(region !== undefined && { Region: region }),
    ...(account !== undefined && { Account: account }),
  };
  const permissions = operation.permissions.filter(
    ({ optional }) => !(values.withoutOptional === true && optional),
  );
  return `${JSON.stringify(narrowedPolicy(permissions, { place: known, names }), null, 2)}\n`;
}

/** Of names that the operation's own parser has let through. */
const readingsOf = (name: PolicyName, texts: readonly string[]): readonly Reading[] =>
  texts.flatMap((text) => {
    const reading = name.read(text);
    return reading.ok ? [reading.value] : [];
  });

/** The cluster and the place that the ARNs of clusters and services tell. */
function toldBy(names: ReadonlyMap<string, readonly Reading[]>) {
  const readings = ['cluster', 'service', 'service-name'].flatMap((name) => names.get(name) ?? []);
  const clusters = readings.flatMap((one) => (one?.cluster === undefined ? [] : [{ cluster: one.cluster }]));
  const place = Object.fromEntries(
    ['Partition', 'Region', 'Account'].flatMap((name) => {
      const values = new Set(readings.flatMap((one) => one?.[name] ?? []));
      return values.size === 1 ? [[name, [...values][0]!]] : [];
    }),
  );
  return { clusters, place };
}
