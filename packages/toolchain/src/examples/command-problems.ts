import { landfallCommands } from './commands.ts';
import { inputProblems, type Operations } from './own-uses.ts';

/** Commands beside the operations, which have rules of their own. */
const others = new Set([
  'help',
  '--help',
  'version',
  '--version',
  'explain',
  'iam-policy',
  'clean-up',
  'sandbox',
]);

/** What the command line's own flags and the operation's parser say of every `landfall …` of a shell text. */
export async function commandProblems(text: string, operations: Operations): Promise<readonly string[]> {
  const problems: string[] = [];
  for (const [name = 'help', ...argv] of landfallCommands(text)) {
    if (others.has(name) || /^[<[$…]/.test(name)) continue;
    const operation = await operations(name);
    if (!operation) {
      problems.push(`landfall ${name}: there is no such operation`);
      continue;
    }
    if (argv.includes('--help')) continue;
    const given = flagsOf(argv, (flag) => operation.inputs[flag]?.type === 'boolean');
    given.delete('output');
    problems.push(...inputProblems(operation, given));
  }
  return problems;
}

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
