import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { catalogue } from '@landfall/core/errors/catalogue';

const page = readFileSync(new URL('../../../../docs/TROUBLESHOOTING.md', import.meta.url), 'utf8');

test('docs/TROUBLESHOOTING.md says of every error code, and of no other, what is usually behind it', () => {
  const listed = [
    ...page.slice(page.indexOf('## Code by code')).matchAll(/^\| (`[A-Z_]+`(?:, `[A-Z_]+`)*) \| \S/gm),
  ]
    .flatMap(([, codes]) => codes!.split(', '))
    .map((code) => code.replaceAll('`', ''));
  expect(listed.toSorted()).toEqual(Object.keys(catalogue).toSorted());
});
