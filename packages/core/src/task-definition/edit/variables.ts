import type { ContainerDefinition } from '@aws-sdk/client-ecs';
import type { Pair } from '../../inputs/kinds.ts';

/** What may change in a container's variables. What is undefined stays as it is. */
export interface VariableEdits {
  readonly environment?: readonly Pair[] | undefined;
  readonly environmentRemove?: readonly string[] | undefined;
  /** The variables given are the only ones afterwards. */
  readonly environmentReplace?: boolean | undefined;
  /** Name → `valueFrom`. */
  readonly secrets?: readonly Pair[] | undefined;
  readonly secretsRemove?: readonly string[] | undefined;
}

/** Those that are set keep their place, new ones follow in the order given; values stay byte for byte. */
export function editEnvironment(edited: ContainerDefinition, edits: VariableEdits): void {
  const { environment: given, environmentRemove: removed = [], environmentReplace: replace } = edits;
  if (!given && removed.length === 0 && !replace) return;
  const pairs = (given ?? []).map(({ name, value }) => ({ name, value }));
  edited.environment = upserted(replace ? [] : (edited.environment ?? []), pairs, removed);
}

export function editSecrets(edited: ContainerDefinition, edits: VariableEdits): void {
  const { secrets: given, secretsRemove: removed = [] } = edits;
  if (!given && removed.length === 0) return;
  const pairs = (given ?? []).map(({ name, value }) => ({ name, valueFrom: value }));
  edited.secrets = upserted(edited.secrets ?? [], pairs, removed);
}

function upserted<T extends { name?: string | undefined }>(
  before: readonly T[],
  given: readonly T[],
  removed: readonly string[],
): T[] {
  const waiting = new Map(given.map((one) => [one.name, one]));
  const gone = new Set<string | undefined>(removed.filter((name) => !waiting.has(name)));
  const kept: T[] = [];
  for (const one of before) {
    if (gone.has(one.name)) continue;
    const change = given.find((other) => other.name === one.name);
    // A name that stands twice in the source is set once: which of the two ECS takes is not documented.
    if (change && !waiting.delete(one.name)) continue;
    kept.push(change ?? one);
  }
  return [...kept, ...waiting.values()];
}
