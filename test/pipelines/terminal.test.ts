/** Operations typed one after the other, as a person does, without an export between them. */
import { expect, test } from '@jest/globals';
import { removeImages } from '../images/image-world.ts';
import { describeUnless, noImageTools } from '../runner/requirements.ts';
import { pipelineWorld } from './pipeline-world.ts';
import { runCli } from './run-cli.ts';

describeUnless(noImageTools)('in a terminal, on a real engine,', () => {
  test('build-push finds the login of ecr-login, until clean-up', async () => {
    await using world = await pipelineWorld();
    const landfall = (...argv: string[]) => runCli(world, ...argv);
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
