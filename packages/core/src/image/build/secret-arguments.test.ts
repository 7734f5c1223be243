import { expect, test } from '@jest/globals';
import { looksSecret } from './secret-arguments.ts';

test.each([
  'NPM_TOKEN',
  'NPMTOKEN',
  'GITHUB_PAT',
  'npm-token',
  'DB_PASS',
  'PGPASSWORD',
  'MYAUTHZ',
  'REGISTRY_AUTH',
  'AWS_SECRET_ACCESS_KEY',
  'STRIPE_APIKEY',
  'SSH_KEY',
  'APP_SECRETS',
])('the build argument %s looks like a secret by its name', (name) => {
  expect(looksSecret({ name, value: '1' })).toBe(true);
  expect(looksSecret({ name, value: '' })).toBe(false);
});

test.each([
  'postgres://user:password@host/db',
  'https://:token@git.example/o/web',
  'glpat-abcdefghij0123456789',
  'sk_live_abcdefghij0123',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.x',
  `ghp_${'a'.repeat(36)}`,
])('the value %s looks like a secret, regardless of its name', (value) => {
  expect(looksSecret({ name: 'X', value })).toBe(true);
});

test.each([
  ['NODE_ENV', 'production'],
  ['BASE_IMAGE', 'public.ecr.aws/docker/library/node:24'],
  ['PATH_PREFIX', '/app'],
  ['MAX_TOKENS', '4096'],
  ['TOKENIZER', 'fast'],
  ['COMPASS', 'north'],
  ['BYPASS', 'true'],
  ['AUTHOR', 'Ada'],
  ['REPOSITORY', 'https://git.example:8443/o/web'],
  ['REMOTE', 'git@github.com:o/web.git'],
])('the build argument %s=%s does not', (name, value) => {
  expect(looksSecret({ name, value })).toBe(false);
});
