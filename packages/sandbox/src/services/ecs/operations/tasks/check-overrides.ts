import type { TaskOverride } from '@aws-sdk/client-ecs';
import { invalid } from '../../model/faults.ts';
import type { TaskDefinitionRecord } from '../../model/records.ts';

const MOST_CHARACTERS = 8_192;

export function checkOverrides(definition: TaskDefinitionRecord, overrides: TaskOverride | undefined): void {
  if (overrides === undefined) return;
  if (JSON.stringify(overrides).length > MOST_CHARACTERS) {
    throw invalid(`Container Overrides length must be at most ${MOST_CHARACTERS}`);
  }
  const names = new Set(definition.content.containerDefinitions?.map((container) => container.name));
  for (const override of overrides.containerOverrides ?? []) {
    if (!names.has(override.name)) {
      throw invalid(
        `Override for container named ${override.name ?? null} is not a container in the TaskDefinition.`,
      );
    }
  }
}
