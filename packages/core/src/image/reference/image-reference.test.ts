import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatImageReference, type ImageReference, parseImageReference } from './image-reference.ts';

const digest = `sha256:${'0123456789abcdef'.repeat(4)}`;

describe('an image reference', () => {
  test.each<[string, ImageReference]>([
    ['nginx', { repository: 'nginx' }],
    ['a', { repository: 'a' }],
    ['nginx:1.27', { repository: 'nginx', tag: '1.27' }],
    ['team/app', { repository: 'team/app' }],
    ['localhost/app', { registry: 'localhost', repository: 'app' }],
    ['localhost:5000/app', { registry: 'localhost:5000', repository: 'app' }],
    ['127.0.0.1:5000/a/b:v1', { registry: '127.0.0.1:5000', repository: 'a/b', tag: 'v1' }],
    ['[::1]:5000/app:v1', { registry: '[::1]:5000', repository: 'app', tag: 'v1' }],
    [
      `012345678901.dkr.ecr.eu-west-1.amazonaws.com/team/app:v1@${digest}`,
      {
        registry: '012345678901.dkr.ecr.eu-west-1.amazonaws.com',
        repository: 'team/app',
        tag: 'v1',
        digest,
      },
    ],
  ])('%s has its parts, and they make it again', (text, reference) => {
    expect(parseImageReference(text)).toEqual({ ok: true, reference });
    expect(formatImageReference(reference)).toBe(text);
  });

  test.each([
    ['', 'must have a repository name (lower-case letters, digits, . _ - and /)'],
    [
      '--privileged',
      'must have a repository name (lower-case letters, digits, . _ - and /), got "--privileged"',
    ],
    ['-v/:/host', 'must have a repository name (lower-case letters, digits, . _ - and /), got "-v/:/host"'],
    ['app//web', 'must have a repository name (lower-case letters, digits, . _ - and /), got "app//web"'],
    [
      'host.example/',
      'must have a repository name (lower-case letters, digits, . _ - and /), got "host.example/"',
    ],
    ['App', 'must have a repository in lower case, got "App"'],
    ['host.example/App:1', 'must have a repository in lower case, got "App"'],
    ['app:', 'must have a tag of at most 128 letters, digits, . _ and -, not starting with . or -'],
    [
      `app:${'x'.repeat(129)}`,
      'must have a tag of at most 128 letters, digits, . _ and -, not starting with . or -',
    ],
    ['app@sha256:12', 'must end with a digest (sha256: and 64 hexadecimal digits) after the "@"'],
    [
      'host..example/app',
      'must have a registry host like 123456789012.dkr.ecr.eu-west-1.amazonaws.com or localhost:5000',
    ],
    ['x'.repeat(513), 'must be an image reference of at most 512 characters'],
  ])('B01, B02: %j is refused with the rule it breaks', (text, problem) => {
    expect(parseImageReference(text)).toEqual({ ok: false, problem });
  });

  test('a reference is read back into the parts it was written from', () => {
    const part = fc.stringMatching(/^[a-z0-9]{1,6}(?:(?:\.|_|__|-)[a-z0-9]{1,4}){0,2}$/);
    const reference = fc.record(
      {
        registry: fc.constantFrom(
          'localhost',
          'localhost:5000',
          '123456789012.dkr.ecr.eu-west-1.amazonaws.com',
          '[::1]:5000',
        ),
        repository: fc.array(part, { minLength: 1, maxLength: 3 }).map((parts) => parts.join('/')),
        tag: fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/),
        digest: fc.stringMatching(/^sha256:[0-9a-f]{64}$/),
      },
      { requiredKeys: ['repository'] },
    );
    fc.assert(
      fc.property(reference, (given) => {
        // Without a registry the first part must not look like one.
        fc.pre(given.registry !== undefined || !given.repository.split('/').slice(0, -1)[0]?.includes('.'));
        expect(parseImageReference(formatImageReference(given))).toEqual({ ok: true, reference: given });
      }),
    );
  });

  test('any text is parsed or refused, in linear time, and what parses comes back unchanged', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 600 }), (text) => {
        const result = parseImageReference(text);
        if (result.ok) expect(formatImageReference(result.reference)).toBe(text);
      }),
    );
  });
});
