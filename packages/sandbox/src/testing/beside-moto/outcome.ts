/** How a call ended: the shape of its answer, or the name of its error. */
export interface Outcome {
  readonly status: number | undefined;
  readonly error?: string;
  readonly shape?: readonly string[];
}
