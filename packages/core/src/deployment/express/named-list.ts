import { type Input, type Parsed, type Pattern, parsed, refused } from '../../inputs/input.ts';
import { isText, parseList } from '../../inputs/json-inputs.ts';
import { pairs } from '../../inputs/kinds.ts';

/** The two fields of each item in the JSON form, as the API names them: `name` and `value`, `key` and `value` … */
interface Fields<K extends string, V extends string> {
  readonly key: K;
  readonly value: V;
}

/**
 * A list of named values: `NAME=value`, one per line, or the JSON that the official action takes. The list is taken
 * as a whole, so an empty one (`[]`) is a value: nothing is left.
 */
export const namedList = <K extends string, V extends string>(
  fields: Fields<K, V>,
  options: { readonly description: string; readonly example: string; name: Pattern; sensitive?: true },
): Input<readonly Readonly<Record<K | V, string>>[] | undefined> => ({
  type: 'pairs',
  rule: `\`NAME=value\`, one per line, or JSON \`[{"${fields.key}": …, "${fields.value}": …}]\``,
  required: false,
  description: options.description,
  example: options.example,
  sensitive: options.sensitive,
  parse: (given) =>
    given.trim().startsWith('[')
      ? fromJson(given, fields, options.name)
      : fromLines(given, fields, options.name),
});

type Item<K extends string, V extends string> = Readonly<Record<K | V, string>>;

function fromLines<K extends string, V extends string>(
  given: string,
  fields: Fields<K, V>,
  name: Pattern,
): Parsed<readonly Item<K, V>[]> {
  const lines = pairs({ description: '', name }).parse(given);
  if (!lines.ok) return lines;
  return parsed(
    (lines.value ?? []).map(
      (pair) => ({ [fields.key]: pair.name, [fields.value]: pair.value }) as Item<K, V>,
    ),
  );
}

function fromJson<K extends string, V extends string>(
  given: string,
  { key, value }: Fields<K, V>,
  name: Pattern,
): Parsed<readonly Item<K, V>[]> {
  const list = parseList<Item<K, V>>(
    given,
    { [key]: [isText, 'a string'], [value]: [isText, 'a string'] },
    key,
  );
  if (!list.ok) return list;
  const names = list.value.map((item) => item[key]);
  for (const [index, item] of list.value.entries()) {
    const at = `item ${index + 1}:`;
    if (item[value] === undefined) return refused(`${at} has no "${value}"`);
    if (!name.expression.test(item[key])) return refused(`${at} "${key}" must be ${name.rule}`);
    if (names.indexOf(item[key]) < index) return refused(`${at} ${item[key]} is set twice`);
  }
  return list;
}
