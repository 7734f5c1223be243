import { expect, test } from '@jest/globals';
import { parsePep440, parseSemver } from './version-number.ts';

test.each([
  ['1.2.3', '1.2.3', false],
  ['v1.2.3', '1.2.3', false],
  ['1.2', '1.2', false],
  ['1.2.3rc2', '1.2.3rc2', true],
  ['1.2.3post1', '1.2.3.post1', true],
  ['1.2.3-1', '1.2.3.post1', true],
  ['1.2.3beta2', '1.2.3b2', true],
  ['1.2-alpha', '1.2a0', true],
  ['1.2.C_3', '1.2rc3', true],
  ['1.0dev4', '1.0.dev4', true],
  ['1!2.0.0.4', '1!2.0.0.4', false],
  ['01.02', '1.2', false],
  ['1.0+Ubuntu-1_a', '1.0+ubuntu.1.a', false],
])('PEP 440 normalises %s to %s', (text, version, prerelease) => {
  expect(parsePep440(text)).toMatchObject({ raw: text, version, prerelease });
});

test.each(['sometag', '1.2.x', '', '1..2', 'v'])('%j is not a version of PEP 440', (text) => {
  expect(parsePep440(text)).toBeUndefined();
});

test.each([
  ['v2.0.8-beta.67', { version: '2.0.8-beta.67', major: '2', minor: '0', patch: '8', prerelease: true }],
  ['1.2.3+build.5', { version: '1.2.3+build.5', prerelease: false }],
])('%s is a semantic version', (text, expected) => expect(parseSemver(text)).toMatchObject(expected));

test.each(['1.2', '1.2.03', 'v1', 'p1/v1.2.3'])('%s is not a semantic version', (text) => {
  expect(parseSemver(text)).toBeUndefined();
});
