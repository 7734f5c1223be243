import { neutralise } from '@landfall/core/text/neutralise';
import { escapeMarkdownInHtml, escapeMarkdownLine } from './escape-markdown.ts';
import type { PageBlock } from './page-block.ts';

type Redact = (text: string) => string;

/**
 * GitHub-flavoured Markdown of at most this many bytes. GitHub discards a summary of more than 1 MiB as a
 * whole, so what does not fit is omitted, with a note. Secrets go before escaping, which would disguise them.
 */
export function renderMarkdown(blocks: readonly PageBlock[], redact: Redact, limit = Infinity): string {
  const note = '\n_The rest was omitted: a summary can have at most 1 MiB._\n';
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
function markdownThatFits(block: PageBlock, redact: Redact, room: number): string {
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

function firstParts(block: PageBlock, count: number): PageBlock {
  if (block.kind === 'table') return { ...block, rows: block.rows.slice(0, count) };
  if (block.kind === 'code') return { ...block, text: block.text.split('\n').slice(0, count).join('\n') };
  return block;
}

function markdownOf(block: PageBlock, redact: Redact): string {
  const clean = (text: string) => redact(neutralise(redact(text)));
  const lines = (text: string) => clean(text).split('\n').map(escapeMarkdownLine);
  const oneLine = (text: string) => lines(text).join('<br>');
  switch (block.kind) {
    case 'heading':
      return `### ${oneLine(block.text)}\n\n`;
    case 'paragraph':
      return `${lines(block.text).join('  \n')}\n\n`;
    case 'list':
      return `${block.items.map((item) => `- ${oneLine(item)}`).join('\n')}\n\n`;
    case 'table':
      return `${row(block.head.map(oneLine))}${row(block.head.map(() => '---'))}${block.rows.map((one) => row(one.map(oneLine))).join('')}\n`;
    case 'code':
      return fenced(block.language, clean(block.text));
    case 'picture':
      return fenced('mermaid', clean(block.mermaid));
    case 'details':
      return `<details><summary>${escapeMarkdownInHtml(clean(block.title)).replaceAll('\n', '<br>')}</summary>\n\n${renderMarkdown(block.blocks, redact)}</details>\n\n`;
  }
}

const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |\n`;

/** The fence is longer than any run of backticks inside, so the text cannot close it. */
function fenced(language: string, text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language.replace(/[^a-z0-9-]/gi, '')}\n${text}\n${fence}\n\n`;
}

const bytes = (text: string) => Buffer.byteLength(text);
