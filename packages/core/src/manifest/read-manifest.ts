import type { Places } from '../documents/document-text.ts';
import { loadDocument } from '../documents/load-document.ts';
import { near } from '../inputs/near.ts';
import { manifestShape } from './manifest-shape.ts';
import { type MapNode, mapAt, type Node, nodeAt, nodeOf } from './node.ts';
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

/** @throws FILE_UNREADABLE, FILE_TOO_LARGE where it is not YAML */
export async function readManifest(text: string, file: string): Promise<Manifest> {
  const places: Places = new WeakMap();
  const root = nodeOf(await loadDocument(text, file, { places }), places, file);
  const reading = new Reading(true);
  const name = nodeAt(root, 'name');
  manifestShape.read(root, reading);
  const problems = [...reading.problems, ...(root.kind === 'map' ? crossProblems(root) : [])];
  return {
    file,
    root: root.kind === 'map' ? root : { kind: 'map', entries: new Map(), source: root.source },
    name: name?.kind === 'scalar' ? String(name.value) : '',
    environments: [...(mapAt(root, 'environments')?.entries.keys() ?? [])],
    problems: distinct(problems),
  };
}

/** Names that name nothing. */
function crossProblems(root: MapNode): readonly Problem[] {
  const problems: Problem[] = [];
  const names = (...path: string[]) => [...(mapAt(root, ...path)?.entries.keys() ?? [])];
  const checkName = (node: Node | undefined, kind: string, known: readonly string[]) => {
    if (node?.kind !== 'scalar' || node.value === null) return;
    const name = String(node.value);
    if (known.includes(name)) return;
    problems.push(
      problemAt(
        node,
        `names the ${kind} ${name}, which does not exist${near(name, known)}: ${listed(kind, known)}`,
      ),
    );
  };
  const checkParts = (owner: MapNode | undefined) => {
    for (const one of [...members(owner, 'services'), ...members(owner, 'tasks')])
      checkName(nodeAt(one, 'template'), 'template', names('templates'));
    for (const one of members(owner, 'services')) {
      const run = nodeAt(one, 'before', 'run');
      for (const task of run?.kind === 'list' ? run.items : [run]) checkName(task, 'task', names('tasks'));
    }
  };
  checkParts(root);
  for (const environment of members(root, 'environments')) {
    checkParts(environment.kind === 'map' ? environment : undefined);
    for (const kind of ['services', 'tasks'])
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

const members = (owner: Node | undefined, kind: string): readonly Node[] => [
  ...(mapAt(owner, kind)?.entries.values() ?? []),
];

const listed = (kind: string, known: readonly string[]) =>
  known.length === 0 ? `the file has no ${kind}s` : `the ${kind}s are ${known.join(', ')}`;
