import { loadDocument } from '../../../documents/load-document.ts';
import type { World } from '../../../world/world.ts';
import { type Fields, isRecord, unreadable, within } from '../build-target.ts';
import { interpolate, type Lookup } from './interpolate.ts';
import { withEnvFiles } from './variables.ts';

/** One Compose file as written. */
export interface Layer {
  /** For messages: its path. */
  readonly name: string;
  /** To what its paths are relative; empty for the workspace itself. */
  readonly folder: string;
  readonly document: Fields;
  readonly lookup: Lookup;
}

/** A Compose file with its override files, and what it includes. */
export interface Project {
  readonly layers: readonly Layer[];
  readonly includes: readonly Project[];
}

export const folderOf = (path: string) => (path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '');

/** Files of a project: one that includes two that include two has no end otherwise. */
const mostFiles = 100;

/**
 * Reads the files and what they include. Each file after the first lies over those before it; the paths of all are
 * relative to the folder of the first (13-merge.md, 14-include.md).
 * @param paths from the workspace
 * @throws FILE_UNREADABLE, PATH_MISSING, PATH_REFUSED
 */
export async function readProject(
  paths: readonly string[],
  given: Lookup,
  world: Pick<World, 'files'>,
  options: {
    readonly folder?: string | undefined;
    readonly envFiles?: readonly string[] | undefined;
    readonly chain?: readonly string[];
    readonly read?: string[];
  } = {},
): Promise<Project> {
  const folder = options.folder ?? folderOf(paths[0]!);
  const { read = [] } = options;
  const chain = [...(options.chain ?? []), ...paths];
  const lookup = await withEnvFiles(given, folder, options.envFiles, world);
  const layers: Layer[] = [];
  const includes: Project[] = [];
  for (const name of paths) {
    read.push(name);
    if (read.length > mostFiles)
      throw unreadable(read[0]!, 'include', `includes more than ${mostFiles} files`);
    const document = await readComposeDocument(name, world);
    const layer = { name, folder, document, lookup };
    layers.push(layer);
    for (const included of includesOf(layer)) {
      if (included.paths.some((one) => chain.includes(one)))
        throw unreadable(name, 'include', `leads back to ${included.paths.join(', ')}`);
      includes.push(await readProject(included.paths, lookup, world, { ...included, chain, read }));
    }
  }
  return { layers, includes };
}

export async function readComposeDocument(name: string, { files }: Pick<World, 'files'>): Promise<Fields> {
  const document = await loadDocument(await files.readText(name), name, { mergeKeys: true });
  if (!isRecord(document) || !(isRecord(document.services) || Array.isArray(document.include)))
    throw unreadable(name, 'services', 'is missing: this is not a Compose file');
  return document;
}

/** A text of a layer with its variables. @throws FILE_UNREADABLE */
export function filled(layer: Layer, at: string, text: string): string {
  const result = interpolate(text, layer.lookup);
  if (result.ok) return result.text;
  throw unreadable(layer.name, at, result.problem);
}

function includesOf(layer: Layer) {
  const { include = [] } = layer.document;
  if (!Array.isArray(include)) throw unreadable(layer.name, 'include', 'must be a list');
  return include.map((one: unknown, index) => {
    const at = `include[${index}]`;
    const fields: Fields = isRecord(one) ? one : { path: one };
    const unknown = Object.keys(fields).find(
      (field) => !['path', 'project_directory', 'env_file'].includes(field),
    );
    if (unknown) throw unreadable(layer.name, `${at}.${unknown}`, 'is not supported by this step');
    const paths = (value: unknown, field: string) =>
      [value].flat().map((path) => {
        if (typeof path !== 'string') throw unreadable(layer.name, `${at}.${field}`, 'must be a path');
        const text = filled(layer, `${at}.${field}`, path);
        if (/^[a-z][a-z0-9+.-]*:/i.test(text))
          throw unreadable(layer.name, `${at}.${field}`, `names ${text}: only files are included`);
        return within(layer.folder, text);
      });
    const included = paths(fields.path, 'path');
    if (included.length === 0) throw unreadable(layer.name, at, 'does not name a file');
    return {
      paths: included,
      ...(fields.project_directory !== undefined && {
        folder: paths(fields.project_directory, 'project_directory')[0],
      }),
      ...(fields.env_file !== undefined && { envFiles: paths(fields.env_file, 'env_file') }),
    };
  });
}
