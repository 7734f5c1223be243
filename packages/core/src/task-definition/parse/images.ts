import { isObject } from '../../documents/canonical.ts';
import { parseImageReference } from '../../image/reference/image-reference.ts';
import { asList, type Plain } from './plain.ts';

/** `$IMAGE`, `${IMAGE}`, `<IMAGE1_NAME>`, `{{ image }}`, `%IMAGE%`: something that was not filled in. */
const placeholder = /[$<>{}%]/;

/** Completes "image …", or undefined when the reference can be pulled as far as its text tells. */
export function imageProblem(image: unknown): string | undefined {
  if (image === undefined || image === null || image === '') return 'is missing';
  if (typeof image !== 'string') return 'must be a string';
  const shown = `got "${image.slice(0, 80)}"`;
  if (placeholder.test(image)) return `is a placeholder that was not filled in, ${shown}`;
  const read = parseImageReference(image);
  return read.ok ? undefined : `${read.problem.replace(/, got .*$/, '')}, ${shown}`;
}

export const unresolvedImages = (request: Plain): string[] =>
  asList(request.containerDefinitions).flatMap((container) => {
    if (!isObject(container)) return [];
    const problem = imageProblem(container.image);
    return problem === undefined ? [] : [`container ${String(container.name)}: image ${problem}`];
  });
