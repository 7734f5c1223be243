/** Columns of text, the first flush left, the others flush right, two spaces between. */
export function table(rows: readonly (readonly string[])[]): string[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => (row[column] ?? '').length)),
  );
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column]!) : cell.padStart(widths[column]!)))
      .join('  ')
      .trimEnd(),
  );
}

interface Span {
  readonly name: string;
  /** Milliseconds since the start of the first span. */
  readonly start: number;
  readonly end: number;
}

/** A bar per span on one axis of time, `width` characters long. A span is never shorter than one block. */
export function timeline(spans: readonly Span[], width = 40): string[] {
  const end = Math.max(1, ...spans.map((span) => span.end));
  const at = (time: number) => Math.floor((time / end) * width);
  return table(
    spans.map((span) => {
      const from = Math.min(at(span.start), width - 1);
      const blocks = Math.max(1, at(span.end) - from);
      const bar = `${' '.repeat(from)}${'█'.repeat(blocks)}`.padEnd(width);
      return [span.name, bar, seconds(span.end - span.start)];
    }),
  );
}

/** 12_340 → `12.3 s`. */
export const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1)} s`;
