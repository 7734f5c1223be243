import { cp, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const scopes = ['@aws-sdk', '@smithy'];

/**
 * Copies the AWS SDK beside the emitted JavaScript with its `node` export condition taken out. Under that condition
 * the SDK offers CommonJS, which no bundler can shake; without it, its ES modules: 0.6 MB of an ECS client instead
 * of 1.2 MB, and the credential providers nobody uses stay in chunks that are never read.
 */
export async function preferEsModules(root: string, build: string): Promise<void> {
  for (const scope of scopes) {
    const names = (await readdir(join(root, 'node_modules', scope))).sort();
    for (const name of names) {
      const from = join(root, 'node_modules', scope, name);
      const to = join(build, 'node_modules', scope, name);
      const manifest = JSON.parse(await readFile(join(from, 'package.json'), 'utf8')) as {
        exports?: unknown;
      };
      await mkdir(to, { recursive: true });
      await cp(from, to, {
        recursive: true,
        filter: (path) =>
          !/[/\\](?:dist-types|node_modules)(?:[/\\]|$)|\.d\.ts$/.test(path.slice(from.length)),
      });
      await writeFile(join(to, 'package.json'), JSON.stringify(withoutNode(manifest)));
    }
  }
}

function withoutNode(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const entries = Object.entries(value);
  const hasImport = entries.some(([key]) => key === 'import');
  return Object.fromEntries(
    entries
      .filter(([key, one]) => !(hasImport && key === 'node' && typeof one === 'string'))
      .map(([key, one]) => [key, withoutNode(one)]),
  );
}
