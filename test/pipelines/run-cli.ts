import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { cli, type PipelineWorld } from './pipeline-world.ts';

/** `landfall` in a terminal, whose temporary files and home are the world's own. */
export function runCli(world: PipelineWorld, ...argv: readonly string[]) {
  const TMPDIR = join(world.source, '..', 'tmp');
  mkdirSync(TMPDIR, { recursive: true });
  return new Promise<{ status: number | null; stdout: string; stderr: string; output: string }>((resolve) => {
    const child = spawn(process.execPath, [cli, ...argv], {
      cwd: world.source,
      env: { ...world.environment, HOME: TMPDIR, TMPDIR },
    });
    let [stdout, stderr, output] = ['', '', ''];
    child.stdout.on('data', (chunk) => {
      stdout += chunk;
      output += chunk;
    });
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
      output += chunk;
    });
    child.on('close', (status) => resolve({ status, stdout, stderr, output }));
  });
}
