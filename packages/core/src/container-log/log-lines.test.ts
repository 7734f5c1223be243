import { describe, expect, test } from '@jest/globals';
import { emptyLog, showMessages } from './log-lines.ts';

const caps = { linesPerLook: 3, lines: 5, characters: 100, tail: 2 };

describe('what is shown of a log', () => {
  test('messages of several lines become lines, without their last line break', () => {
    expect(showMessages(emptyLog, ['a\n', 'b\r\nc'], caps, 'there').lines).toEqual(['a', 'b', 'c']);
  });

  test('a burst is truncated with a notice, and the next read shows lines again', () => {
    const first = showMessages(emptyLog, ['1', '2', '3', '4', '5'], caps, 'there');
    expect(first.lines).toEqual(['1', '2', '3']);
    expect(first.note).toBe('… 2 lines (2 characters) of a burst are not shown; they are in there');
    const second = showMessages(first.state, ['6'], caps, 'there');
    expect(second).toMatchObject({ lines: ['6'] });
    expect(second.state).toMatchObject({ shownLines: 4, hiddenLines: 2, full: false });
  });

  test('once the total limit is reached, that is reported once and only the tail is kept', () => {
    const first = showMessages(emptyLog, ['1', '2', '3'], caps, 'there');
    const second = showMessages(first.state, ['4', '5', '6'], caps, 'there');
    expect(second.lines).toEqual(['4', '5']);
    expect(second.note).toBe(
      '… the log is longer than what is shown here (5 lines or 100 characters); all of it is in there',
    );
    const third = showMessages(second.state, ['7', '8'], caps, 'there');
    expect(third).toEqual({
      lines: [],
      state: { ...second.state, hiddenLines: 3, hiddenCharacters: 3, tail: ['7', '8'] },
    });
  });

  test('one line longer than all that may be shown is not shown', () => {
    expect(showMessages(emptyLog, ['x'.repeat(101)], caps, 'there')).toMatchObject({
      lines: [],
      state: { full: true, hiddenLines: 1 },
    });
  });
});
