import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { escapeMarkdown, escapeMarkdownLine } from './escape-markdown.ts';
import { renderMarkdown } from './markdown.ts';
import type { PageBlock } from './page-block.ts';
import { renderText } from './text.ts';
import { withoutLoggedBlocks } from './without-logged-blocks.ts';

const same = (text: string) => text;

test.each([
  ['<script>', '&lt;script&gt;'],
  ['a|b', 'a&#124;b'],
  ['[x](javascript:1)', '&#91;x&#93;(javascript:1)'],
  ['$x$ ~~no~~', '<span>$</span>x<span>$</span> &#126;&#126;no&#126;&#126;'],
  ['see https://example.com/a_b?c=1&d=*x* now_', 'see <https://example.com/a_b?c=1&amp;d=*x>&#42; now&#95;'],
  ['https://example.com/<b>', '<https://example.com/>&lt;b&gt;'],
  ['https://user@example.com/', 'https:<wbr>//user@<wbr>example.com/'],
  ['@octocat closes #1', '@<wbr>octocat closes &#35;<wbr>1'],
  ['task_failed in 0123456789abcdef', 'task_failed in 012345<wbr>6789ab<wbr>cdef'],
  [`web@sha256:${'0'.repeat(64)}`, `web@sha256:${'0'.repeat(64)}`],
])('%s becomes %s', (text, escaped) => {
  expect(escapeMarkdown(text)).toBe(escaped);
});

test.each([
  ['- a', '&#45; a'],
  ['12. a', '12&#46; a'],
  ['    a', '&nbsp;&nbsp;&nbsp;&nbsp;a'],
  [':-:', '&#58;<wbr>-:'],
  ['a - b = 1. c', 'a - b = 1. c'],
])('a line %s becomes %s', (line, escaped) => {
  expect(escapeMarkdownLine(line)).toBe(escaped);
});

test('no text in a cell can add a cell, a row or an element', () => {
  const hostile = fc.array(
    fc.constantFrom('|', '\\', '\n', '\r', '<b>', '`', '- ', 'x', ' ', '\u2028', 'https://a.b/c|d'),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(hostile, hostile, (one, two) => {
      const block: PageBlock = { kind: 'table', head: ['a', 'b'], rows: [[one.join(''), two.join('')]] };
      const [, , row, rest] = renderMarkdown([block], same).split('\n');
      const bars = row!.replace(/\\[\s\S]/g, '').split('|').length - 1;
      expect(bars).toBe(3);
      expect(rest).toBe('');
      expect(row).not.toMatch(/<(?!br>|wbr>|https:\/\/a\.b\/c>)/);
    }),
    { numRuns: 2000, seed: 1 },
  );
});

describe('GitHub throws a summary of more than 1 MiB away', () => {
  const rows = Array.from({ length: 30_000 }, (_, at) => [`service-${at}`, 'SUCCEEDED', 'x'.repeat(30)]);

  test('M08: so a table keeps the rows that fit, and a note says that there were more', () => {
    const text = renderMarkdown(
      [
        { kind: 'heading', text: 'Deployed' },
        { kind: 'table', head: ['service', 'verdict', 'note'], rows },
        { kind: 'paragraph', text: 'end' },
      ],
      same,
      1024 * 1024,
    );
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1024 * 1024);
    expect(Buffer.byteLength(text)).toBeGreaterThan(1000 * 1024);
    expect(text).toContain('| service-0 |');
    expect(text.trimEnd().split('\n').at(-1)).toBe(
      '_The rest was omitted: a summary can have at most 1 MiB._',
    );
  });

  test('and what an earlier call wrote counts', () => {
    expect(renderMarkdown([{ kind: 'paragraph', text: 'x' }], same, 2)).toBe('');
  });
});

test('as text a table is aligned and a picture is drawn in characters', () => {
  expect(
    renderText([
      { kind: 'heading', text: 'Deployed' },
      {
        kind: 'table',
        head: ['service', 'verdict'],
        rows: [
          ['web', 'SUCCEEDED'],
          ['a longer one', 'x\ny'],
        ],
      },
      { kind: 'picture', mermaid: 'pie', text: '███░' },
      { kind: 'details', title: 'Log', blocks: [{ kind: 'code', language: 'text', text: 'exit 1' }] },
    ]),
  ).toEqual([
    '',
    'Deployed',
    '────────',
    'service       verdict',
    'web           SUCCEEDED',
    'a longer one  x y',
    '███░',
    'Log',
    '    exit 1',
  ]);
});

test('a log does not repeat in its summary what it has just shown', () => {
  const said = new Set(['web was rolled back', '→ fix it']);
  const table: PageBlock = { kind: 'table', head: ['service'], rows: [['web']] };
  expect(
    withoutLoggedBlocks(
      [
        { kind: 'heading', text: 'Deploy' },
        table,
        { kind: 'details', title: 'Service events', logged: true, blocks: [{ kind: 'list', items: ['a'] }] },
        { kind: 'heading', text: 'Deploy: ROLLED_BACK' },
        { kind: 'paragraph', text: 'web was rolled back' },
        { kind: 'code', language: 'text', text: 'web was rolled back\n→ fix it' },
      ],
      (line) => said.has(line),
    ),
  ).toEqual([{ kind: 'heading', text: 'Deploy' }, table]);
});
