/** Exit codes of the CLI and of an action's process. */
export const exitCodes = {
  success: { code: 0, meaning: 'success; if the operation deploys, the deployment is live' },
  failed: { code: 1, meaning: 'the operation ran, but did not achieve the requested result' },
  invalid: { code: 2, meaning: 'an input is invalid; nothing was changed' },
  denied: { code: 3, meaning: 'credentials are missing, expired or not permitted to do this' },
  unfinished: { code: 4, meaning: 'still in progress when this run stopped waiting' },
  unknown: { code: 5, meaning: 'the outcome is unknown' },
  changes: { code: 6, meaning: 'a plan found changes, and `exit-code` is `true`' },
  internal: { code: 70, meaning: 'a bug in Landfall' },
  cancelled: { code: 130, meaning: 'cancelled by a signal' },
} as const;

export type ExitClass = keyof typeof exitCodes;
