import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { arch, cpus, platform, release, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseArguments, usage } from './arguments.ts';
import { buildPush } from './families/build-push.ts';
import { deployCost } from './families/deploy-cost.ts';
import { firstRequest } from './families/first-request.ts';
import { loadedBytes } from './families/loaded-bytes.ts';
import { manifest } from './families/manifest.ts';
import { promote } from './families/promote.ts';
import { rollout } from './families/rollout.ts';
import { truthToExit } from './families/truth-to-exit.ts';
import type { BenchContext, Family, Figure } from './figure.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** Every family of figures, in the order of the table. A family is a file of `families`. */
const families: readonly Family[] = [
  firstRequest,
  loadedBytes,
  truthToExit,
  deployCost,
  rollout,
  manifest,
  buildPush,
  promote,
];

async function bench(argv: readonly string[]): Promise<number> {
  const given = parseArguments(
    argv,
    families.map(({ name }) => name),
  );
  if (given.help) {
    console.log(usage);
    return 0;
  }
  const interrupt = new AbortController();
  process.once('SIGINT', () => interrupt.abort());
  const scratch = await mkdtemp(join(tmpdir(), 'landfall-bench-'));
  const context: BenchContext = {
    root,
    runs: given.runs,
    against: given.against && resolve(given.against),
    scratch,
    signal: interrupt.signal,
    say: (text) => console.log(`  ${text}`),
  };
  const figures: Figure[] = [];
  const failures: string[] = [];
  try {
    for (const family of families) {
      if (given.only.length > 0 && !given.only.includes(family.name)) continue;
      interrupt.signal.throwIfAborted();
      console.log(`${family.name}: ${family.description}`);
      try {
        figures.push(...(await family.measure(context)));
      } catch (error) {
        // The figures of the other families are still worth having; the exit code tells.
        failures.push(`${family.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  const file = join(root, 'bench', 'results.json');
  await mkdir(join(root, 'bench'), { recursive: true });
  const results = { machine: machine(), commit: await checkedOutCommit(root), figures };
  await writeFile(file, `${JSON.stringify(results, null, 2)}\n`);
  print(figures);
  for (const failure of failures) console.error(`✗ ${failure}`);
  console.log(`\n${figures.length} figures in bench/results.json`);
  return failures.length > 0 ? 1 : 0;
}

/** A family may measure the same thing at several sizes, or compare several programs. */
const title = ({ name, params: { services, builder } }: Figure) => {
  const of = services ?? builder;
  return of === undefined ? name : `${name} (${of})`;
};

function print(figures: readonly Figure[]) {
  const name = Math.max(0, ...figures.map((figure) => title(figure).length));
  const value = Math.max(0, ...figures.map((figure) => figure.value.toLocaleString('en').length));
  console.log('');
  for (const figure of figures) {
    const number = figure.value.toLocaleString('en').padStart(value);
    console.log(`${title(figure).padEnd(name)}  ${number} ${figure.unit}`);
  }
}

/** What the figures were measured on; figures of different machines are not compared. */
const machine = () => ({
  platform: platform(),
  release: release(),
  architecture: arch(),
  cpu: cpus()[0]?.model ?? 'unknown',
  cores: cpus().length,
  memoryMiB: Math.round(totalmem() / 2 ** 20),
  node: process.version,
});

/** The commit that is checked out, with `-dirty` when files differ from it; `unknown` outside a Git checkout. */
async function checkedOutCommit(root: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)(
      'git',
      ['describe', '--always', '--dirty', '--abbrev=40', '--exclude=*'],
      {
        cwd: root,
      },
    );
    return stdout.trim();
  } catch {
    // No git, or a tarball: the figures stand without it.
    return 'unknown';
  }
}

try {
  process.exitCode = await bench(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
