import { policyOfFlags } from '@landfall/app/commands/trust-policy';
import type { Operation } from '@landfall/core/operation/operation';
import { inputProblems, type Operations } from './own-uses.ts';

/** Commands besides the operations, which have rules of their own. */
const others = new Set(['help', '--help', 'version', '--version', 'explain', 'clean-up', 'sandbox']);

/** What the command line's own flags and the operation's parser say of every `landfall …` of a shell text. */
export async function commandProblems(text: string, operations: Operations): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const [name = 'help', ...argv] of landfallCommands(text)) {
    if (others.has(name) || /^[<[$…]/.test(name)) continue;
    const isPolicy = name === 'iam-policy';
    const [about = '', ...flags] = isPolicy ? argv : [name, ...argv];
    if (isPolicy && /^(?:[<[$…]|$)/.test(about)) continue;
    if (isPolicy && about.startsWith('--')) {
      problems.push(...policyProblems(undefined, argv));
      continue;
    }
    const operation = await operations(about);
    if (!operation) {
      problems.push(`landfall ${about}: there is no such operation`);
      continue;
    }
    if (flags.includes('--help')) continue;
    if (isPolicy) {
      problems.push(...policyProblems(operation, flags));
      continue;
    }
    const given = flagsOf(argv, (flag) => operation.inputs[flag]?.type === 'boolean');
    given.delete('output');
    problems.push(...inputProblems(operation, given));
  }
  return problems;
}

const policyProblems = (operation: Operation | undefined, argv: readonly string[]): readonly string[] => {
  try {
    policyOfFlags(operation, argv);
    return [];
  } catch (error) {
    return [`iam-policy ${operation?.name ?? '--trust'}: ${(error as Error).message}`];
  }
};

/** `--a b --c=d --e` → a: b, c: d, e: true (where `e` is boolean). */
function flagsOf(argv: readonly string[], isBoolean: (flag: string) => boolean): Map<string, string> {
  const flags = new Map<string, string>();
  for (let at = 0; at < argv.length; at += 1) {
    const found = /^--([^=]+)(?:=([\s\S]*))?$/.exec(argv[at]!);
    if (!found) {
      flags.set(argv[at]!, argv[at]!);
      continue;
    }
    const [, flag = '', attached] = found;
    const next = argv[at + 1];
    if (attached !== undefined) flags.set(flag, attached);
    else if (next === undefined || next.startsWith('--')) flags.set(flag, isBoolean(flag) ? 'true' : '');
    else {
      flags.set(flag, next);
      at += 1;
    }
  }
  return flags;
}

/** The words of every `landfall …` command of a shell text: continuation lines joined, quotes removed, comments dropped. */
export function landfallCommands(text: string): readonly (readonly string[])[] {
  return text
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.replace(/^\s*(?:[$>]\s+)?/, ''))
    .filter((line) => /^(?:npx\s+)?landfall(?:\s|$)/.test(line))
    .map((line) => words(line).slice(line.startsWith('npx') ? 2 : 1));
}

/** The words of one simple command, as a POSIX shell splits it; substitutions stay the text they are. */
function words(line: string): readonly string[] {
  const found: string[] = [];
  const word = /(?:[^\s"'\\#|&;<>]|\\.|"(?:[^"\\]|\\.)*"|'[^']*'|(?<=\S)#)+|[#|&;<>]/g;
  for (const [token] of line.matchAll(word)) {
    if (/^[#|&;<>]$/.test(token)) break;
    found.push(
      token.replace(
        /"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/g,
        (_, double, single, escaped) => double ?? single ?? escaped,
      ),
    );
  }
  return found;
}
