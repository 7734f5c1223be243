import { expect, test } from '@jest/globals';
import { parseImageList } from './image-list.ts';

test.each([
  [['ghcr.io/Acme/Web'], ['ghcr.io/acme/web']],
  [['acme/web,ghcr.io/acme/web'], ['acme/web', 'ghcr.io/acme/web']],
  [
    ['# a note', 'name=acme/web', 'name=ghcr.io/acme/web,enable=false', 'localhost:5000/web'],
    ['acme/web', 'localhost:5000/web'],
  ],
  [['acme/web,enable=true', 'acme/web'], ['acme/web']],
])('%j names %j', (lines, names) => expect(parseImageList(lines)).toEqual({ names }));

test.each([
  ['acme/web:1', 'holds "acme/web:1", which must not contain a tag or a digest; put tags in `tags`'],
  ['enable=true', 'holds "enable=true", which names no image'],
  ['acme/web,enable=yes', 'holds "acme/web,enable=yes", which has enable=yes; it is true or false'],
  [
    'acme/web,enabel=true',
    'holds "acme/web,enabel=true", which has "enabel", which is neither name nor enable (did you mean "enable"?)',
  ],
  [
    'acme/we b',
    'holds "acme/we b", which must have a repository name (lower-case letters, digits, . _ - and /), got "acme/we b"',
  ],
])('B02: %s is refused', (line, problem) => expect(parseImageList([line])).toEqual({ problem }));
