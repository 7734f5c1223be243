/**
 * A port of the part of actions/runner that reads commands from a step's output: ActionCommand.cs (`TryParseV2`,
 * `TryParse`), ActionCommandManager.cs and OutputManager.cs, at 258d6c8.
 */
import type { Masker } from './masker.ts';

export interface ActionCommand {
  /** As registered, whatever case it was written in. */
  readonly command: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly data: string;
}

const registered = [
  'add-mask',
  'add-matcher',
  'add-path',
  'debug',
  'echo',
  'endgroup',
  'error',
  'group',
  'notice',
  'remove-matcher',
  'save-state',
  'set-env',
  'set-output',
  'warning',
];

/** .NET's Char.IsWhiteSpace, which TrimStart goes by; unlike JavaScript's `\s` it has U+0085 and not U+FEFF. */
const leadingSpace = /^[\t-\r \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;

const unescapeWith = (pairs: readonly (readonly [string, string])[]) => (text: string) =>
  pairs.reduce((unescaped, [token, replacement]) => unescaped.replaceAll(replacement, token), text);

const unescapeV1 = unescapeWith([
  [';', '%3B'],
  ['\r', '%0D'],
  ['\n', '%0A'],
  [']', '%5D'],
  ['%', '%25'],
]);
const unescapeData = unescapeWith([
  ['\r', '%0D'],
  ['\n', '%0A'],
  ['%', '%25'],
]);
const unescapeProperty = unescapeWith([
  ['\r', '%0D'],
  ['\n', '%0A'],
  [':', '%3A'],
  [',', '%2C'],
  ['%', '%25'],
]);

/** `::name key=value,key=value::data` at the start of a line. */
export function parseV2(line: string, names: ReadonlySet<string>): ActionCommand | undefined {
  const message = line.replace(leadingSpace, '');
  if (!message.startsWith('::')) return undefined;
  const end = message.indexOf('::', 2);
  if (end < 0) return undefined;
  return build(message.slice(2, end), message.slice(end + 2), ',', unescapeProperty, unescapeData, names);
}

/** `##[name key=value;key=value]data` anywhere in a line. */
export function parseV1(line: string, names: ReadonlySet<string>): ActionCommand | undefined {
  const start = line.indexOf('##[');
  if (start < 0) return undefined;
  const end = line.indexOf(']', start);
  if (end < 0) return undefined;
  return build(line.slice(start + 3, end), line.slice(end + 1), ';', unescapeV1, unescapeV1, names);
}

function build(
  info: string,
  data: string,
  separator: string,
  unescapeValue: (text: string) => string,
  unescapeAll: (text: string) => string,
  names: ReadonlySet<string>,
): ActionCommand | undefined {
  const space = info.indexOf(' ');
  const name = (space < 0 ? info : info.slice(0, space)).toLowerCase();
  if (!names.has(name)) return undefined;
  const properties: Record<string, string> = {};
  const list = space > 0 ? info.slice(space + 1).trim() : '';
  for (const pair of list.split(separator).filter((one) => one !== '')) {
    const equals = pair.indexOf('=', 1);
    if (equals > 0 && equals < pair.length - 1) {
      properties[pair.slice(0, equals).toLowerCase()] = unescapeValue(pair.slice(equals + 1));
    }
  }
  return { command: name, properties, data: unescapeAll(data) };
}

/** Lines as .NET's StreamReader.ReadLine cuts them: at CR, LF and CRLF. */
export const linesOf = (output: string): string[] => {
  const lines = output.split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
};

export interface Reading {
  /** Commands that took effect, in order; `stop-commands` and its resumption are not among them. */
  readonly commands: readonly ActionCommand[];
  /** What a person sees in the log, masked. */
  readonly log: readonly string[];
  /** Whether commands are stopped at the end of the output. */
  readonly stopped: boolean;
}

/** Reads a step's whole output as the runner does. */
export function readOutput(output: string, masker: Masker): Reading {
  const commands: ActionCommand[] = [];
  const log: string[] = [];
  let token: string | undefined;
  for (const line of linesOf(output)) {
    const names = new Set([...registered, 'stop-commands', ...(token === undefined ? [] : [token])]);
    const found = parseV2(line, names) ?? parseV1(line, names);
    if (found && token !== undefined) {
      if (found.command === token) {
        token = undefined;
        log.push(masker.mask(line));
        continue;
      }
    } else if (found?.command === 'stop-commands') {
      if (found.data === '' || names.has(found.data.toLowerCase()) || /^pause-logging$/i.test(found.data)) {
        throw new Error(`the runner refuses the stop token ${found.data}`);
      }
      token = found.data.toLowerCase();
      if (token.length > 6) masker.add(found.data);
      log.push(masker.mask(line));
      continue;
    } else if (found) {
      commands.push(found);
      if (found.command === 'add-mask') masker.addLines(found.data);
      else if (['error', 'warning', 'notice', 'group', 'endgroup'].includes(found.command)) {
        log.push(masker.mask(`##[${found.command}]${found.data}`));
      }
      continue;
    }
    log.push(masker.mask(line));
  }
  return { commands, log, stopped: token !== undefined };
}
