import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { importsOf, type Source, sourcesIn } from './imports.ts';
import { packages } from './rooms.ts';

const root = join(import.meta.dirname, '../..');

interface Manifest {
  readonly name: string;
  readonly exports?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

interface Workspace {
  readonly manifest: Manifest;
  readonly folder: string;
  readonly sources: readonly Source[];
}

const workspaces: readonly Workspace[] = readdirSync(join(root, 'packages')).map((name) => {
  const folder = join(root, 'packages', name);
  return {
    folder,
    manifest: JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest,
    sources: sourcesIn(join(folder, 'src')),
  };
});
const tests: Source[] = sourcesIn(join(root, 'test')).map((one) => ({ ...one, file: `test/${one.file}` }));

/** `@landfall/core/world/world` is of the package `@landfall/core`. */
const packageOf = (specifier: string) => /^(?:@[^/]+\/)?[^/]+/.exec(specifier)![0];
const isForTests = (file: string) => file.endsWith('.test.ts') || file.split('/').includes('testing');
const isExternal = ({ specifier }: { readonly specifier: string }) =>
  !specifier.startsWith('.') && !isBuiltin(specifier);

test('every package has its place in rooms.ts', () => {
  expect(readdirSync(join(root, 'packages')).toSorted()).toEqual(packages.flat().toSorted());
});

describe.each(workspaces.map((one) => [one.manifest.name, one] as const))('%s', (_, one) => {
  const { manifest, sources, folder } = one;
  const dependencies = Object.keys(manifest.dependencies ?? {});
  const devDependencies = Object.keys(manifest.devDependencies ?? {});

  test('declares what it loads as a dependency, and what tests and types need as one for development', () => {
    const missing = sources.flatMap(({ file, imports }) =>
      imports
        .filter(isExternal)
        .filter(({ specifier, typeOnly }) => {
          const declared =
            isForTests(file) || typeOnly ? [...dependencies, ...devDependencies] : dependencies;
          return !declared.includes(packageOf(specifier));
        })
        .map(({ specifier }) => `${file} imports ${specifier}`),
    );
    expect(missing).toEqual([]);
  });

  test('uses each dependency that it declares', () => {
    const loaded = sources
      .filter(({ file }) => !isForTests(file))
      .flatMap(({ imports }) => imports.filter(isExternal).map(({ specifier }) => packageOf(specifier)));
    expect(dependencies.filter((name) => !loaded.includes(name))).toEqual([]);
    // A test may start a process that imports it.
    const texts = sources.map(({ file }) => readFileSync(join(folder, 'src', file), 'utf8'));
    const isNamed = (name: string) =>
      texts.some((text) => text.includes(`'${name}'`) || text.includes(`'${name}/`));
    expect(devDependencies.filter((name) => !isNamed(name))).toEqual([]);
    expect(dependencies.filter((name) => devDependencies.includes(name))).toEqual([]);
  });

  test('exports what others import, and nothing else', () => {
    const paths = [
      ...tests,
      ...workspaces.filter((other) => other !== one).flatMap(({ sources: their }) => their),
    ]
      .flatMap(({ imports }) => imports.map(({ specifier }) => specifier))
      .filter((specifier) => packageOf(specifier) === manifest.name)
      .map((specifier) => `.${specifier.slice(manifest.name.length)}`);
    const exported = Object.entries(manifest.exports ?? {});
    expect([...new Set(paths)].filter((path) => !exported.some(([key]) => matches(key, path)))).toEqual([]);
    expect(exported.map(([key]) => key).filter((key) => !paths.some((path) => matches(key, path)))).toEqual(
      [],
    );
    const missing = exported.filter(([, file]) => !file.includes('*') && !existsSync(join(folder, file)));
    expect(missing).toEqual([]);
  });
});

/** `./testing/*` stands for every path that begins so. */
const matches = (key: string, path: string) =>
  key.endsWith('*') ? path.startsWith(key.slice(0, -1)) : path === key;

test('an import is seen in every form, and one of types alone as such', () => {
  const text = `import a, { type B } from 'a';
import type { C } from 'c';
import { type D } from 'd';
import 'e';
export * from 'f';
export { x } from 'g';
export type { L } from 'l';
const h = await import(/* webpackMode: "eager" */ 'h');
type I = typeof import('i');
const text = "import 'no import'";
`;
  const loaded = (found: ReturnType<typeof importsOf>) =>
    found.filter(({ typeOnly }) => !typeOnly).map(({ specifier }) => specifier);
  const found = importsOf(text);
  expect(loaded(found)).toEqual(['a', 'e', 'f', 'g', 'h']);
  expect(found.map(({ specifier }) => specifier)).toEqual(['a', 'c', 'd', 'e', 'f', 'g', 'l', 'h', 'i']);
});
