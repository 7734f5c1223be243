import { formatElapsed } from '@landfall/core/time/duration';

/** One part of `npm run check`. */
export interface Part {
  readonly name: string;
  /** Resolves with one line that says what was found in order; throws what is wrong, in full. */
  run(root: string): Promise<string>;
}

/** What is wrong, in full: printed as it is, without a stack. */
export class Failure extends Error {
  constructor(output: string) {
    super(output);
    this.name = 'Failure';
  }
}

export const failWith = (problems: readonly string[]) => {
  if (problems.length > 0) throw new Failure(problems.join('\n'));
};

/** What something took, in milliseconds. */
export interface Took {
  readonly name: string;
  readonly milliseconds: number;
}

/** A table in minutes and seconds, with the sum. */
export function durationTable(parts: readonly Took[]): readonly string[] {
  const sum = parts.reduce((all, { milliseconds }) => all + milliseconds, 0);
  const rows = [
    ['min:s', 'part'],
    ...[...parts, { name: 'all', milliseconds: sum }].map(({ name, milliseconds }) => [
      formatElapsed(Math.round(milliseconds / 1000) * 1000),
      name,
    ]),
  ];
  const width = Math.max(...rows.map(([time]) => time!.length));
  return rows.map(([time, name]) => `${time!.padStart(width)}  ${name}`);
}
