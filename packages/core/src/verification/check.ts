import type { CheckRecord, CheckState } from '../record/run-results.ts';

/** What a check is about. Also the words of the input `skip`. */
export const areas = [
  'service',
  'size',
  'network',
  'load-balancer',
  'image',
  'role',
  'secret',
  'log',
  'env-file',
  'exec',
] as const;
export type Area = (typeof areas)[number];

export type Check = CheckRecord & { readonly area: Area };

const make =
  (state: CheckState) =>
  (area: Area, subject: string, message: string, remedy?: string): Check => ({
    area,
    subject,
    state,
    message,
    ...(remedy !== undefined && { remedy }),
  });

export const ok = make('OK');
export const warn = make('WARN');
export const error = make('ERROR');
export const skip = make('SKIP');
