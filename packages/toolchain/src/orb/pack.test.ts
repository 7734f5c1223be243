import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { packOrb } from './pack.ts';
import { reviewOrb } from './review.ts';

const made: string[] = [];
const orbWith = (files: Readonly<Record<string, string>>) => {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-pack-'));
  made.push(folder);
  for (const [path, text] of Object.entries({ '@orb.yml': 'version: 2.1\n', ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
};
afterAll(() => made.forEach((folder) => void rmSync(folder, { recursive: true })));

const command = 'steps:\n  - run:\n      name: go\n      command: << include(scripts/go.sh) >>\n';

describe('packing an orb', () => {
  test('the name of a file is the name of its component, and an include is the text of its file', async () => {
    const folder = orbWith({
      'commands/go.yml': command,
      'scripts/go.sh': 'echo go\n',
      'commands/.hidden.yml': 'x: 1',
    });
    expect(await packOrb(folder)).toEqual({
      version: 2.1,
      commands: { go: { steps: [{ run: { name: 'go', command: 'echo go\n' } }] } },
    });
  });

  test('a here-document in an included script survives the compiler, which would take << for a parameter', async () => {
    const folder = orbWith({ 'commands/go.yml': command, 'scripts/go.sh': 'cat <<END\nEND\n' });
    expect(await packOrb(folder)).toHaveProperty('commands.go.steps.0.run.command', 'cat \\<<END\nEND\n');
  });

  test.each([
    [
      'an include with something around it',
      { 'commands/go.yml': command.replace('>>', '>> && true'), 'scripts/go.sh': '' },
      'an include must be the whole value',
    ],
    [
      'a nested folder',
      { 'commands/aws/login.yml': 'steps: []' },
      'commands/aws: the first generation of the packer nests a folder here; keep it flat',
    ],
    ['an included file that is not there', { 'commands/go.yml': command }, 'ENOENT'],
    [
      'a component that two files define',
      { 'commands/go.yml': 'steps: []', 'commands/go.yaml': 'steps: []' },
      'go is defined twice',
    ],
  ])('%s is refused', async (_, files, message) => {
    await expect(packOrb(orbWith(files as unknown as Record<string, string>))).rejects.toThrow(message);
  });

  test('an unquoted `off` in an enum is a boolean, as the compiler reads it', async () => {
    const folder = orbWith({ 'commands/go.yml': 'parameters: { mode: { type: enum, enum: [off, "on"] } }' });
    expect(await packOrb(folder)).toHaveProperty('commands.go.parameters.mode.enum', [false, 'on']);
  });
});

test('the review names what the registry of orbs would complain about', () => {
  const orb = {
    description: 'short',
    commands: {
      go: { parameters: { 'a-b': {} }, steps: [{ when: { condition: 1, steps: [{ run: 'x' }] } }] },
    },
  };
  expect(reviewOrb(orb, ['@orb.yml', 'commands/go-on.yml'])).toEqual([
    '@orb.yml: display.source_url is missing',
    '@orb.yml: display.home_url is missing',
    '@orb.yml: the description has fewer than 64 characters',
    'commands/go-on.yml: the name is not snake_case',
    'commands/go: the description is missing',
    'commands/go: parameter a-b is not snake_case',
    'commands/go: parameter a-b has no description',
    'commands/go: a run has no name',
    'examples: there is none',
  ]);
});
