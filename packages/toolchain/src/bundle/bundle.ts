import { join } from 'node:path';
// The bundler of GitHub's own actions; its interface is one function.
import ncc from '@vercel/ncc';
import { tidy } from './tidy.ts';

/** File name → bytes, as they will stand in `dist/`. */
export type Bundle = ReadonlyMap<string, Buffer>;

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
 */
export async function bundleEntry(build: string, entry: string, name: string): Promise<Bundle> {
  const { code, assets } = await inFolder(build, () =>
    ncc(join(build, entry), { ...options, filename: `${name}.js` }),
  );
  const files = new Map([[`${name}.js`, Buffer.from(await tidy(code))]]);
  for (const [file, { source }] of Object.entries(assets)) {
    files.set(file, Buffer.from(file.endsWith('.js') ? await tidy(source.toString()) : source));
  }
  return files;
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
