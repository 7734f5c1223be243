import { invalidInputs } from '../../inputs/parse-inputs.ts';
import type { CommitFacts } from '../../world/host.ts';

const placeholder = /\{\{\s*defaultContext\s*\}\}/g;

export const namesDefaultContext = (text: string) => /\{\{\s*defaultContext\s*\}\}/.test(text);

/** With a placeholder for the repository, to check the rest of the text before the commit is known. */
export const withAnyContext = (text: string) => text.replace(placeholder, 'https://host.invalid/o/n.git#0');

/**
 * The repository at the commit that the run is of, as docker/build-push-action writes it: what was checked out, so
 * that a pull request is built as it would be merged.
 * @throws INPUT_INVALID
 */
export function withDefaultContext(text: string, input: string, commit: CommitFacts): string {
  if (!namesDefaultContext(text)) return text;
  const sha = commit.checkedOutSha ?? commit.sha;
  if (commit.sourceUrl === undefined || sha === undefined) {
    throw invalidInputs([
      {
        input,
        problem: 'names {{defaultContext}}, but the CI host does not provide the repository and the commit',
      },
    ]);
  }
  return text.replace(placeholder, `${commit.sourceUrl}.git#${sha}`);
}
