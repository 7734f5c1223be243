import { isObject } from '../../documents/canonical.ts';
import { asList, type Plain } from '../parse/plain.ts';

const hidden = '(hidden)';

/** Option names under which log drivers and volume drivers take credentials, e.g. `splunk-token`. */
const confidential = /token|passw|secret|credential|api-?_?key|access-?_?key/i;

/**
 * A task definition that may be printed: values of environment variables and of options that carry credentials
 * are hidden, names stay. Given the definition before, a hidden value that differs from it is marked.
 */
export function redacted(taskDefinition: Plain, before?: Plain): Plain {
  const old = new Map(
    asList(before?.containerDefinitions).flatMap((one) => (isObject(one) ? [[one.name, one] as const] : [])),
  );
  return {
    ...taskDefinition,
    containerDefinitions: asList(taskDefinition.containerDefinitions).map((one) =>
      isObject(one) ? redactedContainer(one, old.get(one.name)) : one,
    ),
  };
}

function redactedContainer(container: Plain, before: Plain | undefined): Plain {
  const shown: Plain = { ...container };
  if (container.environment !== undefined) {
    const values = valuesOf(before?.environment);
    shown.environment = asList(container.environment).map((one) =>
      isObject(one) ? { ...one, value: veil(one.value, values, String(one.name)) } : one,
    );
  }
  for (const field of ['logConfiguration', 'firelensConfiguration']) {
    const given = container[field];
    if (!isObject(given) || !isObject(given.options)) continue;
    const old = before?.[field];
    const values = new Map(Object.entries((isObject(old) && isObject(old.options) && old.options) || {}));
    const options = Object.entries(given.options).map(([name, value]) => [
      name,
      confidential.test(name) ? veil(value, values, name) : value,
    ]);
    shown[field] = { ...given, options: Object.fromEntries(options) };
  }
  return shown;
}

/** The same of any document: `options` that carry credentials are hidden, at every depth. */
export function withoutCredentials<T>(value: T): T {
  const hide = (one: unknown, isOptions: boolean): unknown => {
    if (Array.isArray(one)) return one.map((item) => hide(item, false));
    if (!isObject(one)) return one;
    return Object.fromEntries(
      Object.entries(one).map(([name, member]) => [
        name,
        isOptions && confidential.test(name) ? hidden : hide(member, name === 'options'),
      ]),
    );
  };
  return hide(value, false) as T;
}

const valuesOf = (environment: unknown) =>
  new Map(
    asList(environment).flatMap((one) => (isObject(one) ? [[String(one.name), one.value] as const] : [])),
  );

const veil = (value: unknown, before: ReadonlyMap<string, unknown>, name: string) =>
  before.has(name) && before.get(name) !== value ? '(hidden, changed)' : hidden;
