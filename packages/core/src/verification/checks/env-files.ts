import { type Probe, probe } from '../../reading/probe.ts';
import { objectIn } from '../../task-definition/parse/value-sources.ts';
import type { World } from '../../world/world.ts';
import { type Check, error, ok } from '../check.ts';
import { notFound } from '../not-found.ts';
import { containersOf, type Subject } from '../subject.ts';

/** By ARN. */
type EnvFiles = ReadonlyMap<string, Probe<true>>;

const filesOf = (subject: Subject) =>
  containersOf(subject).flatMap(({ name, environmentFiles = [] }) =>
    environmentFiles.map(({ value = '' }) => ({ container: `${name}`, value })),
  );

/** By HEAD: what is in a file is not read. */
export async function readEnvFiles(subject: Subject, { aws, host }: World): Promise<EnvFiles> {
  const values = new Set(filesOf(subject).map(({ value }) => value));
  const asked = [...values].flatMap((value) => {
    const object = objectIn(value);
    return object ? [{ value, object }] : [];
  });
  const found = await Promise.all(
    asked.map(async ({ value, object }) => {
      const there = await probe(async () => {
        const s3 = await aws.s3();
        await s3.headObject({ Bucket: object.bucket, Key: object.key }, { signal: host.cancellation });
        return true as const;
      });
      return [value, there] as const;
    }),
  );
  return new Map(found);
}

export const checkEnvFiles = (subject: Subject, files: EnvFiles): readonly Check[] =>
  filesOf(subject).map(({ container, value }) => {
    const there = files.get(value);
    if (!there)
      return error(
        'env-file',
        container,
        `reads ${value}, which is not the ARN of an object in S3`,
        'Specify it as arn:aws:s3:::bucket/key.',
      );
    if (there.kind === 'found') return ok('env-file', container, `reads ${value}, which exists`);
    return notFound('env-file', container, there, {
      message: `reads ${value}, which does not exist`,
      remedy: 'Upload the file first, or correct environmentFiles.',
    });
  });
