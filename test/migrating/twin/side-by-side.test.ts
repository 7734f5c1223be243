import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { migrations } from '@landfall/generator/migrating/migrations';
import { cell } from '@landfall/generator/writing/markdown';
import { peerActions } from './peer.ts';
import { scenarios } from './scenarios/scenarios.ts';

const page = readFileSync(join(import.meta.dirname, '../../../docs/migrating/side-by-side.md'), 'utf8');

test.each(scenarios)(
  'docs/migrating/side-by-side.md has the row and the reasons of $peer: $title',
  ({ title, differs = [] }) => {
    const row = page.split('\n').find((line) => line.startsWith(`| ${cell(title)} |`)) ?? '';
    expect(
      differs.filter(({ why, isGeneral }) => !(isGeneral ? page : row).includes(isGeneral ? why : cell(why))),
    ).toEqual([]);
    expect(row).not.toBe('');
  },
);

test('it compares with the versions that the pages for migrating have', () => {
  for (const { name, facts } of migrations.filter((one) => one.name in peerActions))
    expect(page).toContain(`## ${name} ${facts.version}\n`);
});
