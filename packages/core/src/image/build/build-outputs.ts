import { csvField, csvFields } from '../../inputs/csv-fields.ts';
import { parseImageReference } from '../reference/image-reference.ts';

/** Where a build's result goes besides a registry: docs.docker.com/build/exporters. */
interface FileOutput {
  readonly type: 'local' | 'tar' | 'oci' | 'docker';
  /** As given. */
  readonly dest: string;
  /** The other attributes, `name=value`. */
  readonly attributes: readonly string[];
}

interface BuildOutputs {
  readonly files: readonly FileOutput[];
  /** `type=docker` without a file: into the engine. */
  readonly load: boolean;
  /** `type=registry`, or `type=image,push=true`. */
  readonly push: boolean;
  /** What else `type=image` and `type=registry` say of the image: `compression=zstd`, `annotation.a=b`. */
  readonly attributes: readonly string[];
  /** `push-by-digest=true`: the image gets no tag. */
  readonly byDigest: boolean;
  /** The repositories of `name=`, which goes with `push-by-digest=true` alone. */
  readonly names: readonly string[];
}

const fileTypes = ['local', 'tar', 'oci', 'docker'];
/** What this step decides itself: its names and the digest that it checks are made of `repository` and `tags`. */
const ours = ['name', 'push-by-digest', 'name-canonical', 'dangling-name-prefix'];
/** What `push-by-digest=true` goes with; the name of an image without a tag is canonical anyway. */
const ofDigest = ['name', 'push-by-digest', 'name-canonical'];

const isRepository = (name: string) => {
  const parsed = parseImageReference(name);
  return parsed.ok && parsed.reference.tag === undefined && parsed.reference.digest === undefined;
};

export function parseOutputs(
  lines: readonly string[],
): { readonly outputs: BuildOutputs } | { readonly problem: string } {
  const files: FileOutput[] = [];
  const attributes: string[] = [];
  const names: string[] = [];
  let [load, push, byDigest] = [false, false, false];
  for (const line of lines) {
    const refuse = (problem: string) => ({ problem: `holds "${line.slice(0, 200)}", which ${problem}` });
    const fields = csvFields(line);
    if (!fields) return refuse('has a double quote that is not closed');
    // A bare path is a folder, as for docker.
    const bare = fields.length === 1 && !fields[0]!.includes('=');
    const pairs = (bare ? ['type=local', `dest=${fields[0]}`] : fields).map(pair);
    const wrong = pairs.find(([, value]) => value === undefined);
    if (wrong) return refuse(`has "${wrong[0]}", which is not name=value`);
    const value = (...names: readonly string[]) => pairs.find(([name]) => names.includes(name))?.[1];
    const type = value('type');
    const dest = value('dest', 'destination');
    const rest = pairs
      .filter(([name]) => !['type', 'dest', 'destination', 'push'].includes(name))
      .map(([name, text]) => `${name}=${text}`);
    if (type === 'image' || type === 'registry') {
      const untagged = value('push-by-digest') === 'true';
      const given = pairs.find(([name]) => ours.includes(name) && !(untagged && ofDigest.includes(name)));
      if (given) return refuse(`has "${given[0]}": the image is named by \`repository\` and \`tags\``);
      const named = (value('name') ?? '').split(',').filter(Boolean);
      const odd = named.find((name) => !isRepository(name));
      if (odd !== undefined) return refuse(`has the name "${odd}", which is not a repository without a tag`);
      if (dest !== undefined) return refuse(`has a dest, which ${type} does not accept`);
      push ||= type === 'registry' || value('push') === 'true';
      byDigest ||= untagged;
      names.push(...named);
      attributes.push(...rest.filter((one) => !ours.some((name) => one.startsWith(`${name}=`))));
    } else if (type === 'docker' && dest === undefined) {
      if (rest.length > 0) return refuse(`has "${rest[0]}", which \`load\` does not accept`);
      load = true;
    } else if (type !== undefined && fileTypes.includes(type)) {
      if (!dest) return refuse('needs a dest');
      if (dest === '-') return refuse('writes to stdout, which is the log: name a file');
      files.push({ type: type as FileOutput['type'], dest, attributes: rest });
    } else return refuse(type === undefined ? 'needs a type' : `has a type other than ${known.join(', ')}`);
  }
  return { outputs: { files, load, push, attributes, byDigest, names } };
}

/** What cannot be combined with the other inputs: completes a sentence that starts with `outputs`. */
export function outputsProblem(
  lines: readonly string[] = [],
  { push, refused, many }: { readonly push: boolean; readonly refused: boolean; readonly many: boolean },
): string | undefined {
  const parsed = parseOutputs(lines);
  if ('problem' in parsed) return parsed.problem;
  const { attributes, byDigest, files, push: pushes } = parsed.outputs;
  if (pushes && refused) return 'pushes, although push is false';
  if (byDigest && !push) return 'has push-by-digest=true without push=true, and pushes nothing';
  if (byDigest && many) return 'has push-by-digest=true, which is for a single image';
  if (attributes.length > 0 && !push) return `gives "${attributes[0]}" to an image that is not pushed`;
  return many && files.length > 0
    ? `writes ${files[0]!.dest}, which the images of one file would overwrite`
    : undefined;
}

const known = [...fileTypes, 'image', 'registry'];

function pair(field: string): [string, string | undefined] {
  const at = field.indexOf('=');
  return at < 0 ? [field, undefined] : [field.slice(0, at).trim().toLowerCase(), field.slice(at + 1)];
}

/** As buildx takes it, with the place where it goes. */
export const outputLine = ({ type, attributes }: FileOutput, dest: string) =>
  [`type=${type}`, `dest=${dest}`, ...attributes].map(csvField).join(',');
