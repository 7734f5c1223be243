import { LandfallError } from '../errors/landfall-error.ts';

/** Counted from 1, as editors show it. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A document that cannot be read as it is. The problem is a sentence without a value of the document. */
export function unreadable(name: string, problem: string, at?: Position): LandfallError {
  const where = at ? `, line ${at.line}, column ${at.column}` : '';
  return new LandfallError('FILE_UNREADABLE', {
    summary: `${name}${where}: ${problem}`,
    facts: { file: name, problem, ...(at && { line: at.line, column: at.column }) },
  });
}

export const positionText = ({ line, column }: Position) => `line ${line}, column ${column}`;
