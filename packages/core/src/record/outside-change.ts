/** Something outside the task definition that has changed, or may have, since the running tasks started. */
export interface OutsideChange {
  readonly service: string;
  readonly kind: 'image' | 'secret' | 'parameter' | 'file';
  /** As the task definition names it. */
  readonly name: string;
  readonly containers: readonly string[];
  /** `changed`: a new deployment would start something else. `unknown`: it could not be compared. */
  readonly status: 'changed' | 'unknown';
  /** A clause. */
  readonly reason: string;
}
