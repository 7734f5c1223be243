import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe } from '@landfall/core/errors/describe';
import { loadOperation, operationNames } from '@landfall/core/operations/index';
import type { Definition } from './definition/definition.ts';
import { manifestPage } from './docs/manifest-page.ts';
import { manifestSchema } from './docs/manifest-schema.ts';
import { recordSchema } from './docs/record-schema.ts';
import { generate, isGenerated } from './generate.ts';
import { migrations } from './migrating/migrations.ts';
import { type Drift, driftOf, unifiedDiff } from './writing/drift.ts';
import { fillBlock } from './writing/fill-block.ts';
import { cell, table } from './writing/markdown.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));
const homes = ['actions', 'orbs/landfall', 'docs'];

/** The generated files in the tree, and the files that generated ones would replace. */
async function filesInTree(wanted: ReadonlyMap<string, string>): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const home of homes) {
    const entries = await readdir(join(root, home), { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (!entry.isFile()) continue;
      const path = relative(root, join(entry.parentPath, entry.name));
      const text = await readFile(join(root, path), 'utf8');
      if (wanted.has(path) || isGenerated(path, text)) found.set(path, text);
    }
  }
  return found;
}

async function testSources(): Promise<Map<string, string>> {
  const paths = (await readdir(join(root, 'test'), { recursive: true })).filter((path) =>
    path.endsWith('.ts'),
  );
  return new Map(
    await Promise.all(
      paths.map(async (path) => [`test/${path}`, await readFile(join(root, 'test', path), 'utf8')] as const),
    ),
  );
}

async function main(argv: readonly string[]): Promise<number> {
  const unknown = argv.find((argument) => argument !== '--check');
  if (unknown !== undefined) {
    console.error(`npm run generate [-- --check]; got "${unknown}"`);
    return 2;
  }
  const definitions = await Promise.all(operationNames.map(loadOperation));
  const readme = await readFile(join(root, 'README.md'), 'utf8');
  const wanted = new Map([
    ...generate(definitions, await testSources(), migrations),
    ['README.md', fillBlock(readme, 'operations', operationsTable(definitions))],
    ['docs/record.schema.json', await recordSchema(root)],
    ['docs/landfall.schema.json', manifestSchema()],
    ['docs/manifest.md', manifestPage(await readFile(join(root, 'examples/manifest/landfall.yml'), 'utf8'))],
  ]);
  const drift = driftOf(new Map([...(await filesInTree(wanted)), ['README.md', readme]]), wanted);
  if (!argv.includes('--check')) {
    await writeFiles(root, drift);
    console.log(`${wanted.size} files generated, ${drift.length} of them changed`);
    return 0;
  }
  if (drift.length === 0) {
    console.log(`${wanted.size} generated files match the definitions`);
    return 0;
  }
  console.log(unifiedDiff(drift));
  console.error(`${drift.length} generated files differ from the definitions; run: npm run generate`);
  return 1;
}

/** The README's table of every operation, in the order of a pipeline. */
const operationsTable = (definitions: readonly Definition[]) =>
  table(
    ['Operation', 'What it does', 'Policy'],
    definitions.map(({ name, description }) => [
      `[\`${name}\`](actions/${name}/README.md)`,
      cell(description),
      `[IAM](docs/iam/${name}.json)`,
    ]),
  );

/** Makes the tree what the drift's wanted side says: writes what differs, removes what nothing generates. */
async function writeFiles(root: string, drift: readonly Drift[]): Promise<void> {
  for (const { path, wanted } of drift) {
    const file = join(root, path);
    if (wanted === undefined) await rm(file);
    else {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, wanted);
    }
  }
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (thrown) {
  console.error(describe(thrown));
  process.exitCode = 1;
}
