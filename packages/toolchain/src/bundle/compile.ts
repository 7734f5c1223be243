import { execFile } from 'node:child_process';
import { cp, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** The workspaces that the product is made of. The others make it, check it or show it. */
const product = ['core', 'aws', 'docker', 'registry', 'report', 'hosts', 'sandbox', 'app'];

/**
 * TypeScript → JavaScript under `build/`, in the layout of the sources. ncc's own TypeScript loader needs the
 * compiler's JavaScript API, which TypeScript 7 does not have, so ncc must meet JavaScript only.
 * @throws an Error with the compiler's output when a type is wrong
 */
export async function compile(root: string, build: string): Promise<void> {
  await rm(build, { recursive: true, force: true });
  await mkdir(build, { recursive: true });
  const config = join(build, 'tsconfig.json');
  await writeFile(
    config,
    JSON.stringify({
      extends: join(root, 'tsconfig.json'),
      compilerOptions: { noEmit: false, noEmitOnError: true, rootDir: root, outDir: build },
      include: product.map((name) => join(root, 'packages', name, 'src')),
      exclude: ['**/*.test.ts', '**/testing/**'].map((pattern) => join(root, 'packages', pattern)),
    }),
  );
  await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', config], {
    cwd: root,
  }).catch((error: { stdout?: string; stderr?: string; message: string }) => {
    throw new Error(`tsc failed:\n${error.stdout || error.stderr || error.message}`);
  });
  await linkPackages(root, build);
}

/** `@landfall/<package>` inside `build/` leads to the emitted JavaScript, not to the workspace's TypeScript. */
async function linkPackages(root: string, build: string) {
  const scope = join(build, 'node_modules', '@landfall');
  await mkdir(scope, { recursive: true });
  for (const name of (await readdir(join(build, 'packages'))).sort()) {
    const source = join(root, 'packages', name);
    const manifest = JSON.parse(await readFile(join(source, 'package.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    const built = { ...manifest, exports: { './*': './src/*.js' }, sideEffects: false };
    await writeFile(join(build, 'packages', name, 'package.json'), `${JSON.stringify(built, null, 2)}\n`);
    await symlink(join('..', '..', 'packages', name), join(scope, name));
    // A dependency that npm could not hoist is in the workspace's own node_modules, which the copy needs, too.
    await cp(join(source, 'node_modules'), join(build, 'packages', name, 'node_modules'), {
      recursive: true,
      verbatimSymlinks: true,
    }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
  }
}
