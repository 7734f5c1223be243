import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

interface TestRun {
  readonly code: number;
  /** What was skipped and why, and as the last line the count. Progress is shown as it comes. */
  readonly lines: readonly string[];
}

export async function runTests(root: string): Promise<TestRun> {
  const child = spawn(
    process.execPath,
    ['--experimental-vm-modules', join(root, 'node_modules/jest/bin/jest.js'), '--silent'],
    {
      cwd: root,
      stdio: ['inherit', 'pipe', 'inherit'],
      env: { ...process.env, NODE_NO_WARNINGS: '1' },
    },
  );
  const [output, [code]] = await Promise.all([text(child.stdout!), once(child, 'close')]);
  return { code: (code as number | null) ?? 1, lines: output.trimEnd().split('\n') };
}
