// yaml: writes `version: 0.0` and quotes what another reader would take for a number.
import { Document, Scalar } from 'yaml';
import { resourcesWith } from './app-spec-resources.ts';

export { newAppSpec } from './app-spec-resources.ts';

const taskDefinitionPlaceholder = '<TASK_DEFINITION>';

/**
 * An AppSpec whose task definition CodePipeline fills in. Everything else (hooks, network, capacity) stays.
 * @throws FILE_UNREADABLE, CONTAINER_NOT_FOUND
 */
export function appSpecText(given: unknown, name: string, containers: readonly string[]): string {
  const { resources, rest } = resourcesWith(taskDefinitionPlaceholder, given, name, containers);
  const version = new Scalar(0);
  version.minFractionDigits = 1;
  const document = new Document({ version, Resources: resources, ...rest });
  return document.toString({ lineWidth: 0 });
}
