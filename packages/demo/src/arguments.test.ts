import { expect, test } from '@jest/globals';
import { parseArguments, usage } from './arguments.ts';

test('without arguments nothing breaks and nothing is kept', () => {
  expect(parseArguments([])).toEqual({ keep: false, help: false });
});

test('--break takes one of the modes', () => {
  expect(parseArguments(['--break', 'health'])).toEqual({ break: 'health', keep: false, help: false });
});

test('an unknown mode is refused with the modes and the nearest', () => {
  expect(() => parseArguments(['--break', 'migratoin'])).toThrow(
    '--break must be one of image, exit, health, migration, rollback, got "migratoin" (did you mean "migration"?)',
  );
});

test('--strategy takes one of the strategies, and an unknown one is refused with the nearest', () => {
  expect(parseArguments(['--strategy', 'canary', '--break', 'exit'])).toEqual({
    break: 'exit',
    strategy: 'canary',
    keep: false,
    help: false,
  });
  expect(() => parseArguments(['--strategy', 'canari'])).toThrow(
    '--strategy must be one of blue-green, canary, linear, got "canari" (did you mean "canary"?)',
  );
});

test('an unknown option is refused', () => {
  expect(() => parseArguments(['--brake', 'exit'])).toThrow("Unknown option '--brake'");
});

test('the help names every mode', () => {
  for (const mode of ['image', 'exit', 'health', 'migration', 'rollback'])
    expect(usage).toContain(`  ${mode}  `);
});

test('--folder says where the results go, and an empty one is refused', () => {
  expect(parseArguments(['--folder', 'out'])).toEqual({ folder: 'out', keep: false, help: false });
  expect(() => parseArguments(['--folder', ''])).toThrow('--folder needs a path');
});
