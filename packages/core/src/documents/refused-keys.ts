/** Keys that would reach into every object of the process when a document is merged or copied. */
export const refusedKeys: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Nesting that no real document has; deeper ones are made to exhaust a stack. */
export const deepest = 64;

/** Values of a document with its aliases followed: more is an alias bomb, not a task definition. */
export const mostValues = 50_000;
