/** What the linter refuses: `overrides` of biome.json, and packages/core/pure.grit. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { packages } from './rooms.ts';

const root = join(import.meta.dirname, '../..');
const biome = join(root, 'node_modules/@biomejs/biome/bin/biome');

const noWorld = 'core knows no files, processes, network or environment: they come in as a World.';
const noRandomness = 'core has no randomness of its own: it comes from the Clock of its World.';
const noTime = 'core has no time and no randomness of its own: both come from the Clock of its World.';
const noProgram = 'core runs a pattern of a user in a context that it can end, and nothing else.';

const refused: readonly (readonly [string, string])[] = [
  ["import 'node:fs';", noWorld],
  ["import { readFile } from 'node:fs/promises';", noWorld],
  ["import { spawn } from 'node:child_process';", noWorld],
  ["import process from 'node:process';", noWorld],
  ["import { hostname } from 'node:os';", noWorld],
  ["import { connect } from 'node:net';", noWorld],
  ["import { request } from 'node:http';", noWorld],
  ["import { request } from 'node:https';", noWorld],
  ["import { setTimeout } from 'node:timers/promises';", noWorld],
  ["export const lazily = () => import('node:os');", noWorld],
  ["import { randomBytes } from 'node:crypto';", noRandomness],
  ["import { runInThisContext } from 'node:vm';", noProgram],
  ['export const token = process.env.TOKEN;', 'Do not use the global variable process.'],
  ['export const token = globalThis.process;', 'Do not use the global variable globalThis.'],
  ['setTimeout(() => {}, 5);', 'Do not use the global variable setTimeout.'],
  ['console.log(5);', 'Do not use the global variable console.'],
  ["export const page = fetch('https://example.com');", 'Do not use the global variable fetch.'],
  ['export const now = Date.now();', noTime],
  ['export const now = Date();', noTime],
  ['export const now = new Date();', noTime],
  ['export const part = Math.random();', noTime],
  ['export const id = crypto.randomUUID();', noTime],
];

const allowed: readonly string[] = [
  "import { createHash } from 'node:crypto';",
  "import { runInNewContext } from 'node:vm';",
  'export const then = new Date(5);',
  'export const most = Math.max(1, 2);',
];

/** Each package imports from each. */
const between = packages.flat().flatMap((from) =>
  packages
    .flat()
    .filter((to) => to !== from)
    .map((to) => ({ from, to })),
);
const levelOf = (name: string) => packages.findIndex((level) => (level as readonly string[]).includes(name));

/** The messages of the linter, by the file. */
let said: Map<string, string[]>;
const folder = mkdtempSync(join(tmpdir(), 'landfall-walls-'));

beforeAll(() => {
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), `${text}\n`);
  };
  cpSync(join(root, 'biome.json'), join(folder, 'biome.json'));
  write('.gitignore', '');
  mkdirSync(join(folder, 'packages/core'), { recursive: true });
  cpSync(join(root, 'packages/core/pure.grit'), join(folder, 'packages/core/pure.grit'));
  for (const [at, [text]] of refused.entries()) {
    write(`packages/core/src/refused-${at}.ts`, text);
    write(`packages/core/src/refused-${at}.test.ts`, text);
    write(`packages/core/src/testing/refused-${at}.ts`, text);
  }
  for (const [at, text] of allowed.entries()) write(`packages/core/src/allowed-${at}.ts`, text);
  for (const { from, to } of between)
    write(`packages/${from}/src/to-${to}.ts`, `import { any } from '@landfall/${to}/folder/file';\nany();`);
  const rules = ['style/noRestrictedImports', 'style/noRestrictedGlobals', 'plugin'];
  const { diagnostics } = JSON.parse(lint(folder)) as {
    readonly diagnostics: readonly {
      readonly category: string;
      readonly message: string;
      readonly location: { readonly path: string };
    }[];
  };
  said = new Map();
  for (const { category, message, location } of diagnostics) {
    if (!rules.some((rule) => category.endsWith(rule))) continue;
    said.set(location.path, [...(said.get(location.path) ?? []), message]);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function lint(cwd: string): string {
  const given = ['lint', '--reporter=json', '--max-diagnostics=none', 'packages'];
  try {
    return execFileSync(process.execPath, [biome, ...given], { cwd, encoding: 'utf8', stdio: 'pipe' });
  } catch (thrown) {
    // It found something, as it should.
    return (thrown as { readonly stdout: string }).stdout;
  }
}

describe('core', () => {
  test.each(refused.map(([text, message], at) => [text, message, at] as const))(
    'refuses %s: %s',
    (_, message, at) => {
      expect(said.get(`packages/core/src/refused-${at}.ts`)).toEqual([message]);
    },
  );

  test.each(allowed.map((text, at) => [text, at] as const))('takes %s', (_, at) => {
    expect(said.get(`packages/core/src/allowed-${at}.ts`)).toBeUndefined();
  });

  test('may do in its tests what it may not do itself', () => {
    const files = [...said.keys()].filter((path) => path.endsWith('.test.ts') || path.includes('/testing/'));
    expect(files).toEqual([]);
  });
});

test('a package imports from those below it, and from no other', () => {
  const arrows = between.filter(({ from, to }) => said.has(`packages/${from}/src/to-${to}.ts`));
  expect(arrows).toEqual(between.filter(({ from, to }) => levelOf(to) >= levelOf(from)));
});
