/** What separates a title from the reason for which it is skipped. */
const mark = ' (skipped: ';

export const skippedTitle = (title: string, reason: string): string => `${title}${mark}${reason})`;

/** What is read of Jest's result of a test file. */
interface TestFile {
  readonly testFilePath: string;
  readonly testResults: readonly {
    readonly status: string;
    readonly ancestorTitles: readonly string[];
    readonly title: string;
  }[];
}

/**
 * What a run omitted: a line for each reason, with how many cases of which files were skipped for it. `asked`
 * is the pattern of names that the run was given, if it was given one.
 */
export function skippedLines(
  files: readonly TestFile[],
  { rootDir, asked }: { readonly rootDir: string; readonly asked?: string | undefined },
): readonly string[] {
  const unexplained = asked ? `not named by ${asked}` : 'no reason given';
  const reasons = new Map<string, Map<string, number>>();
  for (const { testFilePath, testResults } of files) {
    const file = testFilePath.startsWith(`${rootDir}/`)
      ? testFilePath.slice(rootDir.length + 1)
      : testFilePath;
    for (const { status, ancestorTitles, title } of testResults) {
      if (status !== 'pending') continue;
      const reason = [...ancestorTitles, title].flatMap(reasonIn)[0] ?? unexplained;
      const counts = reasons.get(reason) ?? new Map<string, number>();
      reasons.set(reason, counts.set(file, (counts.get(file) ?? 0) + 1));
    }
  }
  return [...reasons].map(([reason, counts]) => {
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    const where = [...counts].map(([file, count]) => `${file} (${count})`);
    return `skipped ${total}: ${reason}: ${where.join(', ')}`;
  });
}

const reasonIn = (title: string): readonly string[] =>
  title.includes(mark) && title.endsWith(')') ? [title.slice(title.indexOf(mark) + mark.length, -1)] : [];
