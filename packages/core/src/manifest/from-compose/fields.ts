import { isObject } from '../../documents/canonical.ts';
import type { Problem } from '../problem.ts';

/** The fields of a Compose service, each to be taken once: what is left has no counterpart, and is reported. */
export class ComposeFields {
  readonly #fields: Map<string, unknown>;
  readonly #report: (problem: Problem) => void;
  readonly #file: string;
  readonly path: string;

  constructor(given: unknown, path: string, file: string, report: (problem: Problem) => void) {
    const fields = isObject(given) ? Object.entries(given) : [];
    this.#fields = new Map(fields.filter(([key, value]) => value !== null && !key.startsWith('x-')));
    this.#report = report;
    this.#file = file;
    this.path = path;
  }

  take(field: string): unknown {
    const value = this.#fields.get(field);
    this.#fields.delete(field);
    return value;
  }

  text(field: string): string | undefined {
    const value = this.take(field);
    return value === undefined ? undefined : String(value);
  }

  flag(field: string): boolean {
    const value = this.take(field);
    return value === true || value === 'true';
  }

  list(field: string): readonly unknown[] {
    const value = this.take(field);
    return value === undefined ? [] : [value].flat();
  }

  /** A map in it. */
  inside(field: string): ComposeFields {
    return new ComposeFields(this.take(field), `${this.path}.${field}`, this.#file, this.#report);
  }

  /** A value that is to be converted; reported where it cannot be. */
  converted<T>(field: string, convert: (value: unknown) => T | undefined): T | undefined {
    const value = this.take(field);
    if (value === undefined) return undefined;
    const found = convert(value);
    if (found === undefined) this.note(field, `is ${JSON.stringify(value)}, which is not converted`);
    return found;
  }

  /** @param field empty for all of it */
  note(field: string, problem: string): void {
    const path = [this.path, field].filter((part) => part !== '').join('.');
    this.#report({ path, file: this.#file, level: 'warning', problem });
  }

  /** Reports what was not taken. */
  rest(hints: Readonly<Record<string, string>> = {}): void {
    for (const field of this.#fields.keys())
      this.note(field, `has no counterpart: ${hints[field] ?? 'ECS on Fargate does not have it'}`);
  }
}
