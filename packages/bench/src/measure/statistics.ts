/** The p-th quantile (0 ≤ p ≤ 1) by linear interpolation between the two nearest values. */
export function quantile(values: readonly number[], p: number): number {
  if (values.length === 0) throw new RangeError('a quantile of nothing');
  const sorted = [...values].sort((a, b) => a - b);
  const at = (sorted.length - 1) * p;
  const below = sorted[Math.floor(at)]!;
  const above = sorted[Math.ceil(at)]!;
  return below + (above - below) * (at - Math.floor(at));
}

export const median = (values: readonly number[]) => quantile(values, 0.5);

/** Rounded to this many digits after the decimal point. */
export const rounded = (value: number, digits = 1) => Number(value.toFixed(digits));
