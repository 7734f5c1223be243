/**
 * One input of an operation. The same description makes the action's metadata, the README table, the CLI flag,
 * the orb parameter and the parser, so that none of them can say something else.
 */
export interface Input<T> {
  /** What a table says of the type: `string`, `boolean`, `duration`, `list`, … */
  readonly type: string;
  /** One sentence or two, ending with a full stop. */
  readonly description: string;
  /** Text form of the default, parsed by the same parser; undefined means: absent unless given. */
  readonly default?: string | undefined;
  readonly required: boolean;
  /** Bounds or the rule, in words, for tables and messages: `10s to 6h`, `12 digits`. */
  readonly rule?: string | undefined;
  /** The closed set of values, where there is one. */
  readonly choices?: readonly string[] | undefined;
  /** A value worth showing in an example. */
  readonly example?: string | undefined;
  /** True when white space alone is a value, and not the same as none. */
  readonly blank?: boolean | undefined;
  /** True when each line or item may carry a secret: its value never appears in a message. */
  readonly sensitive?: boolean | undefined;
  /** Text → value, or a sentence that completes "<input> …": `must be a duration like 90s or 10m, got "5"`. */
  parse(text: string): Parsed<T>;
}

/** An input that is absent unless given, read by a parser of its own. */
export const optional = <T>(
  type: string,
  description: string,
  parse: Input<T | undefined>['parse'],
  example?: string,
): Input<T | undefined> => ({ type, description, parse, required: false, example });

/** What the text of a value must match. */
export interface Pattern {
  /** Anchored and linear. */
  readonly expression: RegExp;
  /** The rule in words: `12 digits`. */
  readonly rule: string;
  readonly type?: string;
}

export type Parsed<T> =
  /** `warning` completes "<input> …", as a problem does; the value is used anyway. */
  | { readonly ok: true; readonly value: T; readonly warning?: string }
  | { readonly ok: false; readonly problem: string };

export const parsed = <T>(value: T, warning?: string): Parsed<T> => ({
  ok: true,
  value,
  ...(warning !== undefined && { warning }),
});
export const refused = (problem: string): Parsed<never> => ({ ok: false, problem });

export type Inputs = Readonly<Record<string, Input<unknown>>>;

/** `wait-timeout` → `waitTimeout`. */
type CamelCase<K extends string> = K extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<CamelCase<Tail>>}`
  : K;

/** The parsed values of a set of inputs, by their camelCase names. */
export type ValuesOf<I extends Inputs> = {
  readonly [K in keyof I & string as CamelCase<K>]: I[K] extends Input<infer T> ? T : never;
};

export const camelCase = (kebab: string) =>
  kebab.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
export const snakeCase = (kebab: string) => kebab.replaceAll('-', '_');
