import type {
  CapacityProviderStrategyItem,
  ContainerOverride,
  ServiceManagedEBSVolumeConfiguration,
  TaskManagedEBSVolumeConfiguration,
} from '@aws-sdk/client-ecs';
import { isObject } from '../documents/canonical.ts';
import { readJson } from '../documents/read-json.ts';
import { isLandfallError } from '../errors/landfall-error.ts';
import { type Parsed, parsed, refused } from './input.ts';
import { near } from './near.ts';
import type { Pair } from './pairs.ts';

type Check = (value: unknown) => boolean;
/** Field → what it must be, and how to say that. */
type Shape = Readonly<Record<string, readonly [Check, string]>>;

export const isText: Check = (value) => typeof value === 'string';
const isTexts: Check = (value) => Array.isArray(value) && value.every(isText);
const isObjects =
  (...fields: string[]): Check =>
  (value) =>
    Array.isArray(value) &&
    value.every((one) => isObject(one) && fields.every((field) => isText(one[field])));
const isWhole =
  (most: number): Check =>
  (value) =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) <= most;

const overrideShape: Shape = {
  name: [isText, 'a string'],
  command: [isTexts, 'a list of strings'],
  environment: [isObjects('name', 'value'), 'a list of { "name", "value" }, both strings'],
  environmentFiles: [isObjects('value', 'type'), 'a list of { "value", "type" }, both strings'],
  cpu: [isWhole(1_000_000), 'a whole number'],
  memory: [isWhole(100_000_000), 'a whole number'],
  memoryReservation: [isWhole(100_000_000), 'a whole number'],
  resourceRequirements: [isObjects('value', 'type'), 'a list of { "value", "type" }, both strings'],
};

/** `containerOverrides` of RunTask. A field we do not know is refused, because the SDK would drop it silently. */
export const parseContainerOverrides = (text: string): Parsed<readonly ContainerOverride[]> =>
  parseList<ContainerOverride>(text, overrideShape, 'name');

const strategyShape: Shape = {
  capacityProvider: [isText, 'a string'],
  base: [isWhole(100_000), 'a whole number from 0 to 100000'],
  weight: [isWhole(1000), 'a whole number from 0 to 1000'],
};

export const parseCapacityProviderStrategy = (
  text: string,
): Parsed<readonly CapacityProviderStrategyItem[]> =>
  parseList<CapacityProviderStrategyItem>(text, strategyShape, 'capacityProvider');

const isWord = (value: unknown) => typeof value === 'boolean';

const volumeShape: Shape = {
  roleArn: [isText, 'a string'],
  encrypted: [isWord, 'true or false'],
  kmsKeyId: [isText, 'a string'],
  volumeType: [isText, 'a string'],
  sizeInGiB: [isWhole(100_000), 'a whole number'],
  snapshotId: [isText, 'a string'],
  volumeInitializationRate: [isWhole(100_000), 'a whole number'],
  iops: [isWhole(1_000_000), 'a whole number'],
  throughput: [isWhole(100_000), 'a whole number'],
  filesystemType: [isText, 'a string'],
  tagSpecifications: [isObjects('resourceType'), 'a list of { "resourceType", "tags", "propagateTags" }'],
};

/** The EBS volume of a service, as UpdateService takes it; `{}` is none. */
export const parseServiceVolume = (text: string): Parsed<readonly ServiceManagedEBSVolumeConfiguration[]> =>
  parseVolume<ServiceManagedEBSVolumeConfiguration>(text, volumeShape);

/** The EBS volume of a task, as RunTask takes it; `{}` is none. */
export const parseTaskVolume = (text: string): Parsed<TaskManagedEBSVolumeConfiguration | undefined> => {
  const volumes = parseVolume<TaskManagedEBSVolumeConfiguration>(text, {
    ...volumeShape,
    terminationPolicy: [
      (value) => isObject(value) && isWord(value.deleteOnTermination),
      '{ "deleteOnTermination": true or false }',
    ],
  });
  return volumes.ok ? parsed(volumes.value[0]) : volumes;
};

function parseVolume<T extends ServiceManagedEBSVolumeConfiguration>(
  text: string,
  shape: Shape,
): Parsed<readonly T[]> {
  const read = parseDocument(text);
  if (!read.ok) return read;
  if (isObject(read.value) && Object.keys(read.value).length === 0) return parsed([]);
  const problem = problemOf(read.value, shape, 'roleArn');
  if (problem !== undefined) return refused(problem);
  const volume = read.value as T;
  // The only type that takes it: API reference, ServiceManagedEBSVolumeConfiguration.
  return volume.throughput !== undefined && (volume.volumeType ?? 'gp3') !== 'gp3'
    ? refused(`has "throughput", which only the volume type gp3 takes, not ${volume.volumeType}`)
    : parsed([volume]);
}

const tagShape: Shape = { key: [isText, 'a string'], value: [isText, 'a string'] };

/** Tags as ECS takes them. */
export const parseTags = (text: string): Parsed<readonly Pair[]> => {
  const tags = parseList<{ readonly key: string; readonly value?: string }>(text, tagShape, 'key');
  return tags.ok ? parsed(tags.value.map(({ key, value = '' }) => ({ name: key, value }))) : tags;
};

function parseDocument(text: string): Parsed<unknown> {
  try {
    return parsed(readJson(text, 'it'));
  } catch (error) {
    if (!isLandfallError(error, 'FILE_UNREADABLE')) throw error;
    return refused(`is not valid JSON (${error.summary.replace(/^it[,:] /, '')})`);
  }
}

/** A list of objects of one shape, each with a field of the name `key`. */
export function parseList<T>(text: string, shape: Shape, key: string): Parsed<readonly T[]> {
  const read = parseDocument(text);
  if (!read.ok) return read;
  const document = read.value;
  if (!Array.isArray(document)) {
    return refused(
      `must be a list [{"${key}": …}], got ${isObject(document) ? 'an object' : typeof document}`,
    );
  }
  for (const [index, one] of document.entries()) {
    const problem = problemOf(one, shape, key);
    if (problem !== undefined) return refused(`item ${index + 1}: ${problem}`);
  }
  return parsed(document as T[]);
}

function problemOf(one: unknown, shape: Shape, key: string): string | undefined {
  if (!isObject(one)) return 'must be an object';
  if (one[key] === undefined) return `has no "${key}"`;
  for (const [field, value] of Object.entries(one)) {
    const rule = Object.hasOwn(shape, field) ? shape[field] : undefined;
    if (!rule) return `"${field}" is not a field of it${near(field, Object.keys(shape))}`;
    if (!rule[0](value)) return `"${field}" must be ${rule[1]}`;
  }
  return undefined;
}
