import { availableParallelism } from 'node:os';
import { run } from '../../tools/run.ts';
import { iamSimulate } from '../../tools/tools.ts';
import { type Case, type Outcome, outcomeOf } from './case.ts';
import { knownDifferences, knownOf } from './known.ts';

const program = new URL('program.ts', import.meta.url).pathname;

/** How iam-simulate decides, case by case. */
export async function simulate(root: string, cases: readonly Case[]): Promise<readonly string[]> {
  const argv = ['--no-warnings', program, await iamSimulate(root)];
  const size = Math.ceil(cases.length / availableParallelism());
  const parts = cases.flatMap((_, at) => (at % size === 0 ? [cases.slice(at, at + size)] : []));
  const answers = await Promise.all(
    parts.map(async (part) => {
      const { code, output } = await run(process.execPath, argv, { cwd: root, input: JSON.stringify(part) });
      if (code !== 0) throw new Error(`iam-simulate ended with ${code}:\n${output}`);
      return JSON.parse(output) as readonly string[];
    }),
  );
  return answers.flat();
}

interface Comparison {
  /** Cases that are decided in two ways for no reason that is known. */
  readonly problems: readonly string[];
  /** Known differences that no case showed. */
  readonly unseen: readonly string[];
  readonly differing: number;
  readonly counts: Readonly<Record<Outcome, number>>;
}

export async function compare(root: string, cases: readonly Case[]): Promise<Comparison> {
  const theirs = await simulate(root, cases);
  const counts = { allowed: 0, 'explicit-deny': 0, 'implicit-deny': 0, refused: 0 };
  const seen = new Set<string>();
  const problems: string[] = [];
  let differing = 0;
  for (const [at, one] of cases.entries()) {
    const ours = outcomeOf(one);
    counts[ours] += 1;
    if (ours === theirs[at]) continue;
    const known = knownOf(one);
    for (const { name } of known) seen.add(name);
    if (known.length > 0) differing += 1;
    else problems.push(`the sandbox: ${ours}, iam-simulate: ${theirs[at]}: ${JSON.stringify(one)}`);
  }
  const unseen = knownDifferences.map(({ name }) => name).filter((name) => !seen.has(name));
  return { problems, unseen, differing, counts };
}
