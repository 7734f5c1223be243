import type { Family } from '../figure.ts';
import { buildPush } from './build-push.ts';
import { deployCost } from './deploy-cost.ts';
import { firstRequest } from './first-request.ts';
import { loadedBytes } from './loaded-bytes.ts';
import { promote } from './promote.ts';
import { rollout } from './rollout.ts';
import { truthToExit } from './truth-to-exit.ts';

/** Every family of figures, in the order of the table. A family is a file of this folder. */
export const families: readonly Family[] = [
  firstRequest,
  loadedBytes,
  truthToExit,
  deployCost,
  rollout,
  buildPush,
  promote,
];
