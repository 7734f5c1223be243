import { catalogue, type ErrorCode } from '@landfall/core/errors/catalogue';
import { exitCodes } from '@landfall/core/errors/exit-codes';
import { near } from '@landfall/core/inputs/near';

/** `landfall explain ROLLED_BACK`: what a code means, what to do, and the exit code; undefined for an unknown one. */
export function explain(code: string): string | undefined {
  const found = code.trim().toUpperCase().replaceAll('-', '_');
  if (!Object.hasOwn(catalogue, found)) return undefined;
  const { exit, meaning, remedy } = catalogue[found as ErrorCode];
  const { code: status, meaning: why } = exitCodes[exit];
  return `${found}\n  ${meaning}\n  → ${remedy}\n  exit code ${status}: ${why}\n`;
}

export const unknownCode = (code: string) =>
  `${code} is not a code of Landfall${near(code.toUpperCase(), Object.keys(catalogue))}; they are ${Object.keys(catalogue).join(', ')}`;

/** The exit codes, as the help lists them. */
export const exitCodeTable = () =>
  Object.values(exitCodes)
    .map(({ code, meaning }) => `  ${String(code).padStart(3)}  ${meaning}`)
    .join('\n');
