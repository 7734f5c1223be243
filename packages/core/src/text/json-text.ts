/**
 * A value as JSON, of two spaces a level, that no reader of a log takes for anything else. Where it is printed may be
 * a runner's log: actions/runner takes `##[name]` anywhere in a line for a command (ActionCommand.cs), and a
 * terminal obeys control characters. The text means the same JSON: only escapes are added, inside strings, because
 * `#` and what cannot be printed stand nowhere else.
 */
export const jsonText = (value: unknown): string =>
  JSON.stringify(value, null, 2)
    // A runner that compares by culture skips what cannot be seen between the two.
    .replace(/#(?=[^ -~]*#)/g, escaped)
    .replace(/[\u007f-\u009f\u2028\u2029\p{Cf}]/gu, escaped);

const escaped = (text: string) =>
  Array.from(
    { length: text.length },
    (_, at) => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');
