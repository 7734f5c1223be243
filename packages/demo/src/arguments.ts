import { parseArgs } from 'node:util';
import { near } from '@landfall/core/inputs/near';
import { type Strategy, strategyNames } from './account/strategies.ts';
import { type BreakMode, breakModes } from './application/changes.ts';

export interface DemoArguments {
  readonly break?: BreakMode;
  /** How ECS takes the second version live; rolling unless said. */
  readonly strategy?: Strategy;
  /** Where the results go; absolute, or relative to the working directory. */
  readonly folder?: string;
  readonly keep: boolean;
  readonly help: boolean;
}

export const usage = `npm run demo [-- options]

Takes examples/web from a commit to a watched deployment on a local sandbox of AWS, twice.

  --break <mode>   the second version fails, and the pipeline says why. Modes:
                     image       the deployment names an image that was never pushed
                     exit        the new version stops at its start
                     health      the new version starts and never becomes healthy
                     migration   the migration fails, so nothing is deployed
                     rollback    the new version becomes healthy, crashes later and is rolled back
  --strategy <s>   how ECS takes the second version live:
                     blue-green  all traffic at once, after a look at the new tasks, then a bake
                     canary      a tenth of the traffic first, then the rest
                     linear      a quarter of the traffic at a time
  --folder <path>  where the results go (default .landfall/demo)
  --keep           leave containers, images and the checkout in place
  --help           this text

It needs a Docker engine: one that answers is used and left alone; an installed one is started for the time of
the demo; on Debian and Ubuntu as root the packages docker.io and iptables are installed where they are missing.`;

/** @throws an Error whose message shows what is wrong with the command line */
export function parseArguments(argv: readonly string[]): DemoArguments {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      break: { type: 'string' },
      strategy: { type: 'string' },
      folder: { type: 'string' },
      keep: { type: 'boolean', default: false },
      help: { type: 'boolean', short: 'h', default: false },
    },
  });
  const mode = oneOf('--break', breakModes, values.break);
  const strategy = oneOf('--strategy', strategyNames, values.strategy);
  const { folder } = values;
  if (folder === '') throw new Error('--folder needs a path');
  return {
    ...(mode && { break: mode }),
    ...(strategy && { strategy }),
    ...(folder && { folder }),
    keep: values.keep,
    help: values.help,
  };
}

function oneOf<const T extends string>(option: string, known: readonly T[], given: string | undefined) {
  const found = known.find((one) => one === given);
  if (given !== undefined && found === undefined)
    throw new Error(`${option} must be one of ${known.join(', ')}, got "${given}"${near(given, known)}`);
  return found;
}
