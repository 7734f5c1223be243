import { neutralise } from '@landfall/core/text/neutralise';
import type { SummaryBlock } from '@landfall/core/world/summary';

type Redact = (text: string) => string;

/**
 * GitHub-flavoured Markdown of at most so many bytes. GitHub throws a summary of more than 1 MiB away as a whole,
 * so what does not fit is left out, with a note. Secrets go before escaping, which would disguise them.
 */
export function renderMarkdown(blocks: readonly SummaryBlock[], redact: Redact, limit = Infinity): string {
  const note = '\n_The rest was left out: a summary may have at most 1 MiB._\n';
  let text = '';
  for (const block of blocks) {
    const next = markdownOf(block, redact);
    if (bytes(text) + bytes(next) <= limit) {
      text += next;
      continue;
    }
    const room = limit - bytes(text) - bytes(note);
    return room < 0 ? '' : `${text}${markdownThatFits(block, redact, room)}${note}`;
  }
  return text;
}

/** As many rows or lines of a block as fit, by halving. */
function markdownThatFits(block: SummaryBlock, redact: Redact, room: number): string {
  const parts =
    block.kind === 'table' ? block.rows.length : block.kind === 'code' ? block.text.split('\n').length : 0;
  let fits = 0;
  for (let low = 0, high = parts; low <= high; ) {
    const middle = (low + high) >> 1;
    if (bytes(markdownOf(firstParts(block, middle), redact)) <= room) {
      fits = middle;
      low = middle + 1;
    } else high = middle - 1;
  }
  return fits > 0 ? markdownOf(firstParts(block, fits), redact) : '';
}

function firstParts(block: SummaryBlock, count: number): SummaryBlock {
  if (block.kind === 'table') return { ...block, rows: block.rows.slice(0, count) };
  if (block.kind === 'code') return { ...block, text: block.text.split('\n').slice(0, count).join('\n') };
  return block;
}

function markdownOf(block: SummaryBlock, redact: Redact): string {
  const inline = (text: string) => escapeMarkdown(redact(neutralise(redact(text))));
  const cell = (text: string) => inline(text).replaceAll('\n', '<br>');
  switch (block.kind) {
    case 'heading':
      return `### ${cell(block.text)}\n\n`;
    case 'paragraph':
      return `${inline(block.text).split('\n').map(escapeLineStart).join('  \n')}\n\n`;
    case 'list':
      return `${block.items.map((item) => `- ${escapeLineStart(cell(item))}`).join('\n')}\n\n`;
    case 'table':
      return `${row(block.head.map(cell))}${row(block.head.map(() => '---'))}${block.rows.map((one) => row(one.map(cell))).join('')}\n`;
    case 'code':
      return fenced(block.language, redact(neutralise(redact(block.text))));
    case 'picture':
      return fenced('mermaid', redact(neutralise(redact(block.mermaid))));
    case 'details':
      return `<details><summary>${cell(block.title)}</summary>\n\n${renderMarkdown(block.blocks, redact)}</details>\n\n`;
  }
}

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;

/** The fence is longer than any run of backticks inside, so the text cannot close it. */
function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language.replace(/[^a-z0-9-]/gi, '')}\n${text}\n${fence}\n\n`;
}

/** Everything that HTML or GitHub's Markdown gives a meaning; web addresses stay as they are, so that they link. */
export const escapeMarkdown = (text: string): string =>
  text
    .split(/(https?:\/\/[^\s<>"'`|\\]+)/)
    .map((part, index) => (index % 2 === 1 ? part : escapeText(part)))
    .join('');

const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
const escapeText = (text: string) =>
  text.replace(/[&<>]/g, (one) => entities[one]!).replace(/[\\`*_[\]~|$]/g, '\\$&');

/** `# `, `- `, `+ `, `=` and `1.` begin something only at the start of a line. */
const escapeLineStart = (line: string) =>
  line.replace(/^(\s*)([#+=-])/, '$1\\$2').replace(/^(\s*\d+)([.)])/, '$1\\$2');

const bytes = (text: string) => Buffer.byteLength(text);
