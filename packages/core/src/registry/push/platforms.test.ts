import { expect, test } from '@jest/globals';
import { missingPlatforms } from './platforms.ts';

test.each([
  ['linux/amd64,linux/arm64', 'linux/amd64,linux/arm64', []],
  ['linux/amd64', 'linux/arm64', ['linux/arm64']],
  ['linux/amd64', 'linux/amd64,linux/arm64', ['linux/arm64']],
  ['linux/amd64,linux/arm64/v8,linux/arm/v7', 'linux/x86_64,linux/aarch64,linux/arm', []],
  ['linux/arm/v6', 'linux/arm/v7', ['linux/arm/v7']],
  ['linux/amd64', 'linux/amd64,linux/x86_64', []],
  ['linux/amd64', 'local', []],
])('an image for %s, requested %s, lacks %j', (held, asked, missing) => {
  expect(missingPlatforms(held.split(','), asked.split(','))).toEqual(missing);
});
