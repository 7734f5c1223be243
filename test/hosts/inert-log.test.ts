import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { jsonText } from '@landfall/core/text/neutralise';
import { createRedactor, printable } from '@landfall/core/text/redactor';
import { onHost } from '@landfall/hosts/testing/on-host';
import fc from 'fast-check';
import { linesOf, parseV1, parseV2, readOutput } from '../runner/github/commands.ts';
import { createMasker } from '../runner/github/masker.ts';

/** What commands are made of, what could hide one, and what a filter could put together by taking something away. */
const pieces = [
  '::',
  ':',
  '##[',
  '##',
  '#',
  '[',
  ']',
  '::set-output name=image::',
  'set-output name=image',
  'add-mask',
  'save-state name=a',
  '::stop-commands::x',
  '::x::',
  '##[add-mask]a',
  '##[group]',
  '::endgroup::',
  '::error file=a::b',
  '##vso[task.setvariable]',
  '\n',
  '\r',
  '\r\n',
  '\u0085',
  '\u2028',
  '\v',
  '\f',
  ' ',
  '\t',
  '\u00a0',
  '\u3000',
  '\u200b',
  '\ufeff',
  '\u00ad',
  '\u2060',
  '\u001b[31m',
  '\u001b]0;t\u0007',
  '\u001b]8;;',
  '\u001b',
  '\u009b',
  '\u0000',
  '\u0008',
  '\ufe0f',
  '\u034f',
  '\ud800',
  '%0A',
  '%3A%3A',
  'correct-horse',
  'text',
];
const hostile = fc
  .array(
    fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...pieces) },
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    {
      maxLength: 14,
    },
  )
  .map((parts) => parts.join(''));

const names = new Set([
  'set-output',
  'save-state',
  'add-mask',
  'stop-commands',
  'x',
  'group',
  'endgroup',
  'error',
  'set-env',
  'add-path',
  'debug',
  'warning',
  'notice',
  'echo',
  'add-matcher',
  'remove-matcher',
]);

describe('D19 B06: no text can become a command of the runner', () => {
  test('the runner finds no command in any of 120,000 hostile texts, and finds thousands in them untreated', () => {
    const redactor = createRedactor();
    redactor.add('correct-horse');
    let armed = 0;
    fc.assert(
      fc.property(hostile, (text) => {
        const { commands } = readOutput(text, createMasker());
        if (commands.length > 0) armed += 1;
        for (const line of printable(text, redactor).split(/\r\n|\r|\n/)) {
          if (parseV2(line, names) ?? parseV1(line, names)) throw new Error(`fired: ${JSON.stringify(line)}`);
        }
      }),
      { numRuns: 120_000, seed: 4711 },
    );
    expect(armed).toBeGreaterThan(5000);
  });

  test('the runner finds no command in 40,000 hostile texts as JSON, which is the same JSON', () => {
    let armed = 0;
    fc.assert(
      fc.property(hostile, hostile, (key, text) => {
        const value = { [key]: text, list: [text, { [text]: key }], '##': ['[', '#'] };
        if (readOutput(JSON.stringify(value), createMasker()).commands.length > 0) armed += 1;
        const printed = jsonText(value);
        // A runner that compares by culture does not see what is not ASCII.
        for (const line of linesOf(printed + printed.replace(/[^\n -~]/g, ''))) {
          if (parseV2(line, names) ?? parseV1(line, names)) throw new Error(`fired: ${JSON.stringify(line)}`);
        }
        if (JSON.stringify(JSON.parse(printed)) !== JSON.stringify(value)) throw new Error('another JSON');
        if (/[^\P{Cc}\n]|\p{Cf}|[\u2028\u2029]/u.test(printed)) throw new Error('not printable');
      }),
      { numRuns: 40_000, seed: 4711 },
    );
    expect(armed).toBeGreaterThan(1000);
  });

  test('all that the program writes to stdout and stderr is written by the log or by print', () => {
    const sources = ['app', 'aws', 'core', 'docker', 'hosts'].flatMap((name) =>
      readdirSync(`packages/${name}/src`, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|(?:^|\/)testing\//.test(file))
        .map((file) => join('packages', name, 'src', file)),
    );
    const direct = /\b(?:stdout|stderr)\.write\(|\bconsole\.\w+\(/;
    expect(sources.filter((file) => direct.test(readFileSync(file, 'utf8')))).toEqual([]);
  });

  test('a whole log of hostile texts holds our own commands and no other, and ends with commands on', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(hostile, { minLength: 1, maxLength: 8 }), async (texts) => {
        const { host, log } = await onHost('github');
        const own: string[] = [];
        for (const [index, text] of texts.entries()) {
          const say = [host.log.info, host.log.warning, host.log.error, host.log.output, host.log.notice][
            index % 5
          ]!;
          say(text);
          if (index % 3 === 0) {
            host.annotate({ level: 'warning', title: text, message: text });
            own.push('warning');
          }
        }
        await host.log.group(texts[0]!, async () => host.log.output(texts[0]!));
        own.push('group', 'endgroup');
        host.close();
        const reading = readOutput(log(), createMasker());
        expect(reading.commands.map(({ command }) => command)).toEqual(own);
        expect(reading.stopped).toBe(false);
      }),
      { numRuns: 300, seed: 4711 },
    );
  });

  test('B06: a commit message and a build log with commands are printed inert, and the outputs stay ours', async () => {
    const { host, log, output } = await onHost('github');
    await host.setOutput('image', 'web@sha256:1');
    host.log.info('commit: ::set-output name=image::evil');
    host.log.output(
      '::set-output name=image::evil\n##[add-mask]a\n  ::stop-commands::t\r::save-state name=x::y',
    );
    host.close();
    const reading = readOutput(log(), createMasker());
    expect(reading.commands).toEqual([]);
    expect(reading.stopped).toBe(false);
    expect(output('image')).toBe('web@sha256:1');
  });

  test('foreign output stands between a stop and a resume with an unguessable token', async () => {
    const { host, log } = await onHost('github');
    host.log.output('one');
    host.log.output('two');
    host.log.debug('ours');
    host.close();
    expect(log()).toMatch(/^::stop-commands::([0-9a-f-]{36})\n {4}one\n {4}two\n::\1::\n::debug::ours\n$/);
  });

  test.each([
    ['one line of 4 MiB', 'x'.repeat(4 * 1024 * 1024)],
    ['colons', ':'.repeat(1024 * 1024)],
    ['escapes', '\u001b]'.repeat(512 * 1024)],
    ['spaces', ' '.repeat(1024 * 1024)],
    ['hashes', '#'.repeat(1024 * 1024)],
    ['line breaks', '\r\u0085'.repeat(256 * 1024)],
  ])('is bounded in time: %s', (_, text) => {
    const redactor = createRedactor();
    redactor.add('correct-horse');
    // One that goes back over what it has read would take hours: the fuse turns that into an error.
    runInNewContext('printable(text, redactor)', { printable, text, redactor }, { timeout: 50_000 });
  });
});
