import { asLandfallError } from '@landfall/core/errors/as-landfall-error';
import { exitCodes } from '@landfall/core/errors/exit-codes';
import { LandfallError } from '@landfall/core/errors/landfall-error';
import { near } from '@landfall/core/inputs/near';
import { loadOperation, type OperationName, operationNames } from '@landfall/core/operations/index';
import { refusalRecord } from '@landfall/core/record/recorder';
import { type CommandName, commandHelp, commandNames } from './commands/commands.ts';
import { checkNode } from './node-version.ts';
import { print, printJson } from './program/print.ts';
import { version } from './version.ts';

/** `landfall …`. Each command loads only what it needs; the process ends with an exit code of the catalogue. */
export async function main(process: NodeJS.Process): Promise<void> {
  try {
    await dispatch(process);
  } catch (thrown) {
    // What a command did not report itself; an operation reports everything it meets.
    const error = asLandfallError(thrown);
    const { code, summary, details, remedy, exitCode } = error;
    print(
      process.stderr,
      `${[`${code}: ${summary}`, ...details.map((line) => `  ${line}`)].join('\n')}\n→ ${remedy}\n`,
    );
    await printRefusal(process, error);
    process.exitCode = exitCode;
  }
}

/** With `--output json`, stdout holds exactly one document, even where no operation started. */
async function printRefusal(process: NodeJS.Process, error: LandfallError): Promise<void> {
  const argv = process.argv.slice(2);
  if (!argv.includes('--output=json') && argv[argv.indexOf('--output') + 1] !== 'json') return;
  const start = { landfall: version, operation: argv[0] ?? '', title: '', inputs: {} };
  await printJson(process.stdout, refusalRecord(start, Date.now(), error));
}

async function dispatch(process: NodeJS.Process): Promise<void> {
  const [word, ...rest] = asCommand(process.argv.slice(2));
  const show = (text: string) => print(process.stdout, text);
  const refuse = async (summary: string) => {
    print(process.stderr, `${summary}\n`);
    await printRefusal(process, new LandfallError('INPUT_INVALID', { summary }));
    process.exitCode = exitCodes.invalid.code;
  };
  // `landfall --help | head -1` closes the pipe early; there is no one to tell.
  process.stdout.on('error', () => {});
  checkNode(process.versions.node, process.execPath);

  if (isOperation(word)) {
    const { runOperation } = await import('./program/run-operation.ts');
    return runOperation(word, rest, process);
  }
  if (word !== 'sandbox' && isCommand(word) && rest.some(isHelpFlag)) {
    const [about] = rest;
    if (word !== 'iam-policy' || !isOperation(about ?? '')) return show(commandHelp(word));
    const { iamPolicyHelp } = await import('./commands/iam-policy.ts');
    return show(iamPolicyHelp(await loadOperation(about as OperationName)));
  }
  switch (word) {
    case 'help': {
      const { help } = await import('./commands/help.ts');
      return show(await help());
    }
    case 'init': {
      const { init } = await import('./commands/init/init.ts');
      return init(rest, process);
    }
    case 'version':
      return show(`${version}\n`);
    case 'explain': {
      const { explain, unknownCode } = await import('./commands/explain.ts');
      const text = explain(rest[0] ?? '');
      return text === undefined ? refuse(unknownCode(rest[0] ?? '(nothing)')) : show(text);
    }
    case 'iam-policy': {
      const [name = '', ...flags] = rest;
      const { policyOfFlags } = await import('./commands/trust-policy.ts');
      if (name.startsWith('--')) return show(policyOfFlags(undefined, rest));
      if (!isOperation(name)) return refuse(unknownWord(name, operationNames, 'operation'));
      return show(policyOfFlags(await loadOperation(name), flags));
    }
    case 'clean-up': {
      const wrong = rest.find((name) => !isOperation(name));
      if (wrong !== undefined) return refuse(unknownWord(wrong, operationNames, 'operation'));
      const { cleanUp } = await import('./commands/clean-up.ts');
      return cleanUp(rest.filter(isOperation), process);
    }
    case 'sandbox': {
      const { sandboxCommand } = await import('@landfall/sandbox/command');
      process.exitCode = await sandboxCommand(rest, process.env);
      return;
    }
    default:
      return refuse(unknownWord(word, [...operationNames, ...commandNames], 'command'));
  }
}

const isHelpFlag = (word: string) => word === '--help' || word === '-h';

/** `landfall`, `--help` and `--version` as commands; `help deploy-service` is `deploy-service --help`. */
function asCommand([word = 'help', ...rest]: readonly string[]): readonly [string, ...string[]] {
  if (word === '--version') return ['version'];
  if (isHelpFlag(word)) return ['help'];
  const [about] = rest;
  return word === 'help' && about !== undefined && !isHelpFlag(about) ? [about, '--help'] : [word, ...rest];
}

const isCommand = (word: string): word is CommandName => (commandNames as readonly string[]).includes(word);

const isOperation = (word: string): word is OperationName =>
  Object.hasOwn(Object.fromEntries(operationNames.map((name) => [name, true])), word);

const unknownWord = (word: string, known: readonly string[], kind: string) =>
  `"${word}" is not ${kind === 'operation' ? 'an' : 'a'} ${kind} of Landfall${near(word, known)}; see landfall --help`;
