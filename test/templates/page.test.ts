import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { renderTemplate } from '@landfall/core/template/render-template';
import { type JinjaOutcome, jinjaOutcomes } from '@landfall/toolchain/jinja/jinja';
import { describeUnless, noPython } from '../runner/requirements.ts';

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(`${root}docs/templates.md`, 'utf8');

/** The text of every fenced block of a language, in the order of the page. */
const blocks = (language: string): readonly string[] =>
  [...page.matchAll(new RegExp(`^\`\`\`${language}\\n(.*?)^\`\`\``, 'gms'))].map(([, text = '']) => text);

const variables: Record<string, unknown> = JSON.parse(blocks('json')[0] ?? '');
const templates = blocks('jinja');
const results = blocks('text').map((text) => text.replace(/\n$/, ''));
const examples = templates.map((template, at) => [template, results[at]] as const);

test('every template of docs/templates.md is followed by what it renders', () => {
  expect(results).toHaveLength(templates.length);
  expect(templates.length).toBeGreaterThan(8);
});

test.each(examples)('%s', (template, text) => {
  expect(renderTemplate(template, variables, { file: 'docs/templates.md' })).toMatchObject({ text });
});

describeUnless(noPython)('docs/templates.md', () => {
  test('renders in Jinja2 as well', async () => {
    const outcomes = await jinjaOutcomes(
      root,
      templates.map((template) => ({ template, variables })),
    );
    const texts = outcomes.map((outcome: JinjaOutcome) => ('text' in outcome ? outcome.text : outcome));
    expect(texts).toEqual(results);
  }, 120_000);
});
