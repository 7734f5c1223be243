// The bundler of GitHub's own actions; its interface is one function.
import ncc from '@vercel/ncc';

/** File name → bytes, as they will stand in `dist/`. */
export type Bundle = ReadonlyMap<string, Buffer>;

/**
 * One ES module bundle, split at dynamic imports: `<name>.js` is what is read first, every other file is a chunk
 * that is read when it is needed. Not minified, so that a release can be read and compared.
 */
export async function bundleEntry(entry: string, name: string): Promise<Bundle> {
  const { code, assets } = await ncc(entry, {
    filename: `${name}.js`,
    esm: true,
    cache: false,
    quiet: true,
    minify: false,
    license: 'licenses.txt',
    target: 'es2022',
    mainFields: ['module', 'main'],
  });
  const files = new Map([[`${name}.js`, Buffer.from(code)]]);
  for (const [file, { source }] of Object.entries(assets)) files.set(file, Buffer.from(source));
  return files;
}
