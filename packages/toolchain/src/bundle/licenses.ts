import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/**
 * The text of `licenses.txt`: each package of which a module is in the bundle, its licence and the text of it.
 * The bundler is one of them, because its runtime is in the bundle.
 * @throws an Error for a package without a licence
 */
export async function licensesOf(modules: readonly string[]): Promise<string> {
  const bundler = createRequire(import.meta.url).resolve('@rspack/core');
  const folders = new Set(
    [bundler, ...modules].filter((path) => path.includes('node_modules')).map(packageFolder),
  );
  const entries = await Promise.all([...folders].map(licenseIn));
  // Two versions of a package have one entry, unless its licence has changed.
  return `${[...new Set(entries)].sort().join('\n\n')}\n`;
}

/** `…/node_modules/<name>`, the innermost. */
const packageFolder = (path: string) =>
  /^.*[\\/]node_modules[\\/](?:@[^\\/]+[\\/])?[^\\/]+/.exec(path)?.[0] ?? dirname(path);

async function licenseIn(folder: string): Promise<string> {
  const { name, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    readonly name?: string;
    readonly license?: string;
  };
  if (!name || !license) throw new Error(`${folder}/package.json names no licence`);
  const file = (await readdir(folder)).sort().find((entry) => /^licen[cs]e(?:$|[.-])/i.test(entry));
  const text = file ? `\n${(await readFile(join(folder, file), 'utf8')).trimEnd()}` : '';
  return `${name}\n${license}${text}`;
}
