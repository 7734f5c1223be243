import { isLandfallError } from '../errors/landfall-error.ts';
import { invalidInputs } from '../inputs/parse-inputs.ts';
import type { Files } from '../world/files.ts';
import type { World } from '../world/world.ts';
import { allProblems } from './check-environments.ts';
import { schemaUrl } from './manifest-shape.ts';
import type { Problem } from './problem.ts';
import { readManifest } from './read-manifest.ts';
import { resolveEnvironment } from './resolve-environment.ts';
import type { TemplateEngine } from './template-engine.ts';

/** A manifest that is to be written, with its task definitions. */
export interface Draft {
  readonly manifest: Readonly<Record<string, unknown>>;
  /** By their paths from the folder of the manifest. */
  readonly documents: readonly { readonly path: string; readonly document: unknown }[];
  /** Variables that it uses and that have no value yet. */
  readonly missing: readonly string[];
  /** What could not be converted; an error where nothing is to be written. */
  readonly problems: readonly Problem[];
}

/** A file, by its path from the workspace. */
export interface DraftFile {
  readonly path: string;
  readonly text: string;
}

/** What editors know the keys of the file by. */
export const withSchema = (text: string) => `# yaml-language-server: $schema=${schemaUrl}\n${text}`;

/** The files of a draft, the manifest last: where it is, all that it names is. */
export async function draftFiles(
  { manifest, documents }: Pick<Draft, 'manifest' | 'documents'>,
  path: string,
): Promise<readonly DraftFile[]> {
  const { stringify } = await import('yaml');
  const folder = path.replace(/[^/]*$/, '');
  return [
    ...documents.map((one) => ({
      path: `${folder}${one.path}`,
      text: `${JSON.stringify(one.document, undefined, 2)}\n`,
    })),
    { path, text: withSchema(stringify(manifest, { lineWidth: 0, aliasDuplicateObjects: false })) },
  ];
}

/** What check-manifest would find wrong with a draft, variables without a value aside. */
export async function draftProblems(
  draft: Draft,
  path: string,
  engine: () => Promise<TemplateEngine>,
): Promise<readonly Problem[]> {
  const placeholders = Object.fromEntries(draft.missing.map((one) => [one, placeholderOf(one, draft)]));
  const manifest = { ...draft.manifest, vars: { ...Object(draft.manifest.vars), ...placeholders } };
  const files = await draftFiles({ ...draft, manifest }, path);
  const textOf = (wanted: string) => files.find((one) => one.path === wanted)?.text ?? '';
  const read = await readManifest(textOf(path), path);
  const image = 'example.com/image:placeholder';
  const resolved = await Promise.all(
    read.environments.map((environment) =>
      resolveEnvironment(read, environment, {
        vars: new Map(),
        env: new Map(),
        image,
        commit: '0'.repeat(40),
        read: async (one) => textOf(one),
        engine,
      }),
    ),
  );
  return allProblems(read.problems, resolved).filter(({ level }) => level === 'error');
}

/** Of a kind that is wanted where the variable is. */
function placeholderOf(variable: string, { manifest, documents }: Draft) {
  const isAt = (key: string) => JSON.stringify([manifest, documents]).includes(`"${key}":"\${${variable}}"`);
  if (isAt('subnets') || isAt('securityGroups')) return ['placeholder'];
  return isAt('containerPort') ? 1 : 'placeholder';
}

/**
 * Writes all files, each whole or not at all.
 * @throws INPUT_INVALID for files that are there, before anything is written; PATH_REFUSED, DISK_FULL
 */
export async function writeFiles(
  files: readonly DraftFile[],
  overwrite: boolean,
  { files: disk, host }: Pick<World, 'files' | 'host'>,
): Promise<readonly string[]> {
  if (!overwrite) await refuseExisting(files, disk);
  const written: string[] = [];
  try {
    for (const { path, text } of files) written.push(await disk.writeArtifact(path, text));
  } catch (thrown) {
    if (written.length > 0) host.log.warning(`written before that: ${written.join(', ')}`);
    throw thrown;
  }
  for (const path of written) host.log.info(`wrote ${path}`);
  return written;
}

async function refuseExisting(files: readonly DraftFile[], disk: Files): Promise<void> {
  const there: string[] = [];
  for (const { path } of files) if (await isThere(path, disk)) there.push(path);
  if (there.length === 0) return;
  throw invalidInputs([
    {
      input: 'overwrite',
      problem: `must be set to replace ${there.join(', ')}, which ${there.length === 1 ? 'exists' : 'exist'}`,
    },
  ]);
}

const isThere = (file: string, disk: Files): Promise<boolean> =>
  disk.file(file).then(
    () => true,
    (thrown) => {
      if (isLandfallError(thrown, 'PATH_MISSING')) return false;
      throw thrown;
    },
  );
