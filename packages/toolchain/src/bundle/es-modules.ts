import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const scopes = ['@aws-sdk', '@smithy'];

/** What a package's JSON says to a bundler; the rest would be bundled, because each client reads its own version. */
const manifestKeys = ['name', 'version', 'license', 'type', 'main', 'module', 'exports', 'sideEffects'];

/**
 * Loading `node:fs/promises` takes three milliseconds of every start, and only a profile on disk needs it;
 * `promises` of `node:fs` is a getter that loads it at the first use.
 */
const edits = [
  {
    file: '@smithy/core/dist-es/submodules/config/shared-ini-file-loader/readFile.js',
    replacements: [
      ['import { readFile as fsReadFile } from "node:fs/promises"', 'import { promises } from "node:fs"'],
      ['fsReadFile(path', 'promises.readFile(path'],
    ],
  },
  {
    file: '@smithy/core/dist-es/submodules/config/shared-ini-file-loader/getSSOTokenFromFile.js',
    replacements: [
      ['import { readFile } from "node:fs/promises"', 'import { promises } from "node:fs"'],
      ['await readFile(', 'await promises.readFile('],
    ],
  },
] as const;

/**
 * Copies the AWS SDK next to the emitted JavaScript with its `node` export condition taken out. Under that
 * condition the SDK offers CommonJS, which no bundler can shake; without it, its ES modules: 0.6 MB of an ECS
 * client instead of 1.2 MB, and the unused credential providers stay in chunks that are never read.
 */
export async function preferEsModules(root: string, build: string): Promise<void> {
  for (const scope of scopes) {
    const names = (await readdir(join(root, 'node_modules', scope))).sort();
    for (const name of names) {
      const from = join(root, 'node_modules', scope, name);
      const to = join(build, 'node_modules', scope, name);
      const manifest = JSON.parse(await readFile(join(from, 'package.json'), 'utf8')) as {
        exports?: unknown;
      };
      await mkdir(to, { recursive: true });
      await cp(from, to, {
        recursive: true,
        filter: (path) =>
          !/[/\\](?:dist-types|node_modules)(?:[/\\]|$)|\.d\.ts$/.test(path.slice(from.length)),
      });
      await writeFile(join(to, 'package.json'), JSON.stringify(withoutNode(forBundler(manifest))));
    }
  }
  for (const { file, replacements } of edits) {
    const path = join(build, 'node_modules', file);
    let text = await readFile(path, 'utf8');
    for (const [from, to] of replacements) {
      // The SDK has changed: whether it still loads the module at once has to be checked again.
      if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
      text = text.replace(from, to);
    }
    await writeFile(path, text);
  }
}

const forBundler = (manifest: object) =>
  Object.fromEntries(Object.entries(manifest).filter(([key]) => manifestKeys.includes(key)));

function withoutNode(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value);
  const hasImport = entries.some(([key]) => key === 'import');
  return Object.fromEntries(
    entries
      .filter(([key, one]) => !(hasImport && key === 'node' && typeof one === 'string'))
      .map(([key, one]) => [key, withoutNode(one)]),
  );
}
