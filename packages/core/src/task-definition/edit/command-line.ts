// string-argv: splits words the way people quote them, without a shell.
import { parseArgsStringToArgv } from 'string-argv';
import { readJson } from '../../documents/read-json.ts';
import { isLandfallError } from '../../errors/landfall-error.ts';
import { type Parsed, parsed, refused } from '../../inputs/input.ts';

/**
 * A command as a JSON array (`["sh", "-c", "echo hi"]`) or as words with quotes (`sh -c "echo hi"`). Nothing is
 * expanded: `$HOME` stays `$HOME`. Backslash escapes differ between shells, so before a quote they are refused
 * in favour of JSON.
 */
export function parseWords(text: string): Parsed<readonly string[]> {
  const given = text.trim();
  if (given.startsWith('[')) return fromJson(given);
  if (/\\["'\\]/.test(given)) {
    return refused('has a backslash before a quote or a backslash: write it as a JSON array');
  }
  const open = openQuote(given);
  if (open) return refused(`has a ${open} that is not closed`);
  return parsed(parseArgsStringToArgv(given));
}

function fromJson(given: string): Parsed<readonly string[]> {
  try {
    const value = readJson(given, 'it');
    const words = Array.isArray(value) ? value : [];
    return words.every((one) => typeof one === 'string') && Array.isArray(value)
      ? parsed(words)
      : refused('must be a JSON array of strings: put numbers in quotes');
  } catch (error) {
    if (!isLandfallError(error, 'FILE_UNREADABLE')) throw error;
    return refused(`starts with "[" but is not a JSON array (${error.summary.replace(/^it, /, '')})`);
  }
}

function openQuote(text: string): string | undefined {
  let open: string | undefined;
  for (const one of text) {
    if (open === one) open = undefined;
    else if (open === undefined && (one === '"' || one === "'")) open = one;
  }
  return open;
}
