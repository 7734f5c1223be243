import type { World } from '../../../world/world.ts';
import {
  type Fields,
  isRecord,
  isRemote,
  repositoryOf,
  unreadable,
  unset,
  unsetIn,
  within,
} from '../build-target.ts';
import { interpolate } from './interpolate.ts';
import { buildFields, mergeServices } from './merge.ts';
import { filled, folderOf, type Layer, type Project, readComposeDocument } from './project.ts';

export interface Service {
  /** Those that were wanted: variables filled in, paths of the build from the workspace. */
  readonly fields: Fields;
  /** Where it is written, for messages. */
  readonly file: string;
  readonly folder: string;
  /** Sentences on variables that are not set. */
  readonly notes: readonly string[];
}

/** What of a service makes an image. */
const ofImage: readonly string[] = ['build', 'image', 'platform', 'profiles'];

/** The services of a project by name, each with the file that has it first. @throws FILE_UNREADABLE for one that two have */
export function serviceNames(project: Project): ReadonlyMap<string, Project> {
  const names = new Map<string, Project>();
  const add = (name: string, owner: Project) => {
    const other = names.get(name);
    if (other !== undefined && other !== owner)
      throw unreadable(
        project.layers[0]!.name,
        'include',
        `includes ${owner.layers[0]!.name}, whose service ${name} is also defined in ${other.layers[0]!.name}`,
      );
    names.set(name, owner);
  };
  for (const { document } of project.layers)
    for (const name of Object.keys(isRecord(document.services) ? document.services : {})) add(name, project);
  for (const included of project.includes)
    for (const [name, owner] of serviceNames(included)) add(name, owner);
  return names;
}

/**
 * A service with what its override files and `extends` say.
 * @param wanted its fields; by default, those that make an image
 * @throws FILE_UNREADABLE, PATH_MISSING, PATH_REFUSED
 */
export async function readService(
  name: string,
  { layers }: Project,
  world: Pick<World, 'files'>,
  wanted: readonly string[] | 'all' = ofImage,
): Promise<Service> {
  const notes: string[] = [];
  let fields: Fields | undefined;
  for (const layer of layers) {
    const own = serviceIn(layer, name);
    if (own !== undefined)
      fields = mergeServices(fields, await extended(name, own, { layer, notes, world, wanted, chain: [] }));
  }
  const [first] = layers;
  return { fields: fields ?? {}, file: first!.name, folder: first!.folder, notes };
}

function serviceIn({ document }: Layer, name: string): Fields | undefined {
  const services = isRecord(document.services) ? document.services : {};
  const service = Object.hasOwn(services, name) ? services[name] : undefined;
  return isRecord(service) ? service : undefined;
}

interface Reading {
  readonly layer: Layer;
  readonly notes: string[];
  readonly world: Pick<World, 'files'>;
  readonly wanted: readonly string[] | 'all';
  readonly chain: readonly string[];
}

async function extended(name: string, own: Fields, reading: Reading): Promise<Fields> {
  const { layer, world, chain } = reading;
  const at = `services.${name}.extends`;
  const mine = resolved(name, own, reading);
  if (own.extends === undefined || own.extends === null) return mine;
  const asked: Fields = isRecord(own.extends) ? own.extends : { service: own.extends };
  const [service, file] = [asked.service, asked.file].map((one) =>
    typeof one === 'string' ? filled(layer, at, one) : undefined,
  );
  if (service === undefined) throw unreadable(layer.name, at, 'must name a service');
  const path = file === undefined ? layer.name : within(layer.folder, file);
  const link = `${path} ${service}`;
  if (chain.includes(link)) throw unreadable(layer.name, at, `leads back to ${service}`);
  const base: Layer =
    file === undefined
      ? layer
      : { ...layer, name: path, folder: folderOf(path), document: await readComposeDocument(path, world) };
  const found = serviceIn(base, service);
  if (found === undefined) throw unreadable(layer.name, at, `names ${service}, which ${path} does not have`);
  return mergeServices(
    await extended(service, found, { ...reading, layer: base, chain: [...chain, link] }),
    mine,
  );
}

function resolved(name: string, own: Fields, { layer, notes, wanted }: Reading): Fields {
  const fill = (value: unknown, at: string): unknown => {
    if (Array.isArray(value)) return value.map((one, index) => fill(one, `${at}[${index}]`));
    if (isRecord(value))
      return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, fill(one, `${at}.${key}`)]));
    if (typeof value !== 'string') return value;
    if (at === `services.${name}.image` || at.startsWith(`services.${name}.build.tags`))
      return imageName(value, layer, at);
    const result = interpolate(value, layer.lookup);
    if (!result.ok) throw unreadable(layer.name, at, result.problem);
    for (const one of result.unset)
      notes.push(`${layer.name}: ${at}: the variable ${one} is not set, so it is empty`);
    return result.text;
  };
  const fields: Record<string, unknown> = {};
  for (const field of wanted === 'all' ? Object.keys(own) : wanted)
    if (own[field] !== undefined && own[field] !== null)
      fields[field] = fill(own[field], `services.${name}.${field}`);
  if (fields.build !== undefined) fields.build = placed(buildFields(fields.build), layer.folder);
  return fields;
}

/** A tag that lacks a variable would be another tag; whether it is used is known when the image gets its names. */
function imageName(text: string, layer: Layer, at: string): string {
  const marked = interpolate(text, layer.lookup, unset);
  if (!marked.ok) throw unreadable(layer.name, at, marked.problem);
  const variable = unsetIn(repositoryOf(marked.text));
  if (variable === undefined) return marked.text;
  throw unreadable(layer.name, at, `needs the variable ${variable}: set it in \`variables\``);
}

/** Paths of a file are relative to its own project, so they are placed before another file is laid over it. */
function placed(build: Fields, folder: string): Fields {
  const { context, additional_contexts: others } = build;
  const place = (value: unknown) =>
    typeof value === 'string' && !/^(?:service|target):/.test(value) ? within(folder, value) : value;
  const placedOthers = Array.isArray(others)
    ? others.map((one) => {
        const at = typeof one === 'string' ? one.indexOf('=') : -1;
        return at < 0 ? one : `${one.slice(0, at)}=${place(one.slice(at + 1))}`;
      })
    : isRecord(others)
      ? Object.fromEntries(Object.entries(others).map(([key, value]) => [key, place(value)]))
      : others;
  return {
    ...build,
    ...(typeof context === 'string' && { context: isRemote(context) ? context : within(folder, context) }),
    ...(others !== undefined && { additional_contexts: placedOthers }),
  };
}

/** A secret of the file, from the layers of the project that has the service. */
export function secretOf({ layers }: Project, name: string): Fields | undefined {
  let found: Record<string, unknown> | undefined;
  for (const layer of layers) {
    const { secrets } = layer.document;
    const secret = isRecord(secrets) && Object.hasOwn(secrets, name) ? secrets[name] : undefined;
    if (!isRecord(secret)) continue;
    const text = (field: string) =>
      typeof secret[field] === 'string'
        ? filled(layer, `secrets.${name}.${field}`, secret[field])
        : undefined;
    const [file, environment] = [text('file'), text('environment')];
    found = {
      ...found,
      ...secret,
      ...(file !== undefined && { file: within(layer.folder, file) }),
      ...(environment !== undefined && { environment }),
    };
  }
  return found;
}
