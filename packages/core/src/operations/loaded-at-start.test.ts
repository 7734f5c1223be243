import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { operationNames } from './index.ts';

const statically = /^(?:import|export) (?!type )[^;]*? from '([^']+)';/gms;

/** What a file imports before anything of it runs, by the paths of the files that lead there. */
async function importsOf(
  file: string,
  seen = new Map<string, string>(),
  by = '',
): Promise<Map<string, string>> {
  const way = by === '' ? file : `${by} → ${file}`;
  for (const [, to] of (await readFile(file, 'utf8')).matchAll(statically)) {
    const target = to!.startsWith('.') ? fileURLToPath(new URL(to!, `file://${file}`)) : to!;
    if (seen.has(target)) continue;
    seen.set(target, way);
    if (to!.startsWith('.')) await importsOf(target, seen, way);
  }
  return seen;
}

const importsOfSource = (path: string) => importsOf(fileURLToPath(new URL(path, import.meta.url)));

test.each(operationNames)('%s loads the YAML parser only when a document is YAML', async (name) => {
  expect((await importsOfSource(`${name}.ts`)).get('yaml')).toBeUndefined();
});

test.each(operationNames)('%s loads the templates only when a manifest has one', async (name) => {
  const paths = [...(await importsOfSource(`${name}.ts`)).keys()];
  expect(paths.filter((path) => path.includes('/src/template/'))).toEqual([]);
});

test('a file that does load it is found out', async () => {
  expect((await importsOfSource('../pipeline-files/app-spec.ts')).get('yaml')).toMatch(/app-spec\.ts$/);
});
