import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { startSandbox } from '@landfall/sandbox/sandbox';
import { removeImages } from '../image-world.ts';
import { dockerfile, imageJob, onEngine } from './image-job.ts';

/** Two megabytes of what a runner, a terminal or a decoder would stumble over. */
function hostile(): Buffer {
  const lines = [
    '::set-output name=image::evil',
    '::save-state name=build-folder::/etc',
    '::set-env name=DOCKER_CONFIG::/tmp/evil',
    '::add-path::/tmp/evil',
    '::add-mask::a',
    '::error::not ours',
    '::endgroup::',
    '::stop-commands::x',
    '##[set-output name=image]evil',
    '##[add-mask]a',
    '##vso[task.setvariable variable=image]evil',
    '\u001b]0;title\u0007\u001b[2J\u001b[31m::set-output name=image::evil',
    '\u2028::set-output name=image::evil\u0085::set-output name=image::evil',
    'a\r::set-output name=image::evil',
    'image<<EOF\nevil\nEOF',
  ];
  const invalid = Buffer.from([0xff, 0xfe, 0xc0, 0xaf, 0xed, 0xa0, 0x80, 0x00, 0x0a]);
  const block = Buffer.concat([Buffer.from(`${lines.join('\n')}\n`), invalid]);
  const times = Math.ceil(2_000_000 / block.length);
  // The last line is longer than any that is kept, and does not end.
  return Buffer.concat([
    ...Array.from({ length: times }, () => block),
    Buffer.alloc(200_000, '::add-mask::b'),
  ]);
}

onEngine('B06 B07: two megabytes of a hostile build log', () => {
  test('set no output, no variable and no state, mask nothing, and the image is pushed', async () => {
    const sandbox = await startSandbox({ enforce: true });
    try {
      await sandbox.dispatch('ecr', 'CreateRepository', { repositoryName: 'web' });
      const files = { Dockerfile: dockerfile('COPY hostile /\nRUN ["/busybox", "cat", "/hostile"]\n') };
      const job = imageJob({ sandbox, files });
      writeFileSync(join(job.workspace, 'hostile'), hostile());
      const { registry } = (await job.step('ecr-login')).outputs;
      const step = await job.step('build-push', { registry: registry!, repository: 'web', tags: 'v1' });
      expect(step.exitCode).toBe(0);
      expect(Object.keys(step.outputs).sort()).toEqual(
        ['digest', 'image', 'imageid', 'metadata', 'repository', 'tags', 'verified', 'version'].sort(),
      );
      expect(step.outputs.image).toMatch(new RegExp(`^${registry}/web@sha256:[0-9a-f]{64}$`));
      expect(JSON.stringify(step.outputs)).not.toContain('evil');
      expect([...new Set(step.commands.map(({ command }) => command))].sort()).toEqual(['endgroup', 'group']);
      expect(step.raw).toContain('set-output name=image');
      expect(Buffer.byteLength(step.raw)).toBeLessThan(3_000_000);
      for (const post of await job.end()) expect(post.conclusion).toBe('success');
      expect(job.leftovers()).toEqual([]);
      removeImages(`${registry}/web:v1`);
    } finally {
      await sandbox.close();
    }
  });
});
