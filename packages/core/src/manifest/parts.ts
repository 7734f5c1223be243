import { interpolate } from './interpolate.ts';
import { emptyMap, type MapNode, mapAt, mergeMaps, without } from './node.ts';
import type { Problem } from './problem.ts';
import { Reading, type Shape } from './shape/shape.ts';
import { namesOf, type OutsideValues, variablesOf } from './variables.ts';

/** A service, task or schedule as it is in one environment. */
export interface Part<F> {
  readonly key: string;
  readonly fields: F;
  /** What the fields were read from: merged, with its variables filled in. */
  readonly node: MapNode;
  readonly variables: MapNode;
}

interface Place {
  readonly root: MapNode;
  readonly environment: string;
  readonly outside: OutsideValues;
  report(problem: Problem): void;
}

/** Every service, task or schedule of an environment, disabled ones too; without those that have problems. */
export function partsOf<F>(
  kind: 'services' | 'tasks' | 'schedules',
  shape: Shape<F>,
  { root, environment, outside, report }: Place,
): readonly Part<F>[] {
  const own = mapAt(root, 'environments', environment);
  const defaults = mapAt(root, 'defaults');
  return [...(mapAt(root, kind)?.entries ?? [])].flatMap(([key, given]): readonly Part<F>[] => {
    const base = mapAt(root, kind, key) ?? { ...emptyMap(''), source: given.source };
    const override = mapAt(own, kind, key);
    const known = { ...outside.builtIn, environment, service: key, item: key };
    const layers = [root, base, own, override].map((layer) => mapAt(layer, 'vars'));
    const variables = variablesOf(layers, { ...outside, builtIn: known }, report);
    const merged = [kind === 'services' ? defaults : clusterOf(defaults), base, clusterOf(own), override]
      .filter((layer) => layer !== undefined)
      .reduce(mergeMaps);
    const problems: Problem[] = [];
    const node = interpolate(without(merged, 'vars'), namesOf(variables), (problem) =>
      problems.push(problem),
    );
    // What a variable could not fill in is reported once.
    const reading = new Reading(problems.length > 0);
    const fields = shape.read({ ...node, source: given.source }, reading);
    for (const problem of [...problems, ...reading.problems]) report(problem);
    return fields && node.kind === 'map'
      ? [{ key, fields, node: { ...node, source: given.source }, variables }]
      : [];
  });
}

/** Of `defaults` a task takes the cluster, and so does everything of the environment. */
const clusterOf = (layer: MapNode | undefined): MapNode | undefined =>
  layer && { ...layer, entries: new Map([...layer.entries].filter(([key]) => key === 'cluster')) };
