import { taskDefinitionOf } from '../../rollouts/scenario/scenario.ts';
import type { ManifestTimeline, TimelineService } from './timeline.ts';

const keyOf = (name: string) => name.replace(/^dev-/, '');

/** The manifest of a timeline, with its task definitions. JSON is YAML, too. */
export function manifestFiles({ services, tasks }: ManifestTimeline): Readonly<Record<string, string>> {
  const manifest = {
    landfall: 1,
    name: 'shop',
    defaults: { cluster: 'main' },
    services: Object.fromEntries(services.map((one) => [keyOf(one.name), serviceOf(one)])),
    ...(tasks.length > 0 && {
      tasks: Object.fromEntries(
        tasks.map((key) => [
          key,
          {
            taskDefinition: `${key}.json`,
            overrides: { containerOverrides: [{ name: 'app', command: ['rake', key] }] },
          },
        ]),
      ),
    }),
    environments: { dev: {} },
  };
  return {
    'landfall.yml': JSON.stringify(manifest),
    ...Object.fromEntries(
      [...services.map(({ name }) => name), ...tasks.map((key) => `dev-${key}`)].map((family) => [
        `${keyOf(family)}.json`,
        JSON.stringify(taskDefinitionOf(family, 2)),
      ]),
    ),
  };
}

const serviceOf = ({ name, wave, count, before, hasCommands }: TimelineService) => ({
  taskDefinition: `${keyOf(name)}.json`,
  wave,
  ...(count.kind === 'number' && { desiredCount: count.count }),
  ...(count.kind === 'initial' && { desiredCount: { initial: count.count } }),
  ...(before.length > 0 && { before: { run: before } }),
  ...(hasCommands && { service: { enableExecuteCommand: true } }),
});
