import type { Probe } from '../reading/probe.ts';
import { type Area, type Check, error, warn } from './check.ts';

/** The check of what was not found: absent is an error, denied and failed are warnings that say why. */
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
        `could not be looked at: the caller lacks ${asked.action}${asked.resource ? ` on ${asked.resource}` : ''}`,
        `Allow ${asked.action} to the role of this job, so that this can be checked.`,
      );
    case 'failed':
      return warn(area, subject, `could not be looked at: ${asked.message}`);
  }
}
