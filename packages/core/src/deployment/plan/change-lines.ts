import { diffPlain } from '../../task-definition/compare/diff.ts';
import type { ServiceChange } from './service-changes.ts';
import { effectSentences } from './setting-effects.ts';

/** Each change line by line, `- ` and `+ `, and what it does to the service. */
export const changeLines = (changes: readonly ServiceChange[]): readonly string[] =>
  changes.flatMap(({ field, effect, from, to }) => [
    ...diffPlain({ [field]: from }, { [field]: to }),
    `  ${field}: ${effectSentences[effect]}`,
  ]);
