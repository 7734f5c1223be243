import { parseArgs } from 'node:util';

interface BenchArguments {
  readonly against?: string;
  readonly only: readonly string[];
  readonly runs: number;
  readonly help: boolean;
}

export const usage = `npm run bench [-- options]

Measures and writes bench/results.json: { machine, commit, figures: [{ name, unit, value, params }] }.

  --against <folder>  a folder with a built action (action.yml and its main file) to stand beside ours
  --only <family>     measure this family alone; may be given several times
  --runs <n>          runs of each thing, 3 to 101 (default 9)
  --help              this text`;

/** @throws an Error whose message shows what is wrong with the command line */
export function parseArguments(argv: readonly string[], families: readonly string[]): BenchArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      against: { type: 'string' },
      only: { type: 'string', multiple: true, default: [] },
      runs: { type: 'string', default: '9' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const unknown = values.only.find((name) => !families.includes(name));
  if (unknown !== undefined)
    throw new Error(`--only must be one of ${families.join(', ')}, got "${unknown}"`);
  const runs = /^\d{1,3}$/.test(values.runs) ? Number(values.runs) : 0;
  if (runs < 3 || runs > 101) throw new Error(`--runs must be from 3 to 101, got "${values.runs}"`);
  return {
    ...(values.against !== undefined && { against: values.against }),
    only: values.only,
    runs,
    help: values.help,
  };
}
