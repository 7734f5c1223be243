/** Exit codes of the CLI and of an action's process. */
export const exitCodes = {
  success: { code: 0, meaning: 'done, and live where the operation deploys' },
  failed: { code: 1, meaning: 'the operation ran and the result is not what was asked for' },
  invalid: { code: 2, meaning: 'an input is wrong; nothing was touched' },
  denied: { code: 3, meaning: 'credentials are missing, expired or not permitted to do this' },
  unfinished: { code: 4, meaning: 'it was still going on when we stopped watching' },
  unknown: { code: 5, meaning: 'the outcome could not be learned' },
  internal: { code: 70, meaning: 'a defect in Landfall' },
  cancelled: { code: 130, meaning: 'cancelled by a signal' },
} as const;

export type ExitClass = keyof typeof exitCodes;
