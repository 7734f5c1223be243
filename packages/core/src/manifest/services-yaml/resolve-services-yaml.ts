import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import { serviceShape } from '../manifest-shape.ts';
import { emptyMap, type ListNode, type MapNode, mapAt, type Node, nodeAt, scalarOf } from '../node.ts';
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
import { scalars, typed } from '../variables.ts';
import { type Filling, fillIn, overlaid, processWins } from './fill-in.ts';
import { asFlag, asNumber, asText } from './flags.ts';

interface SourceFile {
  readonly file: string;
  readonly text: string;
}

interface ServicesYamlOptions extends Omit<Filling, 'report'> {
  /** The input `vars`. */
  readonly vars: ReadonlyMap<string, string>;
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
  { engine, env, vars }: ServicesYamlOptions,
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
  if (schedules) report(problemAt(schedules, 'are not deployed: schedules are not available yet', 'warning'));

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
    const taskDefinition = withMarks(rendered, marksOf(name, one), isAwsvpc(part));
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

/** A service as it is configured for the environment. */
interface Configuration {
  readonly key: string;
  readonly base: MapNode;
  /** Its settings as they are written. */
  readonly configured: MapNode;
  readonly variables: MapNode;
  /** A setting, filled in. */
  get(name: string): Node | undefined;
}

function configurationOf(
  key: string,
  base: MapNode,
  own: MapNode,
  vars: ReadonlyMap<string, string>,
  filling: Filling,
): Configuration {
  const override = mapAt(own, 'services', key);
  const written = overlaid([
    scalars([['item', key]], () => 'built-in'),
    base,
    mapAt(base, 'vars'),
    own,
    override,
    mapAt(override, 'vars'),
    scalars(typed(vars), () => 'the input vars'),
  ]);
  // Of what is not for this service, the templates too, nothing is a variable that can be rendered.
  const { entries } = written;
  const variables = fillIn(
    {
      ...written,
      entries: new Map([...entries].filter(([one]) => !['services', 'scheduledTasks', 'vars'].includes(one))),
    },
    written,
    filling,
  );
  const configured = overlaid([base, override]);
  const filled = variables?.kind === 'map' ? variables : written;
  return {
    key,
    base,
    configured,
    variables: filled,
    get: (name) => {
      const node = configured.entries.get(name);
      return node && fillIn(node, filled, filling);
    },
  };
}

/** The settings as those of a service of a manifest. */
function partOf(
  { key, base, configured, variables, get }: Configuration,
  templates: readonly string[],
  report: (problem: Problem) => void,
): ServicePart | undefined {
  const { source } = base;
  for (const name of ['cluster', 'desiredCount', 'taskDefinitionTemplate'])
    if (!configured.entries.has(name)) report(problemAt(base, `has no "${name}", which is required`));
  const template = get('taskDefinitionTemplate');
  if (template?.kind === 'scalar' && !templates.includes(String(template.value)))
    report(problemAt(template, notOne('template', String(template.value), templates)));
  const primary = get('primaryPlacement');
  const isPrimary = primary && asFlag(primary);
  const fields = {
    template,
    cluster: mapped(get('cluster'), asText),
    group: mapped(get('serviceGroup'), asText),
    wave: {
      ...scalarOf(isPrimary?.kind === 'scalar' && isPrimary.value === true ? 0 : 10, ''),
      source: primary?.source ?? source,
    },
    stopBeforeDeploy: mapped(get('stopBeforeDeploy'), asFlag),
    disabled: mapped(get('disabled'), asFlag),
    desiredCount: mapped(get('desiredCount'), asNumber),
    service: mapNode(base, {
      deploymentConfiguration: mapNode(base, {
        minimumHealthyPercent: mapped(get('minimumHealthyPercent'), asNumber) ?? scalarOf(50, ''),
        maximumPercent: mapped(get('maximumPercent'), asNumber) ?? scalarOf(200, ''),
      }),
      placementConstraints: constraintsOf(
        base,
        mapped(get('distinctInstance'), asFlag),
        get('placementConstraints'),
      ),
      placementStrategy: get('placementStrategy'),
      loadBalancers: withNumbers(get('loadBalancers'), 'containerPort'),
      networkConfiguration: get('networkConfiguration'),
      serviceRegistries: withNumbers(get('serviceRegistries'), 'containerPort'),
    }),
  };
  const node = mapNode(base, fields);
  const reading = new Reading(false);
  const read = serviceShape.read(node, reading);
  for (const problem of reading.problems) report(problem);
  return read && { key, fields: read, node, variables };
}

const mapped = (node: Node | undefined, read: (node: Node) => Node) => node && read(node);

const mapNode = ({ source }: MapNode, members: Readonly<Record<string, Node | undefined>>): MapNode => ({
  kind: 'map',
  source,
  entries: new Map(Object.entries(members).flatMap(([key, one]) => (one ? [[key, one] as const] : []))),
});

function constraintsOf(
  base: MapNode,
  distinctInstance: Node | undefined,
  given: Node | undefined,
): Node | undefined {
  if (distinctInstance?.kind !== 'scalar' || distinctInstance.value !== true) return given;
  const { source } = distinctInstance;
  const first = mapNode(base, { type: { ...scalarOf('distinctInstance', ''), source } });
  return { kind: 'list', source, items: [first, ...(given?.kind === 'list' ? given.items : [])] };
}

function withNumbers(node: Node | undefined, field: string): Node | undefined {
  if (node?.kind !== 'list') return node;
  const items = node.items.map((item) => {
    const given = nodeAt(item, field);
    return item.kind === 'map' && given
      ? { ...item, entries: new Map(item.entries).set(field, asNumber(given)) }
      : item;
  });
  return { ...node, items } satisfies ListNode;
}

const templatesOf = (given: MapNode | undefined): MapNode | undefined =>
  given && {
    ...given,
    entries: new Map([...given.entries].map(([name, text]) => [name, mapNode(given, { inline: text })])),
  };

const isAwsvpc = ({ fields }: ServicePart) =>
  fields.service?.networkConfiguration?.awsvpcConfiguration !== undefined;

/** What the step told every container of its service, in its order. */
function marksOf(environment: string, { key, get }: Configuration): readonly (readonly [string, string])[] {
  const isSet = (name: string) => {
    const node = mapped(get(name), asFlag);
    return node?.kind === 'scalar' && node.value === true;
  };
  const text = (name: string, variable: string) => {
    const node = get(name);
    return node?.kind === 'scalar' ? [[variable, String(node.value)] as const] : [];
  };
  const when = (condition: boolean, ...marks: (readonly [string, string])[]) => (condition ? marks : []);
  const list = (name: string, variable: string) => when(get(name)?.kind === 'list', [variable, 'true']);
  return [
    ['ENVIRONMENT', environment],
    ...when(isSet('registrator'), ['SERVICE_NAME', environment], ['SERVICE_TAGS', key]),
    ...text('cluster', 'CLUSTER_NAME'),
    ...text('serviceGroup', 'SERVICE_GROUP'),
    ...text('templateGroup', 'TEMPLATE_GROUP'),
    ...text('desiredCount', 'DESIRED_COUNT'),
    ...text('minimumHealthyPercent', 'MINIMUM_HEALTHY_PERCENT'),
    ...text('maximumPercent', 'MAXIMUM_PERCENT'),
    ...when(isSet('distinctInstance'), ['DISTINCT_INSTANCE', 'true']),
    ...list('placementStrategy', 'PLACEMENT_STRATEGY'),
    ...list('placementConstraints', 'PLACEMENT_CONSTRAINTS'),
    ...when(isSet('primaryPlacement'), ['PRIMARY_PLACEMENT', 'true']),
    ...list('loadBalancers', 'LOAD_BALANCER'),
  ];
}

function withMarks(
  taskDefinition: RegisterTaskDefinitionRequest,
  marks: readonly (readonly [string, string])[],
  isAwsvpc: boolean,
): RegisterTaskDefinitionRequest {
  return {
    ...taskDefinition,
    ...(isAwsvpc && { networkMode: 'awsvpc' as const }),
    containerDefinitions: (taskDefinition.containerDefinitions ?? []).map((container) => {
      const own = container.environment ?? [];
      const added = marks.filter(([name]) => !own.some((one) => one.name === name));
      return { ...container, environment: [...added.map(([name, value]) => ({ name, value })), ...own] };
    }),
  };
}
