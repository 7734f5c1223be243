import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { catalogue } from '@landfall/core/errors/catalogue';
import { exitCodes } from '@landfall/core/errors/exit-codes';
import { loadOperation, operationNames } from '@landfall/core/operations/index';

const root = join(import.meta.dirname, '../..');
const page = (path: string) => readFileSync(join(root, path), 'utf8');
const guide = page('docs/style.md');

/** The phrases of the left column; each is matched whole, in any case. */
const words = [...guide.slice(guide.indexOf('## Words')).matchAll(/^\| (`[^|]+) \|/gm)].flatMap(([, cell]) =>
  [...cell!.matchAll(/`([^`]+)`/g)].map(([, phrase]) => phrase!),
);
const escaped = (phrase: string) => phrase.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const whole = (phrase: string) => new RegExp(`(?<![\\w-])(?:${phrase})(?![\\w-])`, 'i');
const anyWord = whole(words.map(escaped).join('|'));
/** The sources have tens of thousands of lines: only the few that match are searched word by word. */
const listed = (text: string) =>
  anyWord.test(text) ? words.filter((word) => whole(escaped(word)).test(text)) : [];

/** The rules for when a step is green are law, and keep their wording; the guide names the words itself. */
const exempt = ['style.md', 'truth.md'];
const pages = [
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'SECURITY.md',
  ...['docs', 'docs/migrating'].flatMap((folder) =>
    readdirSync(join(root, folder))
      .filter((name) => name.endsWith('.md') && !exempt.includes(name))
      .map((name) => `${folder}/${name}`),
  ),
];

/** Files of rules that quote truth.md word for word. */
const quotesLaw = /rollouts\/chaos\/judge\/(?:green|red)\//;
const sources = ['packages', 'test'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts') && !name.includes('node_modules') && !quotesLaw.test(name))
    .map((name) => join(folder, name)),
);
/** The comment of a line, or the title of the test that it opens. */
const proseOf = (line: string) =>
  /^\s*(?:\/\*\*?|\*|\/\/(?! biome-ignore)) (.*)/.exec(line)?.[1] ??
  /^\s*(?:describe|test)(?:\.\w+)?\((['"`])(.*)\1,/.exec(line)?.[2] ??
  '';

/** The rules of the chaos judge begin with a quotation of the law. */
const withoutQuotation = (text: string) =>
  text.replace(/^\/\*\*\s(?: \* )?docs\/truth\.md[\s\S]*?\*\//, (comment) => comment.replace(/.*/g, ''));

/** `where: words` for each text with a word of the list. */
const findings = (texts: readonly (readonly [where: string, text: string])[]) =>
  texts.flatMap(([where, text]) => {
    const found = listed(text);
    return found.length > 0 ? [`${where}: ${found.join(', ')}`] : [];
  });

test('the phrases of docs/style.md are found whole', () => {
  expect(words.length).toBeGreaterThan(50);
  expect(listed('Mend the cause, and the run goes on.')).toEqual(['mend', 'goes on']);
  expect(listed('Recommend a fix; cargo only.')).toEqual([]);
  expect(proseOf('  // The run goes on.')).toBe('The run goes on.');
  expect(proseOf("  test('it goes on', () => {")).toBe('it goes on');
  expect(proseOf("  const name = 'goes on';")).toBe('');
});

test('the error catalogue has no word of the list', () => {
  const rows = Object.entries(catalogue).map(
    ([code, row]) => [code, `${row.meaning} ${row.remedy}`] as const,
  );
  const codes = Object.entries(exitCodes).map(([name, { meaning }]) => [name, meaning] as const);
  expect(findings([...rows, ...codes])).toEqual([]);
});

test.each(operationNames)('the definition of %s has no word of the list', async (name) => {
  const { title, description, promises, inputs, outputs, permissions } = await loadOperation(name);
  expect(
    findings([
      ['title', title],
      ['description', description],
      ...promises.map((promise, index) => [`promise ${index + 1}`, promise] as const),
      ...Object.entries(inputs).map(([input, { description: text }]) => [input, text] as const),
      ...Object.entries(outputs).map(([output, { description: text }]) => [output, text] as const),
      ...permissions.map(({ action, when }) => [action, when ?? ''] as const),
    ]),
  ).toEqual([]);
});

test('comments and test titles have no word of the list', () => {
  const prose = sources.flatMap((path) =>
    withoutQuotation(page(path))
      .split('\n')
      .map((line, index) => [`${path}:${index + 1}`, proseOf(line)] as const),
  );
  expect(findings(prose)).toEqual([]);
});

test.each(pages)('%s has no word of the list', (path) => {
  const lines = page(path).split('\n');
  expect(findings(lines.map((line, index) => [`line ${index + 1}`, line] as const))).toEqual([]);
});
