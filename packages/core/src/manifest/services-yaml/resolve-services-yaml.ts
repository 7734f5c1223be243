import { serviceShape } from '../manifest-shape.ts';
import { emptyMap, type MapNode, mapAt, nodeAt } from '../node.ts';
import { originsOf } from '../origins.ts';
import { distinct, type Problem, problemAt } from '../problem.ts';
import { notOne, readNodes } from '../read-manifest.ts';
import {
  problemsTogether,
  type ResolvedEnvironment,
  type ServicePart,
  serviceSettings,
  wavesOf,
} from '../resolve-environment.ts';
import { Reading } from '../shape/shape.ts';
import { type TaskDefinitionSources, taskDefinitionOf } from '../task-definition.ts';
import { type Configuration, configurationOf } from './configuration.ts';
import { type Filling, fillIn, processWins } from './fill-in.ts';
import { marksOf, withMarks } from './marks.ts';
import { mapNode, settingsOf } from './settings.ts';

export interface SourceFile {
  readonly file: string;
  readonly text: string;
}

interface ServicesYamlOptions extends Omit<Filling, 'report'> {
  /** The input `vars`. */
  readonly vars: ReadonlyMap<string, string>;
  /** Whether containers get the settings of their service as environment variables. By default, as they did. */
  readonly marks?: boolean;
}

/**
 * The two files of wacul/aws-ecs, `services-yaml` and `environment-yaml`, as the environment that they describe.
 * Every text is a template, maps do not merge, and a variable of the process wins over all others. Containers get the
 * settings of their service as environment variables; a service is called as its family, with `-service`.
 * @throws FILE_TOO_LARGE
 */
export async function resolveServicesYaml(
  services: SourceFile,
  environment: SourceFile,
  { engine, env, vars, marks = true }: ServicesYamlOptions,
): Promise<ResolvedEnvironment> {
  const problems: Problem[] = [];
  const report = (problem: Problem) => void problems.push(problem);
  const filling = { engine, env, report };
  const [root, settings] = await Promise.all(
    [services, environment].map(async ({ file, text }): Promise<MapNode> => {
      const node = await readNodes(text, file);
      if ('problem' in node) report(node);
      else if (node.kind === 'map') return node;
      else report(problemAt(node, 'must be a map'));
      return emptyMap('');
    }),
  );
  const own = settings ?? emptyMap('');
  const name = environmentName(own, environment.file, filling);
  const schedules = nodeAt(root, 'scheduledTasks');
  if (schedules)
    report(problemAt(schedules, 'are not deployed: describe them as schedules of a manifest', 'warning'));

  const given = [...(mapAt(root, 'services')?.entries ?? [])].flatMap(([key, base]) =>
    base.kind === 'map' ? [configurationOf(key, base, own, vars, filling)] : [],
  );
  const templates = mapAt(root, 'taskDefinitionTemplates');
  const sources: TaskDefinitionSources = {
    templates: templatesOf(templates),
    locate: (path) => path,
    // Templates are written in the file itself.
    read: async () => '',
    engine: async () => processWins(engine, env),
    env: new Map(),
    report,
  };
  const resolved = given.map(async (one) => {
    const part = partOf(one, [...(templates?.entries.keys() ?? [])], report);
    if (!part || part.fields.disabled) return [];
    const rendered = await taskDefinitionOf(part, sources);
    if (!rendered) return [];
    const taskDefinition = withMarks(rendered, marks ? marksOf(name, one) : [], isAwsvpc(part));
    const fields = { ...part.fields, serviceName: `${rendered.family}-service` };
    return [{ part: { ...part, fields }, taskDefinition }];
  });
  const found = (await Promise.all(resolved)).flat();
  const parts = found.map(({ part }) => part);
  problems.push(...problemsTogether(parts, [], name));
  return {
    name,
    regions: [],
    protect: false,
    waves: wavesOf(
      found.map(({ part, taskDefinition }) => ({
        key: part.key,
        cluster: part.fields.cluster ?? 'default',
        taskDefinition,
        ...serviceSettings(part, name),
      })),
    ),
    tasks: [],
    schedules: [],
    problems: distinct(problems),
    origins: Object.assign({}, ...parts.map(originsOf)),
  };
}

/** One name for everything, `environment` of the process too: the marks on the containers cannot differ from it. */
function environmentName(own: MapNode, file: string, filling: Filling): string {
  const given = own.entries.get('environment');
  if (!given) {
    filling.report(problemAt({ source: { path: '', file } }, 'has no "environment", which is required'));
    return '';
  }
  const filled = fillIn(given, own, filling);
  return filling.env('environment') ?? (filled?.kind === 'scalar' ? String(filled.value) : '');
}

/** The settings, checked. */
function partOf(
  { key, base, configured, variables, get }: Configuration,
  templates: readonly string[],
  report: (problem: Problem) => void,
): ServicePart | undefined {
  for (const name of ['cluster', 'desiredCount', 'taskDefinitionTemplate'])
    if (!configured.entries.has(name)) report(problemAt(base, `has no "${name}", which is required`));
  const node = settingsOf(base, get);
  const template = nodeAt(node, 'template');
  if (template?.kind === 'scalar' && !templates.includes(String(template.value)))
    report(problemAt(template, notOne('template', String(template.value), templates)));
  const reading = new Reading(false);
  const fields = serviceShape.read(node, reading);
  for (const problem of reading.problems) report(problem);
  return fields && { key, fields, node, variables };
}

const templatesOf = (given: MapNode | undefined): MapNode | undefined =>
  given && {
    ...given,
    entries: new Map([...given.entries].map(([name, text]) => [name, mapNode(given, { inline: text })])),
  };

const isAwsvpc = ({ fields }: ServicePart) =>
  fields.service?.networkConfiguration?.awsvpcConfiguration !== undefined;
