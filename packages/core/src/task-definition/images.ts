import { isObject } from '../documents/canonical.ts';
import { asList, type Plain } from './plain.ts';

/** Upper- and lower-case letters, digits and `-_:./#`, and the `@` of a digest: the ECS API's rule for `image`. */
const reference = /^[A-Za-z0-9][A-Za-z0-9._:/@#-]{0,1023}$/;
/** `$IMAGE`, `${IMAGE}`, `<IMAGE1_NAME>`, `{{ image }}`, `%IMAGE%`: something that nobody filled in. */
const placeholder = /[$<>{}%]/;

/** Completes "image …", or undefined when the reference can be pulled as far as its text tells. */
export function imageProblem(image: unknown): string | undefined {
  if (image === undefined || image === null || image === '') return 'is missing';
  if (typeof image !== 'string') return 'must be a text';
  if (placeholder.test(image)) return `holds a placeholder that nobody filled in: "${image.slice(0, 80)}"`;
  if (!reference.test(image)) return `is not an image reference: "${image.slice(0, 80)}"`;
  if (image.endsWith(':') || image.endsWith('@') || image.endsWith('/')) {
    return `ends without its tag or digest: "${image.slice(0, 80)}"`;
  }
  if (image.includes('@') && !/^[^@]+@sha256:[0-9a-f]{64}$/.test(image)) {
    return `has a digest that is not sha256 and 64 hexadecimal digits: "${image.slice(0, 200)}"`;
  }
  return undefined;
}

export const unresolvedImages = (request: Plain): string[] =>
  asList(request.containerDefinitions).flatMap((container) => {
    if (!isObject(container)) return [];
    const problem = imageProblem(container.image);
    return problem === undefined ? [] : [`container ${String(container.name)}: image ${problem}`];
  });
