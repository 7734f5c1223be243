import { isObject } from '../../documents/canonical.ts';
import { asList, type Plain } from './plain.ts';

/**
 * ECS wants text where people write `cpu: 256` or `value: true` (task sizes, environment and label values, log
 * options, tags). A number or boolean there becomes its own text; the reader of documents has already made sure
 * that no digit was lost on the way.
 */
export function withTexts(request: Plain, notes: string[]): Plain {
  const changed: string[] = [];
  const text = (value: unknown, where: string): unknown => {
    if (typeof value !== 'number' && typeof value !== 'boolean') return value;
    changed.push(where);
    return String(value);
  };
  const pairs = (list: unknown, of: string) =>
    asList(list).map((pair) =>
      isObject(pair) && 'value' in pair
        ? { ...pair, value: text(pair.value, `${of} ${String(pair.name ?? pair.key)}`) }
        : pair,
    );
  const map = (object: Plain, of: string) =>
    Object.fromEntries(Object.entries(object).map(([key, value]) => [key, text(value, `${of} ${key}`)]));
  const container = (given: unknown): unknown => {
    if (!isObject(given)) return given;
    const edited = { ...given };
    const of = `container ${String(given.name)}`;
    if (Array.isArray(given.environment)) {
      edited.environment = pairs(given.environment, `${of}: environment`);
    }
    if (isObject(given.dockerLabels)) edited.dockerLabels = map(given.dockerLabels, `${of}: label`);
    if (isObject(given.logConfiguration) && isObject(given.logConfiguration.options)) {
      const options = map(given.logConfiguration.options, `${of}: log option`);
      edited.logConfiguration = { ...given.logConfiguration, options };
    }
    return edited;
  };
  const edited = { ...request };
  for (const size of ['cpu', 'memory']) if (size in request) edited[size] = text(request[size], size);
  if (Array.isArray(request.tags)) edited.tags = pairs(request.tags, 'tag');
  if (Array.isArray(request.containerDefinitions)) {
    edited.containerDefinitions = request.containerDefinitions.map(container);
  }
  if (changed.length > 0) notes.push(`converted numbers and booleans to strings in: ${changed.join(', ')}`);
  return edited;
}
