import type { ContainerDefinition, EnvironmentFile, LogDriver } from '@aws-sdk/client-ecs';
import { LandfallError } from '../../errors/landfall-error.ts';
import type { Pair } from '../../inputs/kinds.ts';
import { editEnvironment, editSecrets, type VariableEdits } from './variables.ts';

/** What may change in one container. What is undefined stays as it is. */
export interface ContainerEdits extends VariableEdits {
  readonly image?: string | undefined;
  /** ARNs of objects in S3; they replace those there are. */
  readonly environmentFiles?: readonly string[] | undefined;
  readonly dockerLabels?: readonly Pair[] | undefined;
  /** Another driver than before starts with no options: those of one driver mean nothing to another. */
  readonly logDriver?: string | undefined;
  readonly logOptions?: readonly Pair[] | undefined;
  /** An empty list removes it, so that the image's own applies. */
  readonly command?: readonly string[] | undefined;
  readonly entryPoint?: readonly string[] | undefined;
  /** CPU units. */
  readonly cpu?: number | undefined;
  /** MiB: the hard and the soft limit. */
  readonly memory?: number | undefined;
  readonly memoryReservation?: number | undefined;
}

/** @throws INPUT_INVALID for log options without a driver */
export function editContainer(container: ContainerDefinition, edits: ContainerEdits): ContainerDefinition {
  const edited: ContainerDefinition = { ...container };
  if (edits.image !== undefined) edited.image = edits.image;
  editEnvironment(edited, edits);
  editSecrets(edited, edits);
  if (edits.environmentFiles) {
    edited.environmentFiles = edits.environmentFiles.map((value): EnvironmentFile => ({ value, type: 's3' }));
  }
  if (edits.dockerLabels) edited.dockerLabels = { ...container.dockerLabels, ...toMap(edits.dockerLabels) };
  if (edits.logDriver !== undefined || edits.logOptions) editLog(edited, edits);
  setWords(edited, 'command', edits.command);
  setWords(edited, 'entryPoint', edits.entryPoint);
  for (const size of ['cpu', 'memory', 'memoryReservation'] as const) {
    const given = edits[size];
    if (given !== undefined) edited[size] = given;
  }
  return edited;
}

function editLog(edited: ContainerDefinition, edits: ContainerEdits): void {
  const before = edited.logConfiguration;
  const logDriver = (edits.logDriver ?? before?.logDriver) as LogDriver | undefined;
  if (logDriver === undefined) {
    throw new LandfallError('INPUT_INVALID', {
      summary: `container ${edited.name} has no log driver for the options given`,
      remedy: 'Give `log-configuration-log-driver` too.',
    });
  }
  const same = before && before.logDriver === logDriver;
  edited.logConfiguration = {
    ...(same ? before : {}),
    logDriver,
    options: { ...(same ? before.options : {}), ...toMap(edits.logOptions ?? []) },
  };
}

function setWords(
  edited: ContainerDefinition,
  field: 'command' | 'entryPoint',
  words: readonly string[] | undefined,
): void {
  if (words === undefined) return;
  if (words.length === 0) delete edited[field];
  else edited[field] = [...words];
}

const toMap = (pairs: readonly Pair[]): Record<string, string> =>
  Object.fromEntries(pairs.map(({ name, value }) => [name, value]));
