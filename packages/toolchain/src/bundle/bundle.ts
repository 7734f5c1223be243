import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
// The bundler of GitHub's own actions; its interface is one function.
import ncc from '@vercel/ncc';
import { tidy } from './tidy.ts';

/** File name → bytes, as they will be in `dist/`. */
export type Bundle = ReadonlyMap<string, Buffer>;

// Under V8's optimizing compiler Maglev (Node 24.21) the second or third bundle of a process often fails: webpack's rule
// `exclude: /\.(node|json)$/` is taken for its opposite, and every JavaScript module is parsed as JSON.
setFlagsFromString('--no-maglev');

const options = {
  esm: true,
  cache: false,
  quiet: true,
  minify: false,
  license: 'licenses.txt',
  target: 'es2022',
  mainFields: ['module', 'main'],
} as const;

/**
 * One ES module bundle of a file of `build`, split at dynamic imports: `<name>.js` is what is read first, every
 * other file is a chunk that is read when it is needed. Tidied and not minified, so that a release can be read and
 * compared.
 * @throws an Error for a module that is not found
 */
export async function bundleEntry(build: string, entry: string, name: string): Promise<Bundle> {
  const { code, assets } = await inFolder(build, () =>
    ncc(join(build, entry), { ...options, filename: `${name}.js` }),
  );
  const files = new Map([[`${name}.js`, Buffer.from(await tidy(code))]]);
  for (const [file, { source }] of Object.entries(assets)) {
    files.set(file, Buffer.from(file.endsWith('.js') ? await tidy(source.toString()) : source));
  }
  refuseUnresolved(files);
  return files;
}

/** proxy-agent-negotiate loads it for proxies that ask for Negotiate, and says so where it is not installed. */
const optional = ['kerberos'];

/** What the bundler silently puts instead of a module that it did not find. */
const leftOut = /\beval\("require"\)\("([^"]+)"\)/g;

/**
 * A module that was not found would fail when it is first needed, in a user's pipeline.
 * @throws an Error that names the modules, and the files that need them
 */
function refuseUnresolved(files: Bundle): void {
  const found = [...files].flatMap(([file, bytes]) =>
    [...bytes.toString().matchAll(leftOut)]
      .filter(([, name]) => !optional.includes(name!))
      .map(([, name]) => `${name} (in ${file})`),
  );
  if (found.length > 0) throw new Error(`the bundler found no module ${found.join(', ')}`);
}

/** The bundler names modules and chunks by their paths from the working directory, which must not tell where we are. */
async function inFolder<T>(folder: string, body: () => Promise<T>): Promise<T> {
  const before = process.cwd();
  process.chdir(folder);
  try {
    return await body();
  } finally {
    process.chdir(before);
  }
}
