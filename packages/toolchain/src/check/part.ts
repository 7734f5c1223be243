/** One part of `npm run check`. */
export interface Part {
  readonly name: string;
  /** Resolves with one line that says what was found in order; throws what is wrong, in full. */
  run(root: string): Promise<string>;
}

/** What is wrong, in full: printed as it is, without a stack. */
export class Failure extends Error {
  constructor(output: string) {
    super(output);
    this.name = 'Failure';
  }
}

export const failWith = (problems: readonly string[]) => {
  if (problems.length > 0) throw new Failure(problems.join('\n'));
};
