import { LandfallError } from '../errors/landfall-error.ts';
import type { Node, Source } from './node.ts';

/** A problem of a manifest, at the line that causes it. */
export interface Problem extends Source {
  readonly level: 'error' | 'warning';
  /** Completes a sentence that starts with the path. */
  readonly problem: string;
}

export const problemAt = (
  { source }: Pick<Node, 'source'>,
  problem: string,
  level: Problem['level'] = 'error',
): Problem => ({ ...source, level, problem });

/** `landfall.yml:41:5: services.web.wave must be a whole number`. */
export function sentenceOf({ path, problem, file, line, column }: Problem): string {
  const place =
    file === undefined ? '' : `${[file, line, column].filter((part) => part !== undefined).join(':')}: `;
  return `${place}${[path, problem].filter((part) => part !== '').join(' ')}`;
}

/** Each once, in the order of the lines: an environment repeats what the others have said already. */
export function distinct(problems: readonly Problem[]): readonly Problem[] {
  const bySentence = new Map(problems.map((one) => [sentenceOf(one), one]));
  return [...bySentence.values()].sort(
    (one, other) => (one.line ?? 0) - (other.line ?? 0) || (one.column ?? 0) - (other.column ?? 0),
  );
}

/** All problems in one error. Several were shown at their lines; an only one is shown at its line by this error. */
export function manifestInvalid(file: string, problems: readonly Problem[]): LandfallError {
  const [only, ...more] = problems;
  if (only && more.length === 0) {
    const { file, line, column } = only;
    return new LandfallError('MANIFEST_INVALID', {
      summary: sentenceOf(only),
      facts: { problems, file, line, column },
    });
  }
  return new LandfallError('MANIFEST_INVALID', {
    summary: `${file} has ${problems.length} problems`,
    details: problems.map(sentenceOf),
    detailsLogged: true,
    facts: { problems },
  });
}
