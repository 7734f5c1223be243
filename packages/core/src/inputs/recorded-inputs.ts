import type { Inputs } from './input.ts';

/** Kinds of input with several values, any of which may hold a secret. */
const several: ReadonlySet<string> = new Set(['list', 'lines', 'pairs', 'command', 'JSON']);
/** A line, and no address with a login in it. */
const isPlain = (value: string) => !/[\r\n]|:\/\/[^/]*@/.test(value);

/** The inputs that the record of a run shows: those of a single value that were given, without sensitive ones. */
export const recordedInputs = (
  definitions: Inputs,
  given: ReadonlyMap<string, string>,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries(definitions).flatMap(([name, { type, sensitive }]) => {
      const value = given.get(name)?.trim();
      const isShown = value !== undefined && !sensitive && !several.has(type) && isPlain(value);
      return isShown ? [[name, value]] : [];
    }),
  );
