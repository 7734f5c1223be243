import { LandfallError } from '../../errors/landfall-error.ts';
import { buildInputs } from '../../image/build/build-inputs.ts';
import type { BuildValues } from '../../image/build/build-request.ts';

/** One image of a Compose or Bake file, its build in the terms of our own inputs. */
export interface BuildTarget {
  readonly name: string;
  /** The names that the file gives the image, with their tags, as written. A variable that is not set is `unset(…)`. */
  readonly images: readonly string[];
  /** The Dockerfile, where the file has it itself. */
  readonly dockerfile?: string;
  readonly values: { readonly [K in keyof BuildValues]?: BuildValues[K] | undefined };
}

export interface BuildFile {
  readonly targets: readonly BuildTarget[];
  /** Sentences on what the file says and this step does otherwise. */
  readonly notes: readonly string[];
}

/** The target that a context is built by: `target:base`, Bake's way to say it. */
export const targetContext = (context: string) =>
  context.startsWith('target:') ? context.slice('target:'.length) : undefined;

/** Stands for a variable that is not set in the name of an image, until it is known whether that part is used. */
export const unset = (variable: string) => `\u0001${variable}\u0001`;
export const unsetIn = (text: string): string | undefined => /\u0001(.*?)\u0001/.exec(text)?.[1];

/** Without tag and digest: `registry/repository`, as written. */
export const repositoryOf = (image: string) => image.replace(/@.*$/s, '').replace(/:[^/:]*$/, '');

export type Fields = Readonly<Record<string, unknown>>;
export const isRecord = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const unreadable = (name: string, where: string, problem: string) =>
  new LandfallError('FILE_UNREADABLE', { summary: `${name}: ${where} ${problem}` });

/** `<folder>/<path>`; an absolute path and a URL stay as they are. */
export const within = (folder: string, path: string) =>
  folder === '' || path.startsWith('/') || isRemote(path) ? path : `${folder}/${path}`;
export const isRemote = (path: string) =>
  /^[a-z][a-z0-9+.-]*:\/\//i.test(path) || /^[A-Za-z0-9_.-]+@[A-Za-z0-9.-]+:/.test(path);

/**
 * Reads the fields of one target. Every value passes the parser of the input that it stands for, so that a file
 * can say nothing that an input could not. @throws FILE_UNREADABLE naming the field
 */
export function fieldsOf(file: string, where: string, fields: Fields) {
  const wrong = (field: string, problem: string) => unreadable(file, `${where}.${field}`, problem);
  const scalar = (field: string, value: unknown): string => {
    if (['string', 'number', 'boolean'].includes(typeof value)) return String(value);
    throw wrong(field, 'must be a string');
  };
  const parse = <T>(field: string, input: { parse(text: string): unknown }, text: string): T => {
    const result = input.parse(text) as { ok: true; value: T } | { ok: false; problem: string };
    if (result.ok) return result.value;
    throw wrong(field, result.problem);
  };
  const optional = <T>(field: string, read: (value: unknown) => T): T | undefined =>
    fields[field] === undefined || fields[field] === null ? undefined : read(fields[field]);
  return {
    wrong,
    /** An empty one counts as none: it may be a variable that is empty. */
    text: (field: string, input: keyof typeof buildInputs) =>
      optional(field, (value) =>
        value === '' ? undefined : parse<string>(field, buildInputs[input], scalar(field, value)),
      ),
    flag: (field: string) =>
      optional(field, (value) => {
        // A variable in a file makes a text of it.
        if (value === true || value === 'true') return true;
        if (value === false || value === 'false') return false;
        throw wrong(field, 'must be true or false');
      }),
    /** A text, or a list of strings (or of what `item` makes a text of). */
    list: (field: string, input: keyof typeof buildInputs, item?: (value: Fields) => string) =>
      optional(field, (value) => {
        const items = (Array.isArray(value) ? value : [value]).map((one) =>
          isRecord(one) && item ? item(one) : scalar(field, one),
        );
        return parse<readonly string[]>(field, buildInputs[input], items.join('\n'));
      }),
    /** A list of strings, as they are. */
    texts: (field: string): readonly string[] =>
      optional(field, (value) => [value].flat().map((one) => scalar(field, one))) ?? [],
    /** Items that were read otherwise, held to the same rules. */
    items: (field: string, input: keyof typeof buildInputs, items: readonly string[]) =>
      parse<readonly string[]>(field, buildInputs[input], items.join('\n')),
    /** A map, or a list of `name=value`. A name without a value has the one of `otherwise`, or is omitted. */
    pairs: (
      field: string,
      input: keyof typeof buildInputs,
      otherwise?: (name: string) => string | undefined,
    ) =>
      optional(field, (value) => {
        const entries: readonly [string, unknown][] = Array.isArray(value)
          ? value.map((one) => {
              const [, name, rest] = /^([^=]*)(?:=([\s\S]*))?$/.exec(scalar(field, one))!;
              return [name!, rest ?? null];
            })
          : isRecord(value)
            ? Object.entries(value)
            : [];
        if (!Array.isArray(value) && !isRecord(value)) throw wrong(field, 'must be a map or a list');
        return entries.flatMap(([name, one]) => {
          parse(field, buildInputs[input], `${name}=`);
          if (one !== null && one !== undefined) return [{ name, value: scalar(`${field}.${name}`, one) }];
          if (!otherwise) throw wrong(`${field}.${name}`, 'must have a value');
          const value = otherwise(name);
          return value === undefined ? [] : [{ name, value }];
        });
      }),
    /** What is there and not known is an error: an image built without it would be another one. */
    only: (known: readonly string[]) => {
      const unknown = Object.keys(fields).filter(
        (field) => !known.includes(field) && !field.startsWith('x-'),
      );
      if (unknown.length > 0) throw wrong(unknown[0]!, 'is not supported by this step');
    },
  };
}

/** `type=registry,ref=…` of a map; a text stays. */
export const fieldList = (value: Fields) =>
  Object.entries(value)
    .map(([name, one]) => `${name}=${String(one)}`)
    .join(',');

/** The targets whose images this one takes as contexts. */
export const basesOf = ({ values }: BuildTarget): readonly string[] =>
  (values.buildContexts ?? []).flatMap(({ value }) => targetContext(value) ?? []);

/** Each target after those that it is built on, otherwise in the file's order. @throws FILE_UNREADABLE for a circle */
export function orderTargets(targets: readonly BuildTarget[], name: string): readonly BuildTarget[] {
  const ordered: BuildTarget[] = [];
  const visit = (target: BuildTarget, path: readonly string[]) => {
    if (path.includes(target.name))
      throw unreadable(
        name,
        target.name,
        `is built on itself: ${[...path, target.name].slice(path.indexOf(target.name)).join(' → ')}`,
      );
    if (ordered.includes(target)) return;
    for (const base of basesOf(target)) {
      const found = targets.find((one) => one.name === base);
      if (found) visit(found, [...path, target.name]);
    }
    ordered.push(target);
  };
  for (const target of targets) visit(target, []);
  return ordered;
}
