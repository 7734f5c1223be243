import { describe, expect, test } from '@jest/globals';
import { appendWhole, type FileSystem } from './append-whole.ts';

/**
 * A file on a disk that has room for this many more bytes; `someone` writes after us as soon as the disk is full.
 */
function disk(content: string, room: number, someone = '') {
  let bytes = Buffer.from(content);
  let free = room;
  const system: FileSystem = {
    fstatSync: () => ({ size: bytes.length }),
    ftruncateSync(_, size) {
      bytes = bytes.subarray(0, size);
    },
    writeSync(_, given, offset) {
      const taken = given.subarray(offset, offset + free);
      if (taken.length === 0) throw Object.assign(new Error('ENOSPC'), { code: 'ENOSPC' });
      free -= taken.length;
      bytes = Buffer.concat([bytes, taken, Buffer.from(free === 0 ? someone : '')]);
      return taken.length;
    },
  };
  return { system, content: () => bytes.toString() };
}

describe('what is appended', () => {
  test('stands behind what was there', () => {
    const { system, content } = disk('before\n', 100);
    appendWhole(0, 'déjà vu\n', system);
    expect(content()).toBe('before\ndéjà vu\n');
  });

  test.each([0, 1, 11])('is removed again as a whole when the disk is full after %i bytes', (room) => {
    const { system, content } = disk('before\n', room);
    expect(() => appendWhole(0, "export A='x y'\n", system)).toThrow('ENOSPC');
    expect(content()).toBe('before\n');
  });

  test('does not remove what someone else wrote after it', () => {
    const { system, content } = disk('before\n', 4, 'other\n');
    expect(() => appendWhole(0, "export A='x y'\n", system)).toThrow('ENOSPC');
    expect(content()).toBe('before\nexpoother\n');
  });

  test('is an error where the system takes nothing and does not say why', () => {
    const system = { ...disk('', 0).system, writeSync: () => 0 };
    expect(() => appendWhole(0, 'x', system)).toThrow('nothing was written');
  });
});
