import { describe } from './describe.ts';
import { isLandfallError, LandfallError } from './landfall-error.ts';

/** Whatever was thrown, as the one error class: ours unchanged, everything else as INTERNAL with its cause. */
export const asLandfallError = (thrown: unknown): LandfallError =>
  isLandfallError(thrown)
    ? thrown
    : new LandfallError('INTERNAL', { summary: describe(thrown), cause: thrown, facts: stackOf(thrown) });

const stackOf = (thrown: unknown) =>
  thrown instanceof Error && thrown.stack ? { stack: thrown.stack.slice(0, 4000) } : {};
