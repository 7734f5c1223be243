/**
 * Markdown of summaries checked against GitHub's own parser, with raw HTML allowed, and against the rules that
 * GitHub applies to the text that the parser leaves, a text node at a time, outside of `a`, `code` and `pre`
 * (html-pipeline).
 */
import { expect, test } from '@jest/globals';
import { neutralise } from '@landfall/core/text/neutralise';
import { renderMarkdown } from '@landfall/report/summary/markdown';
import type { PageBlock } from '@landfall/report/summary/page-block';
import { gitHubHtml } from '@landfall/toolchain/markdown/cmark';
import fc from 'fast-check';
import { describeUnless, noPython } from '../runner/requirements.ts';

const root = new URL('../../', import.meta.url).pathname;

interface Node {
  readonly text: string;
  /** The enclosing elements, outermost first. */
  readonly inside: readonly string[];
}

interface Page {
  /** Elements with their attributes, in order: `h3`, `a href="https://a.b"`. */
  readonly elements: readonly string[];
  readonly nodes: readonly Node[];
}

/** HTML as the parser writes it: well formed, and no `<` but of a tag. */
function read(html: string): Page {
  const elements: string[] = [];
  const nodes: Node[] = [];
  const inside: string[] = [];
  for (const [token, end, tag] of html.matchAll(/<(\/?)([^<>]*)>|[^<]+/g)) {
    if (tag === undefined) nodes.push({ text: decoded(token), inside: [...inside] });
    else if (end === '/') inside.pop();
    else {
      elements.push(tag.replace(/ ?\/$/, ''));
      if (/^(?:br|wbr|hr|img|input)\b/.test(tag))
        nodes.push({ text: tag.startsWith('br') ? '\n' : '', inside: [] });
      else inside.push(tag.split(' ')[0]!);
    }
  }
  return { elements, nodes };
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', nbsp: ' ' };
const decoded = (text: string) =>
  text.replace(/&(?:#(x?[0-9a-f]+)|(\w+));/gi, (_, code: string | undefined, name: string) =>
    code === undefined ? entities[name]! : String.fromCodePoint(Number(code.replace(/^x/i, '0x'))),
  );

/** What GitHub makes links, pictures or formulas of. */
const rules: Readonly<Record<string, RegExp>> = {
  mention: /(?:^|\W)@[a-z0-9][a-z0-9-]*/i,
  mail: /[\w.+-]+@[\w-]+\.\w/,
  issue: /#\d/,
  'GH issue': /\bGH-\d/i,
  commit: /(?:^|[^0-9a-z_])[0-9a-f]{7,40}(?![0-9a-z_])/i,
  emoji: /:[\w+-]+:/,
  address: /\w:\/\/|\bwww\./i,
  formula: /\$/,
};

const oneSpace = (text: string) => text.replace(/[\s\u00a0]+/g, ' ').trim();

/** What is wrong with a page that should be these elements and this text; nothing else links, and only to itself. */
function problems(html: string, structure: RegExp, text: string): readonly string[] {
  const { elements, nodes } = read(html);
  const found: string[] = [];
  const blocks = elements.filter((one) => !/^(?:br|wbr|span|a href="[^"]*")$/.test(one)).join(' ');
  if (!structure.test(blocks)) found.push(`elements: ${blocks}`);
  const shown = oneSpace(nodes.map((node) => node.text).join(''));
  if (shown !== oneSpace(neutralise(text))) found.push(`text: ${shown}`);
  const links = elements.flatMap((one) => /^a href="([^"]*)"$/.exec(one)?.slice(1) ?? []).map(decoded);
  const labels = nodes.filter(({ inside }) => inside.includes('a')).map((node) => node.text);
  // cmark writes brackets of an address in percent-encoding.
  const plain = (url: string) => url.replaceAll('%5B', '[').replaceAll('%5D', ']');
  if (
    JSON.stringify(links.map(plain)) !== JSON.stringify(labels.map(plain)) ||
    links.some((one) => !/^https?:\/\//i.test(one))
  )
    found.push(`links: ${links.join(' ')} as ${labels.join(' ')}`);
  for (const node of nodes) {
    if (node.inside.some((one) => ['a', 'code', 'pre'].includes(one)) || node.text === '$') continue;
    for (const [name, rule] of Object.entries(rules))
      if (rule.test(node.text)) found.push(`${name}: ${node.text}`);
  }
  return found;
}

/** A text in each place that a summary has for one. */
const places: Readonly<
  Record<string, readonly [(text: string) => PageBlock, RegExp, (text: string) => string]>
> = {
  heading: [(text) => ({ kind: 'heading', text }), /^h3$/, (text) => text],
  paragraph: [(text) => ({ kind: 'paragraph', text }), /^(?:p( p)*)?$/, (text) => text],
  list: [(text) => ({ kind: 'list', items: [text, 'end'] }), /^ul li li$/, (text) => `${text}\nend`],
  table: [
    (text) => ({ kind: 'table', head: ['a', 'b'], rows: [[text, 'end']] }),
    /^table thead tr th th tbody tr td td$/,
    (text) => `a\nb\n${text}\nend`,
  ],
  details: [
    (title) => ({ kind: 'details', title, blocks: [{ kind: 'paragraph', text: 'end' }] }),
    /^details summary p$/,
    (text) => `${text}\nend`,
  ],
  code: [
    (text) => ({ kind: 'code', language: 'text', text }),
    /^pre lang="text" code$|^pre code class="language-text"$/,
    (text) => text,
  ],
};

async function judge(texts: readonly string[]): Promise<readonly string[]> {
  const cases = texts.flatMap((text) =>
    Object.entries(places).map(([place, rest]) => ({ text, place, rest })),
  );
  const pages = await gitHubHtml(
    root,
    cases.map(({ text, rest: [block] }) => renderMarkdown([block(text)], (one) => one)),
  );
  return cases.flatMap(({ text, place, rest: [, structure, expected] }, at) =>
    problems(pages[at]!, structure, expected(text)).map(
      (problem) => `${place} ${JSON.stringify(text)}: ${problem}`,
    ),
  );
}

describeUnless(noPython)('a summary on GitHub', () => {
  test('what attackers and tools write comes out as the text it is', async () => {
    expect(
      await judge([
        'xhttps://a.b/![x](https://evil.example/p.png)',
        'xhttps://_/[Approve](https://evil.example)',
        'https://![i](https://evil.example/i.png)',
        'https://**bold**',
        'https://user:pass@host.example/x',
        'https://good.example@evil.example/',
        'https://a_b.example/',
        'https:///x',
        'see `https://docs.example/x_y`',
        'https://a.b/<id>',
        'https://a.b/x|y\\z',
        'www.example.com/a_b',
        'ftp://example.com/*',
        'mail me@example.com',
        '# heading #',
        '###',
        '\tat f_o (a[0])',
        'Error\n\n    at f_o (a[0])',
        'x\n:-:',
        'x\n---',
        'x\n===',
        '- a\n+ b\n* c\n1. d\n2) e',
        '> [!NOTE]\n> x',
        '- [ ] x',
        '[x]: https://evil.example\n[x]',
        '[^1]\n\n[^1]: note',
        '$`x`$ and $x$ and $$y$$',
        'by @octocat and @org/team, closes #1, fixes GH-2, o/r#3, o/r@0123456',
        'commit 0123456789abcdef0123456789abcdef01234567 of web@sha256:0123456',
        ':rocket: :+1: 10:31:02',
        '<img src=x> <!-- c --> <details> &amp; &#42;',
        '\\*not\\* a\\',
        '~~x~~ __y__ snake_case_name _z_',
        '```\ncode\n```',
        '| a | b |\n| - | - |',
        'https://a.b.',
        '(https://a.b/c)',
      ]),
    ).toEqual([]);
  });

  test('an address without doubt links to itself, with its query and its fragment', async () => {
    const address = 'https://eu-west-1.console.aws.amazon.com/ecs/v2/clusters/main?x=1&copy=2;y=(3)#/a_b*c~d';
    const [html] = await gitHubHtml(root, [
      renderMarkdown([{ kind: 'paragraph', text: `see ${address}.` }], (one) => one),
    ]);
    const escaped = address.replaceAll('&', '&amp;');
    expect(html).toBe(`<p>see <a href="${escaped}">${escaped}</a>.</p>\n`);
  });

  test('20,000 texts made of what Markdown and GitHub give a meaning come out as the text they are', async () => {
    const pieces = [
      'https://',
      'http://a.b',
      'https://a.b/',
      'www.a.b',
      'ftp://a.b',
      'a@b.c',
      '@user',
      '#1',
      'GH-1',
      '0123456',
      ':x:',
      '[',
      ']',
      '(',
      ')',
      '![',
      '](',
      '<',
      '>',
      '<b>',
      '<!--',
      '-->',
      '&amp;',
      '&',
      '*',
      '**',
      '_',
      '__',
      '~',
      '~~',
      '`',
      '```',
      '|',
      '\\',
      '$',
      '$$',
      '#',
      '- ',
      '+ ',
      '1. ',
      '=',
      '---',
      ':-:',
      '> ',
      '[!NOTE]',
      '[ ] ',
      '[x]: ',
      '\t',
      '    ',
      ' ',
      '\n',
      '\n\n',
      '!',
      '"',
      "'",
      '/',
      '.',
      ':',
      ';',
      '?',
      'x',
      'Xy',
      '0',
      'é',
      '\u200b',
      '%20',
    ];
    const hostile = fc
      .array(fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...pieces) }, fc.string({ maxLength: 2 })), {
        maxLength: 12,
      })
      .map((parts) => parts.join(''));
    const found = await judge(fc.sample(hostile, { numRuns: 20_000, seed: 4711 }));
    expect(found.slice(0, 20)).toEqual([]);
  }, 120_000);
});
