/** What one call may carry (ECS API reference). */
export const perCall = {
  describeServices: 10,
  describeServiceDeployments: 20,
  describeServiceRevisions: 20,
  describeTasks: 100,
} as const;

export function chunks<T>(items: readonly T[], size: number): T[][] {
  const out: T[][] = [];
  for (let at = 0; at < items.length; at += size) out.push(items.slice(at, at + size));
  return out;
}
