import { type BuildTarget, targetContext, unreadable } from './build-target.ts';

/** The targets whose images this one takes as contexts. */
export const basesOf = ({ values }: BuildTarget): readonly string[] =>
  (values.buildContexts ?? []).flatMap(({ value }) => targetContext(value) ?? []);

/** Each target after those that it is built on, otherwise in the file's order. @throws FILE_UNREADABLE for a circle */
export function orderTargets(targets: readonly BuildTarget[], name: string): readonly BuildTarget[] {
  const ordered: BuildTarget[] = [];
  const visit = (target: BuildTarget, path: readonly string[]) => {
    if (path.includes(target.name))
      throw unreadable(
        name,
        target.name,
        `is built on itself: ${[...path, target.name].slice(path.indexOf(target.name)).join(' → ')}`,
      );
    if (ordered.includes(target)) return;
    for (const base of basesOf(target)) {
      const found = targets.find((one) => one.name === base);
      if (found) visit(found, [...path, target.name]);
    }
    ordered.push(target);
  };
  for (const target of targets) visit(target, []);
  return ordered;
}
