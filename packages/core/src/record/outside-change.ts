/** Something outside the task definition that is not, or may not be, what the running tasks have. */
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
