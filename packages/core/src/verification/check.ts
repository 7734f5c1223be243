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

/** ERROR: the deployment would fail. WARN: it may, or it could not be checked. SKIP: no one looked. */
export type CheckState = 'OK' | 'WARN' | 'ERROR' | 'SKIP';

export interface Check {
  readonly area: Area;
  /** What was checked: `container app`, `task role web-task`. */
  readonly subject: string;
  readonly state: CheckState;
  /** Completes a sentence that starts with the subject. */
  readonly message: string;
  /** One imperative sentence. */
  readonly remedy?: string;
}

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
