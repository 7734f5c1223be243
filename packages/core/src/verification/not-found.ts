import type { Probe } from '../reading/probe.ts';
import { type Area, type Check, error, warn } from './check.ts';

/**
 * The check of what was not found. Absent is an error. So is what could not be checked, because the result is
 * not known; what the caller may not ask is a warning, for those permissions are optional.
 */
export function notFound(
  area: Area,
  subject: string,
  asked: Exclude<Probe<unknown>, { kind: 'found' }>,
  absent: { readonly message: string; readonly remedy: string },
): Check {
  switch (asked.kind) {
    case 'absent':
      return error(area, subject, absent.message, absent.remedy);
    case 'denied':
      return warn(
        area,
        subject,
        `could not be checked: the caller lacks ${asked.action}${asked.resource ? ` on ${asked.resource}` : ''}`,
        `Allow ${asked.action} to the role of this job, so that this can be checked.`,
      );
    case 'failed':
      return error(
        area,
        subject,
        `could not be checked: ${asked.message}`,
        'Run this again; skip the check with `skip` if it cannot be done from here.',
      );
  }
}
