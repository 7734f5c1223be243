import { isDeepStrictEqual } from 'node:util';
import { bullets, cell, table } from '@landfall/generator/writing/markdown';
import type { Observation, Request } from './observe.ts';
import type { TwinScenario } from './scenario.ts';

/** A scenario, and what each action did in it. */
export interface Comparison {
  readonly scenario: TwinScenario;
  readonly theirs: Observation;
  readonly ours: Observation;
}

type Aspect = 'end' | 'outputs' | 'requests';

/** What differs, theirs before the stroke. Outputs that only ours has are not a difference. */
export function differencesOf({ theirs, ours }: Comparison): readonly string[] {
  const all: readonly (readonly [Aspect, readonly string[]])[] = [
    ['end', theirs.green === ours.green ? [] : [`${colour(theirs)} / ${colour(ours)}`]],
    [
      'outputs',
      Object.entries(theirs.outputs).flatMap(([name, value]) => difference(name, value, ours.outputs[name])),
    ],
    ['requests', requestDifferences(theirs.requests, ours.requests)],
  ];
  return all.flatMap(([aspect, found]) => found.map((one) => `${aspect}: ${one}`));
}

/** Requests of one operation are compared in their order. */
function requestDifferences(theirs: readonly Request[], ours: readonly Request[]): readonly string[] {
  const operations = [...new Set([...theirs, ...ours].map(({ operation }) => operation))];
  return operations.flatMap((operation) => {
    const of = (all: readonly Request[]) => all.filter((one) => one.operation === operation);
    const [before, after] = [of(theirs), of(ours)];
    if (before.length !== after.length)
      return [`${operation}: ${before.length} times / ${after.length} times`];
    return before.flatMap(({ input }, index) => difference(operation, input, after[index]?.input));
  });
}

/** `null` in a request is a member that is absent. */
function difference(path: string, theirs: unknown, ours: unknown): readonly string[] {
  const [before, after] = [theirs ?? undefined, ours ?? undefined];
  if (isDeepStrictEqual(before, after)) return [];
  if (!isRecord(before) || !isRecord(after)) return [`${path}: ${shown(before)} / ${shown(after)}`];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
    difference(`${path}.${key}`, before[key], after[key]),
  );
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

const shown = (value: unknown) => (value === undefined ? 'absent' : JSON.stringify(value));

/** Differences that the scenario does not explain, and explanations without a difference. */
export function surprises(comparison: Comparison): readonly string[] {
  const { title, differs = [] } = comparison.scenario;
  const found = differencesOf(comparison);
  return [
    ...found.filter((one) => !differs.some(({ what }) => one.startsWith(what))),
    ...differs
      .filter(({ what }) => !found.some((one) => one.startsWith(what)))
      .map(({ what }) => `${what}: no difference, but one is explained`),
  ].map((one) => `${title}: ${one}`);
}

/** A section of the page. */
export const comparisonTable = (comparisons: readonly Comparison[]): string => {
  const general = comparisons
    .flatMap(({ scenario }) => scenario.differs ?? [])
    .filter((one) => one.isGeneral);
  const rows = table(
    ['Scenario', 'Official', 'Landfall', 'Outputs', 'Requests'],
    comparisons.map((one) =>
      [
        one.scenario.title,
        endOf(one.theirs),
        [endOf(one.ours), ...reasonsOf(one, 'end')].join(': '),
        reasonsOf(one, 'outputs').join(' ') || 'same',
        reasonsOf(one, 'requests').join(' ') || 'same',
      ].map(cell),
    ),
  );
  return [bullets([...new Set(general.map(({ why }) => why))]), rows].filter(Boolean).join('\n\n');
};

function reasonsOf(comparison: Comparison, aspect: Aspect): readonly string[] {
  const { differs = [] } = comparison.scenario;
  const reasons = differencesOf(comparison)
    .filter((one) => one.startsWith(aspect))
    .flatMap((one) => {
      const explained = differs.find(({ what }) => one.startsWith(what));
      if (explained?.isGeneral) return [];
      return [explained?.why ?? `**${one}**`];
    });
  return [...new Set(reasons)];
}

const colour = ({ green }: Observation) => (green ? 'green' : 'red');
const endOf = (one: Observation) => `${colour(one)}, ${Math.ceil(one.seconds)} s`;
