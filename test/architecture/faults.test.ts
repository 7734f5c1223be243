import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';

const root = join(import.meta.dirname, '../..');
const id = /\b[LBRDTMHS]\d\d\b/g;

const testsIn = (folder: string): readonly string[] =>
  readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts') && !file.includes('node_modules'))
    .map((file) => readFileSync(join(root, folder, file), 'utf8'));

test('every fault of docs/faults.md is covered by a test, and every one that a test names is there', () => {
  const page = readFileSync(join(root, 'docs/faults.md'), 'utf8');
  const listed = [...page.matchAll(/^\| ([A-Z]\d\d) \|/gm)].map(([, name]) => name!);
  const covered = ['packages', 'test'].flatMap(testsIn).flatMap((text) => text.match(id) ?? []);
  expect(listed.toSorted()).toEqual([...new Set(covered)].toSorted());
});
