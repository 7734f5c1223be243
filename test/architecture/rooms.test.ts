import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  coreRooms,
  deploymentRooms,
  mayHoldMore,
  mostFiles,
  packages,
  sandboxEcsRooms,
  sandboxRooms,
  sandboxServices,
} from './rooms.ts';

const root = join(import.meta.dirname, '../..');
const core = join(root, 'packages/core/src');
const sandbox = join(root, 'packages/sandbox/src');
const specifier = /(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'/g;

const sourcesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
    .map((file) => join(folder, file));

const importsOf = (file: string): readonly string[] =>
  [...readFileSync(file, 'utf8').matchAll(specifier)].map(([, name]) => name!);

interface Arrow {
  readonly from: string;
  readonly to: string;
  /** The file, and what it imports. */
  readonly line: string;
}

/** The arrows between the rooms of a folder, each named by the first part of its path. */
function arrowsIn(folder: string): readonly Arrow[] {
  const roomOf = (path: string) => relative(folder, path).split('/')[0]!;
  return sourcesIn(folder).flatMap((file) =>
    importsOf(file)
      .filter((name) => name.startsWith('.'))
      .map((name) => ({
        from: roomOf(file),
        to: roomOf(join(dirname(file), name)),
        line: `${relative(folder, file)} imports ${name}`,
      }))
      .filter(({ from, to }) => from !== to && to !== '..'),
  );
}

/** What has no place, such as a file next to the rooms, is above all of them. */
const levelOf = (levels: readonly (readonly string[])[], room: string) => {
  const level = levels.findIndex((rooms) => rooms.includes(room));
  return level === -1 ? levels.length : level;
};

const upward = (levels: readonly (readonly string[])[], arrows: readonly Arrow[]) =>
  arrows.filter(({ from, to }) => levelOf(levels, to) >= levelOf(levels, from)).map(({ line }) => line);

describe.each([
  ['packages/core/src', core, coreRooms],
  ['packages/core/src/deployment', join(core, 'deployment'), deploymentRooms],
  ['packages/sandbox/src', sandbox, sandboxRooms],
  ['packages/sandbox/src/services', join(sandbox, 'services'), sandboxServices],
  ['packages/sandbox/src/services/ecs', join(sandbox, 'services/ecs'), sandboxEcsRooms],
])('%s', (_, folder, levels) => {
  // What tests work with, and the files next to the rooms, which are above all of them.
  const isApart = (name: string) => name === 'testing' || name.endsWith('.ts');
  const rooms = readdirSync(folder).filter((name) => !isApart(name));
  test('every room has its place', () => {
    expect(rooms.toSorted()).toEqual(levels.flat().toSorted());
  });
  test('no file imports from a room on the same level or above its own', () => {
    const arrows = arrowsIn(folder).filter(({ from }) => !isApart(from));
    expect(upward(levels, arrows)).toEqual([]);
  });
});

test('no package imports from one on the same level or above its own', () => {
  const arrows = packages.flat().flatMap((name) =>
    sourcesIn(join(root, 'packages', name, 'src'))
      .filter((file) => !file.includes('/testing/'))
      .flatMap((file) =>
        importsOf(file).flatMap((imported): Arrow[] => {
          const to = /^@landfall\/([^/]+)/.exec(imported)?.[1];
          return to === undefined || to === name
            ? []
            : [{ from: name, to, line: `${relative(root, file)} imports ${imported}` }];
        }),
      ),
  );
  expect(upward(packages, arrows)).toEqual([]);
});

test(`no folder of the sources holds more than ${mostFiles} files`, () => {
  const folders = Map.groupBy(
    packages.flat().flatMap((name) => sourcesIn(join(root, 'packages', name, 'src'))),
    dirname,
  );
  const crowded = [...folders]
    .filter(([folder, files]) => files.length > mostFiles && !mayHoldMore.includes(relative(root, folder)))
    .map(([folder, files]) => `${relative(root, folder)}: ${files.length}`);
  expect(crowded).toEqual([]);
});

test('docs/architecture.md draws every room', () => {
  const page = readFileSync(join(root, 'docs/architecture.md'), 'utf8');
  const missing = [
    ...packages,
    ...coreRooms,
    ...deploymentRooms,
    ...sandboxRooms,
    ...sandboxServices,
    ...sandboxEcsRooms,
  ]
    .flat()
    .filter((room) => !new RegExp(`\\b${room}\\b`).test(page));
  expect(missing).toEqual([]);
});
