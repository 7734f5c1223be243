import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readLines } from './lines.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const read = (chunks: readonly Uint8Array[], limit?: number) => {
  const lines: string[] = [];
  const reader = readLines((line) => void lines.push(line), limit);
  for (const chunk of chunks) reader.write(chunk);
  reader.end();
  return lines;
};

test('a line ends at LF, CRLF or a bare CR, wherever the chunks are cut', () => {
  expect(read([bytes('a\nb\r'), bytes('\nc\rd'), bytes('\n\ne')])).toEqual(['a', 'b', 'c', 'd', '', 'e']);
});

test('B07: a line of 10 MiB is passed on truncated, and its bytes are not kept', () => {
  const chunk = bytes('x'.repeat(1024 * 1024));
  const lines = read([...Array.from({ length: 10 }, () => chunk), bytes('\nnext\n')]);
  expect(lines).toEqual([`${'x'.repeat(16_384)}… (${10 * 1024 * 1024 - 16_384} more characters)`, 'next']);
});

test('B07: bytes that are no text come out as replacement characters, and the rest is read on', () => {
  expect(read([Uint8Array.of(0xff, 0xfe, 0x41, 0x0a), bytes('ok\n')])).toEqual(['\uFFFD\uFFFDA', 'ok']);
});

test('a character cut between two chunks is read whole', () => {
  const [first, second, third] = bytes('€');
  expect(read([Uint8Array.of(first!), Uint8Array.of(second!, third!), bytes('\n')])).toEqual(['€']);
});

test('how the bytes are cut into chunks changes nothing', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('a', '\r', '\n', '€', 'bc')),
      fc.integer({ min: 1, max: 5 }),
      (parts, size) => {
        const all = bytes(parts.join(''));
        const chunks = [];
        for (let at = 0; at < all.length; at += size) chunks.push(all.slice(at, at + size));
        expect(read(chunks)).toEqual(read([all]));
      },
    ),
  );
});
