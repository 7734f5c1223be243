import type { HostEnvironment } from '../surroundings.ts';

export const terminalEnvironment: HostEnvironment = {
  isHost: () => true,
  // Nothing is a job but what works in one checkout.
  jobVariable: undefined,
};
