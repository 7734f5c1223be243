import type { RegisterTaskDefinitionRequest } from '@aws-sdk/client-ecs';
import type { Places } from '../documents/document-text.ts';
import { loadDocument } from '../documents/load-document.ts';
import { isLandfallError } from '../errors/landfall-error.ts';
import { editContainer } from '../task-definition/edit/container-edits.ts';
import { checkContainers, withContainer } from '../task-definition/parse/containers.ts';
import { toRegisterRequest } from '../task-definition/parse/parse.ts';
import { interpolate } from './interpolate.ts';
import { type MapNode, type Node, nodeAt, nodeOf, plainOf } from './node.ts';
import type { Part } from './parts.ts';
import { type Problem, problemAt } from './problem.ts';
import type { TemplateEngine } from './template-engine.ts';
import { namesOf } from './variables.ts';

/** What the making of a task definition needs beyond the fields of its service or task. */
export interface TaskDefinitionSources {
  /** The `templates` of the manifest. */
  readonly templates: MapNode | undefined;
  /** The path of a file that is named from the folder of the manifest. */
  locate(path: string): string;
  read(path: string): Promise<string>;
  engine(): Promise<TemplateEngine>;
  readonly env: ReadonlyMap<string, string>;
  report(problem: Problem): void;
}

/** The fields of a service or task that its task definition is made of. */
export interface DefinitionFields {
  readonly cluster?: string | undefined;
  readonly template?: string | undefined;
  readonly taskDefinition?: string | undefined;
  readonly images?: Readonly<Record<string, string>> | undefined;
}

/** The task definition of a service or task; undefined where a problem was reported. */
export async function taskDefinitionOf(
  { fields, node: owner, variables }: Part<DefinitionFields>,
  sources: TaskDefinitionSources,
): Promise<RegisterTaskDefinitionRequest | undefined> {
  const { template, taskDefinition } = fields;
  const given = nodeAt(owner, template === undefined ? 'taskDefinition' : 'template');
  if ((template === undefined) === (taskDefinition === undefined) || !given) {
    const both = template !== undefined;
    sources.report(
      problemAt(owner, `must have either template or taskDefinition, but it has ${both ? 'both' : 'none'}`),
    );
    return undefined;
  }
  try {
    const document =
      template === undefined
        ? await filled(taskDefinition ?? '', variables, sources)
        : await rendered(template, owner.source.path, variables, sources);
    return document && edited(document.name, document.value, given, fields.images ?? {}, sources);
  } catch (error) {
    if (!isLandfallError(error)) throw error;
    const problems = error.details.length > 0 ? error.details : [error.summary];
    for (const problem of problems) sources.report(problemAt(given, `cannot be used: ${problem}`));
    return undefined;
  }
}

interface NamedDocument {
  /** For messages. */
  readonly name: string;
  readonly value: unknown;
}

async function filled(
  path: string,
  variables: MapNode,
  { locate, read, report }: TaskDefinitionSources,
): Promise<NamedDocument | undefined> {
  const places: Places = new WeakMap();
  const file = locate(path);
  const document = nodeOf(await loadDocument(await read(file), path, { places }), places, file);
  const problems: Problem[] = [];
  const value = plainOf(interpolate(document, namesOf(variables), (problem) => problems.push(problem)));
  for (const problem of problems) report(problem);
  return problems.length > 0 ? undefined : { name: path, value };
}

async function rendered(
  template: string,
  owner: string,
  variables: MapNode,
  { templates, locate, read, engine, env, report }: TaskDefinitionSources,
): Promise<NamedDocument | undefined> {
  const path = nodeAt(templates, template, 'file');
  const source = path ?? nodeAt(templates, template, 'inline');
  // A template that does not exist is a problem that was found before.
  if (source?.kind !== 'scalar') return undefined;
  const given = String(source.value);
  const file = path ? locate(given) : `the template ${template}`;
  const text = path ? await read(file) : given;
  const { renderDocument } = await engine();
  const result = await renderDocument(text, Object(plainOf(variables)), {
    file,
    env: Object.fromEntries(env),
  });
  if (result.ok) return { name: `${file}, rendered for ${owner}`, value: result.document };
  for (const { message, line, column } of result.problems)
    report(
      path
        ? { path: '', file, line, column, level: 'error', problem: message }
        : problemAt(source, `line ${line} of it: ${message}`),
    );
  return undefined;
}

function edited(
  name: string,
  document: unknown,
  given: Node,
  images: Readonly<Record<string, string>>,
  { report }: TaskDefinitionSources,
): RegisterTaskDefinitionRequest {
  const draft = toRegisterRequest(document, { draft: true });
  checkContainers(draft.request, Object.keys(images));
  const withImages = Object.entries(images).reduce(
    (request, [container, image]) =>
      withContainer(request, container, (one) => editContainer(one, { image })),
    draft.request,
  );
  const { request, notes } = toRegisterRequest(withImages);
  for (const note of new Set([...draft.notes, ...notes]))
    report(problemAt(given, `is ${name}: ${note}`, 'warning'));
  return request;
}
