import { readFile } from 'node:fs/promises';
import { expect, test } from '@jest/globals';
import { checkManifest } from '@landfall/core/operations/check-manifest';
import { planManifest } from '@landfall/core/operations/plan-manifest';
import { fakeWorld } from '@landfall/core/testing/fake-world';
import { runReported } from '@landfall/report/run-reported';
import { parse } from 'yaml';

const page = await readFile('docs/environments.md', 'utf8');
const blocks = [...page.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language, text = '']) => ({
  language,
  text,
}));
const [manifest, definition] = blocks.map(({ text }) => text);
const files = { 'landfall.yml': manifest ?? '', 'ecs/web.json': definition ?? '' };

async function run(operation: Parameters<typeof runReported>[0], inputs: Readonly<Record<string, string>>) {
  const world = fakeWorld({ inputs, files });
  const { error, outputs } = await runReported(operation, world);
  expect(error).toBeUndefined();
  expect(world.requests).toEqual([]);
  return { outputs, lines: world.host.lines };
}

test('docs/environments.md: its manifest is accepted for every environment', async () => {
  const { outputs } = await run(checkManifest, {});
  expect(JSON.parse(outputs.environments ?? '')).toEqual(['dev', 'staging', 'production']);
});

test('docs/environments.md shows what two environments differ in', async () => {
  const { lines } = await run(planManifest, { compare: 'staging,production', image: 'web:1' });
  const shown = blocks.find(({ language }) => language === 'text')?.text;
  expect(lines.map((line) => `${line.replace(/^info: /, '')}\n`).join('')).toBe(shown);
});

test.each(['github', 'circleci', 'codebuild', 'gitlab'])(
  'docs/environments.md shows the matrix that is written for %s',
  async (matrix) => {
    const { outputs } = await run(planManifest, { matrix });
    const values = blocks.flatMap(({ text, language }) =>
      language === 'json' ? [JSON.parse(text)] : language === 'yaml' ? [parse(text)] : [],
    );
    const wanted = parse(outputs.matrix ?? '');
    if (matrix === 'circleci')
      expect(values).toContainEqual(expect.objectContaining({ version: 2.1, ...wanted }));
    else expect(values).toContainEqual(wanted);
  },
);
