import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const rules = readdirSync(import.meta.dirname)
  .filter((name) => !name.endsWith('.test.ts'))
  .map((name) => ({ name, text: readFileSync(join(import.meta.dirname, name), 'utf8') }));

test('the judge knows nothing of the code that it judges', () => {
  const imported = rules
    .flatMap(({ text }) => [...text.matchAll(/from '([^']+)'/g)])
    .flatMap(([, from = '']) =>
      /^(?:\.|\.\.\/\.\.\/\.\.\/rollouts\/chaos\/judge)\/(?:[a-z]+\/)?[a-z-]+\.ts$/.test(from) ? [] : [from],
    );
  expect([...new Set(imported)]).toEqual(['@aws-sdk/client-ecs']);
});

test('every rule quotes docs/truth.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../../docs/truth.md'), 'utf8');
  const quotes = rules
    .filter(({ name }) => !/^(?:judge|evidence|world)\.ts$/.test(name))
    .map(({ name, text }) => {
      const [, quote = ''] = /^\/\*\* docs\/truth\.md, `deploy-manifest`: "(.*)" \*\/$/m.exec(text) ?? [];
      return { name, isQuoted: quote !== '' && page.includes(quote) };
    });
  expect(quotes.filter(({ isQuoted }) => !isQuoted)).toEqual([]);
});
