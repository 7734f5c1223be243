import type { Outcome } from './outcome.ts';
import type { Recording } from './recording.ts';

/** One thing in which the sandbox's outcome of a call is not moto's. */
export interface Difference {
  /** `ecs RunTask: on Fargate`. */
  readonly call: string;
  /** `only moto: tasks[].cpu: string`, `only the sandbox: …`, or `moto 400 ClientException, the sandbox 200`. */
  readonly what: string;
}

export function differences(moto: Recording, sandbox: Recording): Difference[] {
  return Object.keys({ ...moto, ...sandbox }).flatMap((service) => {
    const [theirs, ours] = [moto[service] ?? {}, sandbox[service] ?? {}];
    return Object.keys({ ...theirs, ...ours }).flatMap((title) =>
      compare(theirs[title], ours[title]).map((what) => ({ call: `${service} ${title}`, what })),
    );
  });
}

function compare(moto: Outcome | undefined, sandbox: Outcome | undefined): string[] {
  if (!moto || !sandbox) return [`no such call in ${moto ? 'the sandbox' : 'the recording of moto'}`];
  const [theirs, ours] = [ended(moto), ended(sandbox)];
  if (theirs !== ours) return [`moto ${theirs}, the sandbox ${ours}`];
  const [there, here] = [moto.shape ?? [], sandbox.shape ?? []];
  return [
    ...beyond(there, here).map((line) => `only moto: ${line}`),
    ...beyond(here, there).map((line) => `only the sandbox: ${line}`),
  ];
}

const ended = ({ status, error }: Outcome): string => [status, error].filter(Boolean).join(' ');

/**
 * The lines that the other shape has not. What is in a member that the other has not, and in the items of a
 * list that is empty there, is omitted: the first is implied, and the second says nothing of the shape.
 */
function beyond(shape: readonly string[], other: readonly string[]): string[] {
  const has = new Set(other);
  const paths = new Set(other.map(pathOf));
  const itemsOf = (list: string) => other.some((line) => line.startsWith(`${list}[]`));
  return shape.filter((line) => {
    if (has.has(line)) return false;
    const path = pathOf(line);
    const parents = parentsOf(path);
    if (parents.some((parent) => !paths.has(parent))) {
      return parents.length > 0 && parents.every((parent) => paths.has(parent));
    }
    const lists = [...path.matchAll(/\[\]/g)].map(({ index }) => path.slice(0, index));
    return lists.every(itemsOf);
  });
}

const pathOf = (line: string): string => line.slice(0, line.indexOf(': '));

/** `a`, `a[]` and `a[].b` of `a[].b.c`, as far as lines have them. */
function parentsOf(path: string): string[] {
  const parents: string[] = [];
  for (const { index } of path.matchAll(/\[\]|\./g)) parents.push(path.slice(0, index));
  return [...new Set(parents)].filter((parent) => parent !== '' && parent !== path);
}
