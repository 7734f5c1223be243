import { canonicalJson, isObject } from '../../documents/canonical.ts';
import { diffPlain, diffTaskDefinitions } from '../../task-definition/compare/diff.ts';
import { escaped } from '../interpolate.ts';
import { emptyMap, type MapNode, mapAt, type Node, plainOf } from '../node.ts';
import { type Problem, problemAt } from '../problem.ts';
import { readManifest, readNodes } from '../read-manifest.ts';
import { type ResolvedEnvironment, resolveEnvironment } from '../resolve-environment.ts';
import type { TemplateEngine } from '../template-engine.ts';
import { overlaid } from './fill-in.ts';
import { resolveServicesYaml, type SourceFile } from './resolve-services-yaml.ts';
import { settingsOf } from './settings.ts';

interface ConvertOptions {
  /** Of the manifest. */
  readonly name: string;
  /** The path of the manifest, for messages. */
  readonly manifest: string;
  readonly engine: TemplateEngine;
  /** The variables of the process that the input `env-vars` names. */
  readonly env: ReadonlyMap<string, string>;
}

interface Converted {
  readonly text: string;
  readonly environments: readonly string[];
  readonly problems: readonly Problem[];
}

/**
 * The two files of wacul/aws-ecs, the second for each environment, as a manifest. The manifest is then resolved, and
 * each difference from what the files describe is a problem; only the variables that wacul/aws-ecs adds to containers
 * are not in it.
 * @throws FILE_TOO_LARGE
 */
export async function convertServicesYaml(
  services: SourceFile,
  environments: readonly SourceFile[],
  { name, manifest: path, engine, env }: ConvertOptions,
): Promise<Converted> {
  const root = mapIn(await readNodes(services.text, services.file));
  const reading = { engine, env: (one: string) => env.get(one), vars: new Map(), marks: false };
  const given = await Promise.all(
    environments.map(async (file) => ({
      own: mapIn(await readNodes(file.text, file.file)),
      resolved: await resolveServicesYaml(services, file, reading),
    })),
  );
  const resolved = given.map((one) => one.resolved);
  const names = resolved.map((one) => one.name);
  const errorsOf = (all: readonly Problem[]) => all.filter(({ level }) => level === 'error');
  const before = errorsOf(resolved.flatMap(({ problems }) => problems));
  if (before.length > 0) return { text: '', environments: names, problems: before };

  const problems: Problem[] = [];
  const { stringify } = await import('yaml');
  const text = stringify(
    manifestOf(name, root, given, engine, (problem) => problems.push(problem)),
    { lineWidth: 0, aliasDuplicateObjects: false },
  );
  const manifest = await readManifest(text, path);
  problems.push(...errorsOf(manifest.problems));
  const options = { vars: new Map<string, string>(), env, read: async () => '', engine: async () => engine };
  for (const old of problems.length === 0 ? resolved : []) {
    const made = await resolveEnvironment(manifest, old.name, options);
    problems.push(...errorsOf(made.problems), ...differencesOf(old, made, services.file));
  }
  return { text, environments: names, problems };
}

const mapIn = (node: Node | Problem): MapNode =>
  'kind' in node && node.kind === 'map' ? node : emptyMap('');

interface Given {
  readonly own: MapNode;
  readonly resolved: ResolvedEnvironment;
}
type Report = (problem: Problem) => void;
type Plain = Record<string, unknown>;

function manifestOf(
  name: string,
  root: MapNode,
  given: readonly Given[],
  engine: TemplateEngine,
  report: Report,
) {
  const services = [...(mapAt(root, 'services')?.entries ?? [])].flatMap(([key, base]) =>
    base.kind === 'map' ? [{ key, base, settings: plainSettings(base, base, report) }] : [],
  );
  const templates = mapAt(root, 'taskDefinitionTemplates')?.entries ?? new Map<string, Node>();
  const used = namesIn(
    [...templates.values(), ...given.map(({ own }) => own), ...services.map(({ base }) => base)],
    engine,
  );
  const serviceName = (key: string, { waves }: ResolvedEnvironment) =>
    waves.flatMap((wave) => wave.services).find((one) => one.key === key)?.serviceName;
  return {
    landfall: 1,
    name,
    templates: Object.fromEntries([...templates].map(([one, text]) => [one, { inline: plainOf(text) }])),
    services: Object.fromEntries(
      services.map(({ key, base, settings }) => [key, { ...settings, ...variablesIn(base, used, report) }]),
    ),
    environments: Object.fromEntries(
      given.map(({ own, resolved }) => {
        const overrides = services.map(({ key, base, settings }) => {
          const override = mapAt(own, 'services', key);
          const configured = plainSettings(base, overlaid([base, override]), report);
          const named = serviceName(key, resolved);
          const differing = {
            ...difference(settings, configured),
            ...(named !== undefined && { serviceName: named }),
            ...(override && variablesIn(override, used, report)),
          };
          return [key, differing] as const;
        });
        const vars = converted(without(own, ['environment', 'services', 'scheduledTasks']), report);
        const differing = overrides.filter(([, override]) => Object.keys(override).length > 0);
        return [resolved.name, { vars, services: Object.fromEntries(differing) }];
      }),
    ),
  };
}

/** The variables that a text below the nodes reads. */
function namesIn(nodes: readonly Node[], engine: TemplateEngine): ReadonlySet<string> {
  const textsIn = (node: Node): readonly string[] => {
    if (node.kind === 'scalar') return typeof node.value === 'string' ? [node.value] : [];
    return [...(node.kind === 'list' ? node.items : node.entries.values())].flatMap(textsIn);
  };
  return new Set(nodes.flatMap(textsIn).flatMap(engine.variablesOf));
}

/** `vars`, over the settings that templates use as variables. */
function variablesIn(owner: MapNode, used: ReadonlySet<string>, report: Report): { readonly vars?: unknown } {
  const settings = [...owner.entries].filter(([key]) => key !== 'vars' && used.has(key));
  const vars = overlaid([{ ...owner, entries: new Map(settings) }, mapAt(owner, 'vars')]);
  return vars.entries.size === 0 ? {} : { vars: converted(vars, report) };
}

const plainSettings = (base: MapNode, given: MapNode, report: Report): Plain =>
  Object(
    converted(
      settingsOf(base, (name) => given.entries.get(name)),
      report,
    ),
  );

const without = (node: MapNode, keys: readonly string[]): MapNode => ({
  ...node,
  entries: new Map([...node.entries].filter(([key]) => !keys.includes(key))),
});

/** The value, with `{{name}}` as `${name}`. */
function converted(node: Node, report: Report): unknown {
  if (node.kind === 'list') return node.items.map((one) => converted(one, report));
  if (node.kind === 'map')
    return Object.fromEntries([...node.entries].map(([key, one]) => [key, converted(one, report)]));
  if (typeof node.value !== 'string') return node.value;
  const text = escaped(node.value).replace(
    /\{\{-?\s*([A-Za-z_]\w*)\s*-?\}\}/g,
    (_, name: string) => `\${${name}}`,
  );
  if (/\{[{%#]/.test(text))
    report(problemAt(node, 'is more than {{name}}, which is all that a manifest takes outside of templates'));
  return text;
}

/** What has to be merged into the first to get the second. */
function difference(from: Plain, to: Plain): Plain {
  return Object.fromEntries(
    Object.entries(to).flatMap(([key, value]): readonly (readonly [string, unknown])[] => {
      const before = from[key];
      if (canonicalJson(before) === canonicalJson(value)) return [];
      return [[key, isObject(before) && isObject(value) ? difference(before, value) : value]];
    }),
  );
}

/** Where the manifest says something else than the files. */
function differencesOf(
  old: ResolvedEnvironment,
  made: ResolvedEnvironment,
  file: string,
): readonly Problem[] {
  const servicesOf = ({ waves }: ResolvedEnvironment) => waves.flatMap(({ services }) => services);
  return servicesOf(old).flatMap(({ taskDefinition, ...settings }): readonly Problem[] => {
    const path = `services.${settings.key}`;
    const now = servicesOf(made).find(({ key }) => key === settings.key);
    const refuse = (problem: string): Problem => ({
      path,
      file,
      level: 'error',
      problem: `${problem} in ${old.name}`,
    });
    if (!now) return [refuse('would be missing')];
    const { taskDefinition: definition, ...others } = now;
    return [...diffPlain(settings, others), ...diffTaskDefinitions(taskDefinition, definition)].map((line) =>
      refuse(`would differ: ${line}`),
    );
  });
}
