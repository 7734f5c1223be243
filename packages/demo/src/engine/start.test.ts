import { expect, test } from '@jest/globals';
import { mountsBelow } from './start.ts';

const mountinfo = String.raw`21 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
45 21 254:0 /e/data /var/tmp/e/data rw,relatime shared:2 - ext4 /dev/vda rw
46 45 0:51 / /var/tmp/e/data/overlay2/a\040b/merged rw - overlay overlay rw
47 21 0:52 / /var/tmp/e2 rw - tmpfs tmpfs rw
`;

test('mounts below a folder come deepest first, spaces restored, and a neighbour of a like name is omitted', () => {
  expect(mountsBelow(mountinfo, '/var/tmp/e')).toEqual([
    '/var/tmp/e/data/overlay2/a b/merged',
    '/var/tmp/e/data',
  ]);
});
