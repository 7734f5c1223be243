import type { Descriptor } from '../../world/registry.ts';

/** What a descriptor tells beside the content: whoever lists what refers to an image hands it on. */
export const describedBy = ({
  artifactType,
  annotations,
}: {
  readonly artifactType?: unknown;
  readonly annotations?: unknown;
}): Pick<Descriptor, 'artifactType' | 'annotations'> => ({
  ...(typeof artifactType === 'string' && { artifactType }),
  ...(isMap(annotations) && { annotations }),
});

const isMap = (value: unknown): value is Readonly<Record<string, string>> =>
  typeof value === 'object' && value !== null && Object.values(value).every((one) => typeof one === 'string');
