import type { Definition } from '../definition/definition.ts';
import type { ComparedPart, Migration, Row, Use } from './migration.ts';

/** What a page would leave open or get wrong: a peer's input without a row, or a row that means nothing of ours. */
export function migrationProblems(
  migration: Migration,
  definitions: readonly Definition[],
): readonly string[] {
  const { name: peer, facts, parts } = migration;
  const operations = new Map(definitions.map((definition) => [definition.name, definition]));
  return [
    ...differences(Object.keys(facts.parts), Object.keys(parts)).map((one) => `${peer}: command ${one}`),
    ...Object.entries(parts).flatMap(([name, part]) => {
      const about = name === '' ? peer : `${peer}: ${name}`;
      if (!('use' in part)) return sentenceProblems(about, part.note);
      const found = facts.parts[name];
      const rows: readonly [string, Row][] = Object.entries({ ...part.inputs, ...part.outputs });
      return [
        ...differences(Object.keys(found?.inputs ?? {}), Object.keys(part.inputs)).map(
          (one) => `${about}: input ${one}`,
        ),
        ...differences(found?.outputs ?? [], Object.keys(part.outputs ?? {})).map(
          (one) => `${about}: output ${one}`,
        ),
        ...(part.note === undefined ? [] : sentenceProblems(about, part.note)),
        ...part.use.flatMap((one) => useProblems(about, one, operations)),
        ...rows.flatMap(([row, { use = [] }]) =>
          use.flatMap((one) => useProblems(`${about}: ${row}`, one, operations)),
        ),
        ...rows.flatMap(([row, { why }]) =>
          why === undefined ? [] : sentenceProblems(`${about}: ${row}`, why),
        ),
        ...(migration.kind === 'action' ? actionProblems(about, part, operations) : []),
      ];
    }),
  ];
}

function differences(theirs: readonly string[], rows: readonly string[]): readonly string[] {
  return [
    ...theirs.filter((one) => !rows.includes(one)).map((one) => `${one} has no row`),
    ...rows
      .filter((one) => !theirs.includes(one))
      .map((one) => `${one} is a row, but the peer has no such thing`),
  ];
}

const sentenceProblems = (about: string, text: string) =>
  /^[A-Z`].*[.`)]$/.test(text) ? [] : [`${about}: "${text}" is not a sentence of one line`];

function useProblems(
  about: string,
  { operation, with: inputs }: Use,
  operations: ReadonlyMap<string, Definition>,
): readonly string[] {
  const definition = operations.get(operation);
  if (!definition) return [`${about}: there is no operation ${operation}`];
  return Object.entries(inputs).flatMap(([name, value]) => {
    const input = definition.inputs[name];
    if (!input) return [`${about}: ${operation} has no input ${name}`];
    if (typeof value !== 'string') {
      const { from, output } = value;
      return output in (operations.get(from)?.outputs ?? {})
        ? []
        : [`${about}: ${from} has no output ${output}`];
    }
    const result = input.parse(value);
    return result.ok ? [] : [`${about}: ${operation}: ${name} ${result.problem}`];
  });
}

/** The inputs and outputs of an action keep their names, and each row has a proof. */
function actionProblems(
  about: string,
  { use: [{ operation }], inputs, outputs = {} }: ComparedPart,
  operations: ReadonlyMap<string, Definition>,
): readonly string[] {
  const definition = operations.get(operation);
  const problems = (rows: Readonly<Record<string, Row>>, ours: 'inputs' | 'outputs') =>
    Object.entries(rows).flatMap(([name, row]) => {
      if (row.judgement === 'not there') return [];
      const own = row.ours ?? name;
      return [
        ...(own.includes('<') || own in (definition?.[ours] ?? {})
          ? []
          : [`${about}: ${operation} has no ${own} among its ${ours}`]),
        ...(row.proofs.length > 0 ? [] : [`${about}: ${name} has no proof`]),
      ];
    });
  return [...problems(inputs, 'inputs'), ...problems(outputs, 'outputs')];
}
