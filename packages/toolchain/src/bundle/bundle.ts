import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { tidy } from './tidy.ts';

/** File name → bytes, as they are in `dist/`. */
export type Bundle = ReadonlyMap<string, Buffer>;

const run = promisify(execFile);

/**
 * Without V8's optimizing compilers: with them (Node 24.21) about one bundle in seven takes webpack's rule
 * `exclude: /\.(node|json)$/` for its opposite, and gives the parser of JSON the options of JavaScript's.
 */
const flags = ['--no-maglev', '--no-opt'];
const isMiscompiled = (output: string) => output.includes('Json Modules Plugin has been initialized');

/**
 * One ES module bundle of a file of `build`, split at dynamic imports: `<name>.js` is what is read first, every
 * other file is a chunk that is read when it is needed. Tidied and not minified, so that a release can be read and
 * compared.
 * @throws an Error for a module that is not found
 */
export async function bundleEntry(build: string, entry: string, name: string): Promise<Bundle> {
  const { code, assets } = await bundled(build, entry, `${name}.js`);
  const files = new Map([[`${name}.js`, Buffer.from(await tidy(code))]]);
  for (const [file, source] of Object.entries(assets)) {
    const bytes = Buffer.from(source, 'base64');
    files.set(file, file.endsWith('.js') ? Buffer.from(await tidy(bytes.toString())) : bytes);
  }
  refuseUnresolved(files);
  return files;
}

interface Output {
  readonly code: string;
  /** In Base64. */
  readonly assets: Readonly<Record<string, string>>;
}

/** In a process of its own, in that folder: the bundler names modules and chunks by their paths from there. */
async function bundled(folder: string, entry: string, file: string, attempt = 1): Promise<Output> {
  const bundler = fileURLToPath(new URL('run-ncc.ts', import.meta.url));
  try {
    const { stdout } = await run(process.execPath, [...flags, bundler, join(folder, entry), file], {
      cwd: folder,
      maxBuffer: 1_000_000_000,
    });
    return JSON.parse(stdout);
  } catch (thrown) {
    const output = (thrown as { stderr?: string }).stderr ?? '';
    if (isMiscompiled(output) && attempt < 3) return bundled(folder, entry, file, attempt + 1);
    throw new Error(`the bundler failed:\n${output || (thrown as Error).message}`);
  }
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
