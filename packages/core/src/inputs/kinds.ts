/** The kinds of input. Each is strict: what is not plainly of the kind is refused, with the rule in the message. */
import { formatDuration, parseDuration } from '../time/duration.ts';
import { type Input, type Pattern, parsed, refused } from './input.ts';
import { near } from './near.ts';
import { type Pair, type PairOptions, parsePairs } from './pairs.ts';
import { shown } from './shown.ts';

export type { Pair } from './pairs.ts';

interface Common {
  readonly description: string;
  readonly example?: string;
  readonly sensitive?: boolean;
}
interface Required extends Common {
  readonly required: true;
}
interface Defaulted extends Common {
  readonly default: string;
}

/** Given `required` or a `default` the value is always there; otherwise it may be undefined. */
type ParsedValue<O, T> = O extends Required | Defaulted ? T : T | undefined;

const build = <T, O extends Common>(
  options: O,
  kind: Pick<Input<T>, 'type' | 'parse'> & Partial<Pick<Input<T>, 'rule' | 'choices'>>,
): Input<ParsedValue<O, T>> => {
  const { description, example, sensitive } = options;
  const { required, default: standard } = options as { required?: true; default?: string };
  return {
    description,
    example,
    sensitive,
    default: standard,
    required: required === true,
    ...kind,
  } as Input<ParsedValue<O, T>>;
};

/** Free text, trimmed; a leading `-` is refused everywhere, because no name may be taken for an option. */
export const text = <const O extends Common & { pattern?: Pattern; maxLength?: number; multiline?: boolean }>(
  options: O,
) =>
  build<string, O>(options, {
    type: options.pattern?.type ?? 'string',
    rule: options.pattern?.rule,
    parse: (given) => {
      const value = given.trim();
      if (value.includes('\0')) return refused('must not contain NUL');
      if (!options.multiline && /[\r\n]/.test(value)) return refused('must be a single line');
      if (value.startsWith('-')) return refused(`must not start with "-", got ${shown(value)}`);
      const limit = options.maxLength ?? 8192;
      if (value.length > limit) return refused(`must be at most ${limit} characters, got ${value.length}`);
      if (options.pattern && !options.pattern.expression.test(value)) {
        return refused(
          `must be ${options.pattern.rule}, got ${options.sensitive ? 'a value that is not' : shown(value)}`,
        );
      }
      return parsed(value);
    },
  });

/** A secret of one line. It may start with `-`, because it is never an argument, and no message shows it. */
export const secret = <const O extends Common>(options: O) =>
  build<string, O & { sensitive: true }>(
    { ...options, sensitive: true },
    {
      type: 'secret',
      parse: (given) => {
        const value = given.trim();
        return /[\r\n\0]/.test(value) ? refused('must be a single line') : parsed(value);
      },
    },
  );

/** One of a few words; case and surrounding space are forgiven, a near miss gets a suggestion elsewhere. */
export const choice = <const C extends string, const O extends Common>(choices: readonly C[], options: O) =>
  build<C, O>(options, {
    type: 'choice',
    choices,
    rule: choices.map((one) => `\`${one}\``).join(', '),
    parse: (given) => {
      const folded = given.trim().toLowerCase();
      const found = choices.find((one) => one.toLowerCase() === folded);
      return found
        ? parsed(found)
        : refused(`must be one of ${choices.join(', ')}, got ${shown(given)}${near(folded, choices)}`);
    },
  });

/** YAML 1.2's booleans and nothing else: an unknown spelling is never `false`. */
export const boolean = <const O extends Common>(options: O) =>
  build<boolean, O>(options, {
    type: 'boolean',
    parse: (given) => {
      const value = given.trim();
      if (['true', 'True', 'TRUE'].includes(value)) return parsed(true);
      if (['false', 'False', 'FALSE'].includes(value)) return parsed(false);
      return refused(`must be true or false, got ${shown(given)}`);
    },
  });

export const integer = <const O extends Common>(bounds: { min: number; max: number }, options: O) =>
  build<number, O>(options, {
    type: 'integer',
    rule: `${bounds.min} to ${bounds.max}`,
    parse: (given) => {
      const value = given.trim();
      if (!/^(?:0|-?[1-9]\d{0,14})$/.test(value))
        return refused(`must be a whole number, got ${shown(given)}`);
      const number = Number(value);
      if (number < bounds.min || number > bounds.max) {
        return refused(`must be from ${bounds.min} to ${bounds.max}, got ${number}`);
      }
      return parsed(number);
    },
  });

/** Milliseconds. Bounds are given as texts (`10s`, `6h`). */
export const duration = <const O extends Common>(bounds: { min: string; max: string }, options: O) => {
  const min = parseDuration(bounds.min)!;
  const max = parseDuration(bounds.max)!;
  return build<number, O>(options, {
    type: 'duration',
    rule: `${bounds.min} to ${bounds.max}`,
    parse: (given) => {
      const value = parseDuration(given);
      if (value === undefined)
        return refused(`must be a duration like 90s, 10m or 1h30m, got ${shown(given)}`);
      if (value < min || value > max)
        return refused(`must be from ${bounds.min} to ${bounds.max}, got ${formatDuration(value)}`);
      return parsed(value);
    },
  });
};

/**
 * Items separated by newlines or commas, trimmed, empty ones dropped. With `lines: true` only newlines separate,
 * for items that may hold a comma.
 */
export const list = <const O extends Common & { item?: Pattern; lines?: boolean; maxItems?: number }>(
  options: O,
) =>
  build<readonly string[], O>(options, {
    type: options.lines ? 'lines' : 'list',
    rule: options.item ? `each ${options.item.rule}` : undefined,
    parse: (given) => {
      const items = given
        .split(options.lines ? /\r?\n/ : /[\r\n,]+/)
        .map((one) => one.trim())
        .filter((one) => one !== '');
      const bad = items.find(
        (one) =>
          one.startsWith('-') || one.includes('\0') || (options.item && !options.item.expression.test(one)),
      );
      if (bad !== undefined) {
        return refused(
          `holds ${shown(bad)}, which is not ${options.item?.rule ?? 'allowed to start with "-"'}`,
        );
      }
      if (options.maxItems !== undefined && items.length > options.maxItems) {
        return refused(`must have at most ${options.maxItems} items, got ${items.length}`);
      }
      return parsed(items);
    },
  });

/**
 * `NAME=value` lines. The name ends at the first `=` and is trimmed; the value may hold `=`, spaces, quotes and emoji.
 * Blanks at the end of the line do not belong to it, as in the official actions. A value of several lines, or with such
 * blanks, is written `NAME<<WORD`, lines, `WORD`, or as `"NAME=value"` in quotes, with a doubled quote for one.
 * Lines that start with `#` and blank lines are skipped. A problem names the line, never the value.
 */
export const pairs = <const O extends Common & PairOptions>(options: O) =>
  build<readonly Pair[], O>(options, {
    type: 'pairs',
    rule: `\`NAME=value\`${options.bare ? ' or `NAME`' : ''}, one per line${options.commas ? ' or separated by commas' : ''}`,
    parse: (given) => parsePairs(given, options),
  });

/** A path of a file or folder, judged when it is opened (see `world/files.ts`). */
export const path = <const O extends Common>(options: O) => {
  const plain = text({ ...options, maxLength: 4096 });
  return { ...plain, type: 'path' } as typeof plain;
};
