/**
 * Makes untrusted text (service events, container logs, build output, commit messages) inert for a runner that
 * reads commands from its log. On GitHub a line is a command when, trimmed, it starts with `::`, or when it
 * holds `##[name` anywhere; lines end at CR, LF or CRLF (actions/runner, ActionCommand.cs). Azure's `##vso[` is
 * broken too. Control and format characters go first, because a runner that compares by culture ignores them.
 */

const lineLimit = 8192;

/** Keeps line breaks (as LF); every line comes out inert and at most 8,192 characters long. */
export function neutralise(text: string): string {
  return stripAnsi(text)
    .replace(/\r\n?|[\u2028\u2029\u0085\v\f]/g, '\n')
    .replace(/[^\P{Cc}\n\t]|\p{Cf}|\p{Cs}/gu, '')
    .split('\n')
    .map(inertLine)
    .join('\n');
}

function inertLine(line: string): string {
  const capped =
    line.length > lineLimit ? `${line.slice(0, lineLimit)}… (${line.length - lineLimit} more)` : line;
  return capped.replace(/##(?=\s*(?:\[|vso\[))/gi, '# #').replace(/^([\s\p{Z}]*):(?=:)/u, `$1:${' '}`);
}

/** CSI, OSC and two-character escapes (ECMA-48). */
const stripAnsi = (text: string) =>
  text.replace(
    /[\u001b\u009b](?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\-_])?/g,
    '',
  );

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
