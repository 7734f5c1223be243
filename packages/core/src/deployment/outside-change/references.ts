import type { ContainerDefinition, TaskDefinition } from '@aws-sdk/client-ecs';
import { arnParts } from '../../account/arn.ts';
import { type ImageReference, parseImageReference } from '../../image/reference/image-reference.ts';
import { objectIn, secretReference } from '../../task-definition/parse/value-sources.ts';

/** Something that a new task takes from outside its task definition, and that can change without it. */
export type Reference = {
  /** As the task definition names it. */
  readonly name: string;
  /** The containers that take it. */
  readonly containers: readonly string[];
} & (
  | { readonly kind: 'image'; readonly image: ImageReference }
  | {
      readonly kind: 'secret';
      readonly id: string;
      readonly region: string | undefined;
      readonly stage: string;
    }
  | {
      readonly kind: 'parameter';
      /**
       * The names that it may have: an ARN does not show whether a name without a path begins with a slash.
       */
      readonly names: readonly [string, ...string[]];
      readonly region: string | undefined;
      readonly account: string | undefined;
      /** The label after a colon, which can move to another version. */
      readonly label: string | undefined;
    }
  | { readonly kind: 'file'; readonly bucket: string; readonly key: string }
);

type Found = Reference extends infer One ? (One extends unknown ? Omit<One, 'containers'> : never) : never;

/**
 * What a task definition takes from outside: each once, in its order. What is pinned is omitted, because it
 * can never mean something else: an image by digest, a version of a secret or of a parameter. The credentials
 * for a registry change how an image is had, not what starts.
 */
export function referencesOf({ containerDefinitions = [] }: TaskDefinition): readonly Reference[] {
  const found = new Map<string, Reference>();
  for (const container of containerDefinitions) {
    for (const one of inContainer(container)) {
      const key = `${one.kind} ${one.kind === 'secret' ? `${one.id} ${one.stage}` : one.name}`;
      const known = found.get(key);
      const containers = [...new Set([...(known?.containers ?? []), container.name ?? ''])];
      found.set(key, { ...(known ?? one), containers });
    }
  }
  return [...found.values()];
}

function inContainer(container: ContainerDefinition): readonly Found[] {
  const { image = '', secrets = [], logConfiguration, environmentFiles = [] } = container;
  const options = container.firelensConfiguration?.options ?? {};
  const files = [
    ...environmentFiles.map(({ value }) => value),
    ...(options['config-file-type'] === 's3' ? [options['config-file-value']] : []),
  ];
  return [
    ...inImage(image),
    ...[...secrets, ...(logConfiguration?.secretOptions ?? [])].flatMap(({ valueFrom = '' }) =>
      inValueFrom(valueFrom),
    ),
    ...files.flatMap((value = '') => inFile(value)),
  ];
}

function inImage(name: string): readonly Found[] {
  const parsed = parseImageReference(name);
  if (!parsed.ok || parsed.reference.digest !== undefined) return [];
  return [{ kind: 'image', name, image: parsed.reference }];
}

function inValueFrom(valueFrom: string): readonly Found[] {
  const reference = secretReference(valueFrom);
  if (reference.kind === 'secret') {
    const { id, region, stage = 'AWSCURRENT', version } = reference;
    return version === undefined ? [{ kind: 'secret', name: id, id, region, stage }] : [];
  }
  const [name = '', selector] = reference.name.split(':');
  if (/^\d+$/.test(selector ?? '')) return [];
  const arn = arnParts(valueFrom);
  return [
    {
      kind: 'parameter',
      name: valueFrom,
      names: arn && !name.startsWith('/') ? [name, `/${name}`] : [name],
      region: reference.region,
      account: arn?.account,
      label: selector,
    },
  ];
}

function inFile(name: string): readonly Found[] {
  const object = objectIn(name);
  return object ? [{ kind: 'file', name, ...object }] : [];
}
