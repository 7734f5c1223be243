import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { boolean, choice, duration, integer, list, type Pair, pairs, text } from './kinds.ts';

const description = 'Something.';

describe('pairs', () => {
  const input = pairs({ required: true, description });
  const problemOf = (given: string) => {
    const result = input.parse(given);
    return result.ok ? undefined : result.problem;
  };

  /** Whatever the value, there is a way to write it. */
  const written = ({ name, value }: Pair) => {
    if (!value.includes('\n') && value === value.trimEnd()) return `${name}=${value}`;
    let word = 'END';
    while (value.split('\n').includes(word)) word += '_';
    return `${name}<<${word}\n${value}\n${word}`;
  };
  const name = fc
    .stringMatching(/^[A-Za-z_.-][A-Za-z0-9_./:-]{0,12}$/)
    .filter((one) => !['__proto__', 'constructor', 'prototype'].includes(one));
  // A carriage return at the end of a line belongs to the line end of a file from Windows.
  const value = fc.string({ unit: 'binary' }).filter((one) => !/[\r\0]/.test(one));
  const list = fc.uniqueArray(fc.record({ name, value }), { selector: (one) => one.name, maxLength: 6 });

  test('what is written as NAME=value lines, or as a block, is read back byte for byte', () => {
    fc.assert(
      fc.property(list, (given) => {
        expect(input.parse(given.map(written).join('\n'))).toEqual({ ok: true, value: given });
      }),
    );
  });

  test('what is written in quotes, as docker/build-push-action has it, is read back byte for byte', () => {
    const quoted = ({ name, value }: Pair) => `"${name}=${value.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(list, (given) => {
        expect(input.parse(given.map(quoted).join('\n'))).toEqual({ ok: true, value: given });
      }),
    );
    expect(problemOf('A=1\n"B=hunter2\nmore')).toBe('line 2: opens a quote that is not closed');
    expect(problemOf('"B=hunter2" x')).toBe('line 1: continues after its closing quote');
    expect(problemOf('A="quotes in a value stay"')).toBeUndefined();
  });

  test('blank lines, comments and line ends of Windows change nothing', () => {
    fc.assert(
      fc.property(list, (given) => {
        const oneLine = given.filter((one) => !written(one).includes('\n'));
        const lines = oneLine.flatMap((one) => ['', '# a note', written(one), '  ']);
        expect(input.parse(lines.join('\r\n'))).toEqual({ ok: true, value: oneLine });
      }),
    );
  });

  test('blanks at the end of a line do not belong to the value, as in the official actions, unless in quotes', () => {
    expect(input.parse('A= 1 \t\n"B= 1 "')).toEqual({
      ok: true,
      value: [
        { name: 'A', value: ' 1' },
        { name: 'B', value: ' 1 ' },
      ],
    });
  });

  test('a problem names the line and the name, never the value', () => {
    expect(problemOf('A=1\nhunter2')).toBe(
      'line 2: must be NAME=value (no "=" found); write a value of several lines as "NAME=value", in double quotes',
    );
    expect(problemOf('A=1\n\nA=hunter2')).toBe('line 3: A is set twice');
    expect(problemOf('A B=hunter2')).toBe('line 1: the name "A B" must be without spaces');
    expect(problemOf('=hunter2')).toBe('line 1: the name is empty');
    expect(problemOf('KEY<<END\nhunter2')).toBe('line 1: the block opened by <<END is not closed');
    expect(problemOf('__proto__=hunter2')).toBe('line 1: the name __proto__ is refused');
    expect(problemOf('A=hunter2\0')).toBe('line 1: the value must not contain NUL');
  });

  test('any text is pairs with names of their own, or refused', () => {
    const given = fc.array(fc.constantFrom('A', 'B', '=', '<<', 'END', '\n', '\r\n', ' ', '#', ','), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(given, (parts) => {
        const result = input.parse(parts.join(''));
        if (!result.ok) return expect(result.problem).toMatch(/^line \d+: /);
        expect(new Set(result.value.map((one) => one.name)).size).toBe(result.value.length);
      }),
    );
  });
});

test('a list is the same for every separator', () => {
  const input = list({ required: true, description });
  const items = fc.array(fc.stringMatching(/^[a-z0-9][a-z0-9._/:-]{0,12}$/), { maxLength: 8 });
  const separator = fc.constantFrom(',', '\n', '\r\n', ' , ', ',,', '\n\n  ');
  fc.assert(
    fc.property(items, separator, (given, between) => {
      expect(input.parse(given.join(between))).toEqual({ ok: true, value: given });
    }),
  );
});

test('a whole number within its bounds is read back, and no other text is one', () => {
  const input = integer({ min: -1000, max: 1000 }, { required: true, description });
  fc.assert(
    fc.property(fc.integer({ min: -2000, max: 2000 }), (number) => {
      expect(input.parse(String(number))).toEqual(
        Math.abs(number) <= 1000
          ? { ok: true, value: number }
          : { ok: false, problem: `must be from -1000 to 1000, got ${number}` },
      );
    }),
  );
  for (const given of ['', '1.0', '1e3', '0x10', '+1', '-0', '007', '1_000', 'NaN', '١']) {
    expect(input.parse(given)).toEqual({ ok: false, problem: `must be a whole number, got "${given}"` });
  }
});

test('a boolean is one of the six spellings of YAML 1.2, and nothing else', () => {
  const input = boolean({ required: true, description });
  const spellings = ['true', 'True', 'TRUE', 'false', 'False', 'FALSE'];
  expect(spellings.map((one) => input.parse(one))).toEqual(
    spellings.map((one) => ({ ok: true, value: one.toLowerCase() === 'true' })),
  );
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.constantFrom('yes', 'no', 'on', '1', '0', 'tRUE')), (given) => {
      expect(input.parse(given).ok).toBe(spellings.includes(given.trim()));
    }),
  );
});

test('a word of a choice is known whatever its case; another gets the nearest', () => {
  const input = choice(['ENABLED', 'DISABLED'], { required: true, description });
  fc.assert(
    fc.property(fc.mixedCase(fc.constantFrom('enabled', 'disabled')), (given) => {
      expect(input.parse(` ${given} `)).toEqual({ ok: true, value: given.toUpperCase() });
    }),
  );
  expect(input.parse('enable')).toEqual({
    ok: false,
    problem: 'must be one of ENABLED, DISABLED, got "enable" (did you mean "ENABLED"?)',
  });
});

test('a duration outside its bounds is refused with both bounds', () => {
  const input = duration({ min: '10s', max: '6h' }, { required: true, description });
  expect(input.parse('9s')).toEqual({ ok: false, problem: 'must be from 10s to 6h, got 9s' });
  expect(input.parse('600')).toEqual({
    ok: false,
    problem: 'must be a duration like 90s, 10m or 1h30m, got "600"',
  });
});

test('no accepted text can be an option, span lines or exceed its limit', () => {
  const input = text({ required: true, description, maxLength: 10 });
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 20 }), (given) => {
      const result = input.parse(given);
      const plain = given.trim();
      const allowed = !/[\r\n\0]/.test(plain) && !plain.startsWith('-') && plain.length <= 10;
      expect(result.ok).toBe(allowed);
      if (result.ok) expect(result.value).toBe(plain);
    }),
  );
});

describe('pairs that say so', () => {
  test('take a bare name, whose value is that of the environment', () => {
    expect(pairs({ description, bare: true }).parse('A\nB=')).toEqual({
      ok: true,
      value: [
        { name: 'A', value: '', fromEnvironment: true },
        { name: 'B', value: '' },
      ],
    });
  });

  test('end at a comma', () => {
    expect(pairs({ description, commas: true }).parse('a=A, b=B\nc=C')).toEqual({
      ok: true,
      value: [
        { name: 'a', value: 'A' },
        { name: 'b', value: 'B' },
        { name: 'c', value: 'C' },
      ],
    });
  });
});
