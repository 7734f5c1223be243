import type { PageBlock } from './page-block.ts';

/** A summary as lines for a log. */
export const renderText = (blocks: readonly PageBlock[]): string[] => blocks.flatMap(linesOf);

function linesOf(block: PageBlock): string[] {
  switch (block.kind) {
    case 'heading':
      return ['', block.text, '─'.repeat(Math.min(72, width(block.text)))];
    case 'paragraph':
      return block.text.split('\n');
    case 'list':
      return block.items.map((item) => `- ${item}`);
    case 'table':
      return table([block.head, ...block.rows]);
    case 'code':
      return indented(block.text.split('\n'));
    case 'picture':
      return block.text.split('\n');
    case 'details':
      return [block.title, ...indented(renderText(block.blocks))];
  }
}

function table(rows: readonly (readonly string[])[]): string[] {
  const flat = rows.map((row) => row.map((cell) => cell.replace(/\s+/g, ' ')));
  const widths: number[] = [];
  for (const row of flat) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, width(cell));
    });
  }
  return flat.map((row) =>
    row
      .map((cell, column) => cell + ' '.repeat(widths[column]! - width(cell)))
      .join('  ')
      .trimEnd(),
  );
}

const indented = (lines: readonly string[]) => lines.map((line) => `  ${line}`);
const width = (text: string) => [...text].length;
