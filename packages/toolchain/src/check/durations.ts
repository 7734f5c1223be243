import { formatElapsed } from '@landfall/core/time/duration';

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
