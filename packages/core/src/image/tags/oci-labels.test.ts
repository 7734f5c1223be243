import { expect, test } from '@jest/globals';
import { ociLabels } from './oci-labels.ts';

const now = Date.UTC(2030, 0, 2, 3, 4, 5);

test('an image says which commit it was built from, where that is, when, and which version it is', () => {
  expect(ociLabels({ sha: 'abc', sourceUrl: 'https://github.com/o/n' }, '1.2.3', now, [])).toEqual([
    { name: 'org.opencontainers.image.revision', value: 'abc' },
    { name: 'org.opencontainers.image.source', value: 'https://github.com/o/n' },
    { name: 'org.opencontainers.image.created', value: '2030-01-02T03:04:05Z' },
    { name: 'org.opencontainers.image.version', value: '1.2.3' },
  ]);
});

test('where the time of the commit is known it is `created`, so that a second build gives the same image', () => {
  expect(ociLabels({ committedAt: '2029-12-31T23:00:00+02:00' }, undefined, now, [])).toEqual([
    { name: 'org.opencontainers.image.created', value: '2029-12-31T21:00:00Z' },
  ]);
});

test("a user's own label wins over ours", () => {
  const mine = { name: 'org.opencontainers.image.created', value: 'never' };
  expect(ociLabels({}, undefined, now, [mine])).toEqual([mine]);
});
