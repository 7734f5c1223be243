import { isObject } from '../../documents/canonical.ts';
import { asList, type Plain } from './plain.ts';
import { kindOf } from './problems.ts';

/** Limits of RegisterTaskDefinition: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-quotas.html */
const mostContainers = 10;
const mostBytes = 64 * 1024;
const name = /^[A-Za-z0-9_-]{1,255}$/;
const nameRule = '1 to 255 letters, digits, - and _';

/** What ECS would refuse, and what Landfall needs to find its way: every problem, as a sentence without values. */
export function problemsOf(request: Plain): string[] {
  const problems: string[] = [];
  if (typeof request.family !== 'string' || !name.test(request.family)) {
    problems.push(
      request.family === undefined && isObject(request) && 'Family' in request
        ? 'it has Family where the ECS API has family: field names start with a lower-case letter'
        : `family must be ${nameRule}, but it is ${typeof request.family === 'string' ? `"${request.family.slice(0, 80)}"` : kindOf(request.family)}`,
    );
  }
  for (const size of ['cpu', 'memory']) {
    const given = request[size];
    if (given === undefined || given === null) continue;
    const good =
      typeof given === 'string' && /^(?:[1-9]\d{0,8}|\d{0,3}\.?\d{1,4} ?[A-Za-z]{2,4})$/.test(given);
    if (!good) problems.push(`${size} must be a whole number or a size with its unit, got ${shown(given)}`);
  }
  const list = request.containerDefinitions;
  if (!Array.isArray(list) || list.length === 0) {
    problems.push(`containerDefinitions must be a list of at least one container, but it is ${kindOf(list)}`);
  } else {
    if (list.length > mostContainers) {
      problems.push(
        `containerDefinitions has ${list.length} containers; ECS takes at most ${mostContainers}`,
      );
    }
    problems.push(...list.flatMap(containerProblems), ...twice(list.map(nameOf), 'container', 'is defined'));
  }
  const bytes = Buffer.byteLength(JSON.stringify(request));
  if (bytes > mostBytes) problems.push(`it has ${bytes} bytes; ECS takes at most ${mostBytes}`);
  return problems;
}

function containerProblems(container: unknown, index: number): string[] {
  if (!isObject(container))
    return [`containerDefinitions[${index}] must be an object, but it is ${kindOf(container)}`];
  if (typeof container.name !== 'string' || !name.test(container.name)) {
    return [
      `containerDefinitions[${index}].name must be ${nameRule}, but it is ${typeof container.name === 'string' ? `"${container.name.slice(0, 80)}"` : kindOf(container.name)}`,
    ];
  }
  const of = `container ${container.name}`;
  const problems: string[] = [];
  for (const field of ['cpu', 'memory', 'memoryReservation', 'startTimeout', 'stopTimeout']) {
    const given = container[field];
    if (given !== undefined && given !== null && !Number.isSafeInteger(given)) {
      problems.push(`${of}: ${field} must be a whole number, got ${shown(given)}`);
    }
  }
  for (const field of [
    'essential',
    'privileged',
    'readonlyRootFilesystem',
    'interactive',
    'pseudoTerminal',
  ]) {
    const given = container[field];
    if (given !== undefined && given !== null && typeof given !== 'boolean') {
      problems.push(`${of}: ${field} must be true or false, got ${shown(given)}`);
    }
  }
  for (const field of ['command', 'entryPoint']) {
    const given = container[field];
    if (given === undefined || given === null) continue;
    if (!Array.isArray(given) || given.some((one) => typeof one !== 'string')) {
      problems.push(`${of}: ${field} must be a list of strings`);
    }
  }
  return [...problems, ...variableProblems(container, of)];
}

function variableProblems(container: Plain, of: string): string[] {
  const problems: string[] = [];
  for (const [field, member] of [
    ['environment', 'value'],
    ['secrets', 'valueFrom'],
  ] as const) {
    const list = container[field];
    if (list === undefined || list === null) continue;
    if (!Array.isArray(list)) {
      problems.push(`${of}: ${field} must be a list of { name, ${member} }, but it is ${kindOf(list)}`);
      continue;
    }
    for (const [index, one] of list.entries()) {
      if (!isObject(one) || typeof one.name !== 'string' || one.name === '') {
        problems.push(`${of}: ${field}[${index}] must have a name`);
      } else if (typeof (one[member] ?? '') !== 'string') {
        problems.push(
          `${of}: ${member} of ${field} ${one.name} must be a string, but it is ${kindOf(one[member])}`,
        );
      }
    }
    if (field === 'secrets') problems.push(...twice(list.map(nameOf), `${of}: secret`, 'is set'));
  }
  return problems;
}

/** "The secret name must be unique and not shared with any … environment variables": ECS, on register. */
export const namesInBoth = (request: Plain): string[] =>
  asList(request.containerDefinitions).flatMap((container) => {
    if (!isObject(container)) return [];
    const secrets = new Set(asList(container.secrets).map(nameOf));
    return asList(container.environment)
      .map(nameOf)
      .filter((one) => one !== undefined && secrets.has(one))
      .map(
        (one) =>
          `container ${container.name}: ${one} is in environment and in secrets; ECS takes one of them`,
      );
  });

const nameOf = (one: unknown) => (isObject(one) && typeof one.name === 'string' ? one.name : undefined);

const twice = (names: readonly (string | undefined)[], of: string, is: string): string[] =>
  [...new Set(names.filter((one, at) => one !== undefined && names.indexOf(one) !== at))].map(
    (one) => `${of} ${one} ${is} more than once`,
  );

const shown = (value: unknown) =>
  typeof value === 'object' && value !== null ? kindOf(value) : JSON.stringify(value)?.slice(0, 40);
