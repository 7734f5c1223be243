import type { Places } from '../documents/document-text.ts';
import { loadDocument } from '../documents/load-document.ts';
import { isLandfallError } from '../errors/landfall-error.ts';
import { near } from '../inputs/near.ts';
import { manifestShape } from './manifest-shape.ts';
import { emptyMap, type MapNode, mapAt, type Node, nodeAt, nodeOf } from './node.ts';
import { distinct, type Problem, problemAt } from './problem.ts';
import { Reading } from './shape/shape.ts';

/** A manifest as it is written, checked as far as it can be without an environment. */
export interface Manifest {
  /** The path of the file, for messages. */
  readonly file: string;
  readonly root: MapNode;
  readonly name: string;
  readonly environments: readonly string[];
  readonly problems: readonly Problem[];
}

/** @throws FILE_TOO_LARGE */
export async function readManifest(text: string, file: string): Promise<Manifest> {
  const root = await readNodes(text, file);
  if ('problem' in root) return { file, root: emptyMap(''), name: '', environments: [], problems: [root] };
  const reading = new Reading(true);
  const name = nodeAt(root, 'name');
  manifestShape.read(root, reading);
  const problems = [...reading.problems, ...(root.kind === 'map' ? crossProblems(root) : [])];
  return {
    file,
    root: root.kind === 'map' ? root : emptyMap(''),
    name: name?.kind === 'scalar' ? String(name.value) : '',
    environments: [...(mapAt(root, 'environments')?.entries.keys() ?? [])],
    problems: distinct(problems),
  };
}

/** The document, or where and why it is not YAML. */
export async function readNodes(text: string, file: string): Promise<Node | Problem> {
  const places: Places = new WeakMap();
  try {
    return nodeOf(await loadDocument(text, file, { places }), places, file);
  } catch (error) {
    if (!isLandfallError(error, 'FILE_UNREADABLE')) throw error;
    const { line, column, problem } = error.facts;
    return {
      path: '',
      file,
      ...(typeof line === 'number' && { line }),
      ...(typeof column === 'number' && { column }),
      level: 'error',
      problem: String(problem),
    };
  }
}

/** Names that name nothing. */
function crossProblems(root: MapNode): readonly Problem[] {
  const problems: Problem[] = [];
  const names = (...path: string[]) => [...(mapAt(root, ...path)?.entries.keys() ?? [])];
  const checkName = (node: Node | undefined, kind: string, known: readonly string[]) => {
    if (node?.kind !== 'scalar' || node.value === null) return;
    const name = String(node.value);
    if (known.includes(name)) return;
    problems.push(problemAt(node, notOne(kind, name, known)));
  };
  const checkParts = (owner: MapNode | undefined) => {
    for (const one of ['services', 'tasks', 'schedules'].flatMap((kind) => members(owner, kind)))
      checkName(nodeAt(one, 'template'), 'template', names('templates'));
    for (const one of members(owner, 'services')) {
      const run = nodeAt(one, 'before', 'run');
      for (const task of run?.kind === 'list' ? run.items : [run]) checkName(task, 'task', names('tasks'));
    }
  };
  checkParts(root);
  for (const [name, environment] of mapAt(root, 'environments')?.entries ?? []) {
    for (const one of needsOf(environment)) checkName(one, 'environment', names('environments'));
    const circle = circleOf(name, root);
    if (circle.length > 0) problems.push(problemAt(environment, `needs itself: ${circle.join(' → ')}`));
    checkParts(environment.kind === 'map' ? environment : undefined);
    for (const kind of ['services', 'tasks', 'schedules'])
      for (const [name, override] of mapAt(environment, kind)?.entries ?? [])
        if (!names(kind).includes(name))
          problems.push(
            problemAt(override, `is not one of the ${kind} of the file${near(name, names(kind))}`),
          );
  }
  for (const template of members(root, 'templates')) {
    const given = ['file', 'inline'].filter((one) => nodeAt(template, one));
    if (given.length !== 1)
      problems.push(
        problemAt(
          template,
          `must have either file or inline, but it has ${given.length === 0 ? 'none' : 'both'}`,
        ),
      );
  }
  for (const kind of ['services', 'environments']) {
    const node = nodeAt(root, kind);
    if (node && names(kind).length === 0) problems.push(problemAt(node, 'must name at least one'));
  }
  return problems;
}

const needsOf = (environment: Node | undefined): readonly (Node | undefined)[] => {
  const needs = nodeAt(environment, 'needs');
  return needs?.kind === 'list' ? needs.items : [needs];
};

/** From an environment over those that it needs back to itself. */
function circleOf(first: string, root: MapNode): readonly string[] {
  const seen = new Set<string>();
  const follow = (way: readonly string[]): readonly string[] => {
    for (const one of needsOf(nodeAt(root, 'environments', way.at(-1) ?? ''))) {
      if (one?.kind !== 'scalar') continue;
      const name = String(one.value);
      if (name === first) return [...way, name];
      if (seen.has(name)) continue;
      seen.add(name);
      const found = follow([...way, name]);
      if (found.length > 0) return found;
    }
    return [];
  };
  return follow([first]);
}

const members = (owner: Node | undefined, kind: string): readonly Node[] => [
  ...(mapAt(owner, kind)?.entries.values() ?? []),
];

/** A name that is none of those there are. */
export const notOne = (kind: string, name: string, known: readonly string[]) =>
  `names the ${kind} ${name}, which does not exist${near(name, known)}: ${
    known.length === 0 ? `the file has no ${kind}s` : `the ${kind}s are ${known.join(', ')}`
  }`;
