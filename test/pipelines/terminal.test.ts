/** Operations typed one after the other, as a person does, without an export between them. */
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { removeImages } from '../images/image-world.ts';
import { describeUnless, noImageTools } from '../runner/requirements.ts';
import { cli, type PipelineWorld, pipelineWorld } from './pipeline-world.ts';

describeUnless(noImageTools)('in a terminal, on a real engine,', () => {
  test('build-push finds the login of ecr-login, until clean-up', async () => {
    await using world = await pipelineWorld();
    const landfall = terminal(world);
    const image = ['--registry', world.sandbox.registry, '--repository', 'web', '--tags', 'typed-1'];
    expect((await landfall('build-push', ...image)).output).toContain('PUSH_DENIED');
    expect((await landfall('ecr-login')).output).toContain('logged in to');
    const pushed = await landfall('build-push', ...image);
    expect(pushed.output).toMatch(
      /^using the login made by ecr-login in \S+ \(landfall clean-up removes it\)$/m,
    );
    expect(pushed).toMatchObject({ status: 0, output: expect.stringMatching(/^pushed \S+\/web@sha256:/m) });
    expect((await landfall('clean-up')).output).toContain('removed the login');
    expect((await landfall('build-push', ...image, '--no-cache')).output).toContain('PUSH_DENIED');
    expect((await landfall('ecr-login', '--skip-logout')).output).toContain('logged in to');
    const again = await landfall('build-push', ...image);
    expect(again.output).toMatch(
      /^using the login made by ecr-login in \S+ \(kept, because of skip-logout\)$/m,
    );
    expect(again.status).toBe(0);
    removeImages(`${world.sandbox.registry}/web:typed-1`);
  });
});

function terminal(world: PipelineWorld) {
  const TMPDIR = join(world.source, '..', 'tmp');
  mkdirSync(TMPDIR);
  return (...argv: string[]) =>
    new Promise<{ status: number | null; output: string }>((resolve) => {
      const child = spawn(process.execPath, [cli, ...argv], {
        cwd: world.source,
        env: { ...world.environment, HOME: TMPDIR, TMPDIR },
      });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
      child.on('close', (status) => resolve({ status, output }));
    });
}
