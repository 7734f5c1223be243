import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Runs the tests with their output as it comes; the last line of it is the count. Returns the exit code. */
export async function runTests(root: string): Promise<number> {
  const child = spawn(
    process.execPath,
    ['--experimental-vm-modules', join(root, 'node_modules/jest/bin/jest.js'), '--silent'],
    { cwd: root, stdio: 'inherit', env: { ...process.env, NODE_NO_WARNINGS: '1' } },
  );
  const [code] = (await once(child, 'close')) as [number | null];
  return code ?? 1;
}
