import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { commandsOf, dockerfile } from '../jobs/image-job.ts';
import { onBuildx } from './buildx-job.ts';
import { stored } from './stored.ts';

const entries = (path: string) =>
  execFileSync('tar', ['--list', '--file', path], { encoding: 'utf8' }).trim().split('\n').sort();

onBuildx('what buildx makes of a build', ['team/web'], (bench) => {
  test('a folder, an archive and an OCI layout are written in addition to the push of the same image', async () => {
    const job = await bench().job({ files: { Dockerfile: dockerfile() } });
    const step = await job.build({
      repository: 'team/web',
      tags: 'v1',
      outputs: 'type=local,dest=out/files\ntype=tar,dest=out/files.tar\ntype=oci,dest=out/image.tar',
    });
    expect(step.exitCode).toBe(0);
    const at = (path: string) => join(job.workspace, 'out', path);
    expect(step.outputs['output-files']).toBe(['files', 'files.tar', 'image.tar'].map(at).join('\n'));
    expect(readFileSync(join(at('files'), 'once'), 'utf8')).toHaveLength(24);
    expect(entries(at('files.tar'))).toEqual(['busybox', 'once']);
    expect(entries(at('image.tar'))).toEqual(expect.arrayContaining(['index.json', 'oci-layout']));
    expect(step.outputs.digest).toBe((await stored(bench().sandbox, 'team/web', 'v1')).digest);
    await job.end();
  });

  test('files alone, without a push, are no image', async () => {
    const job = await bench().job({ files: { Dockerfile: dockerfile() } });
    const step = await job.build({ outputs: 'out', registry: '' });
    expect(step.exitCode).toBe(0);
    expect(Object.keys(step.outputs).sort()).toEqual(['metadata', 'output-files', 'version']);
    expect(existsSync(join(job.workspace, 'out/once'))).toBe(true);
    await job.end();
  });

  test('a check fails on a warning, annotates its line, and builds nothing', async () => {
    const job = await bench().job({
      files: {
        Dockerfile: dockerfile(),
        'Odd.Dockerfile': 'FROM scratch AS one\nCOPY busybox /\nCMD /busybox true\n',
      },
    });
    const good = await job.build({ call: 'check', registry: '' });
    expect([good.exitCode, commandsOf(good, 'warning')]).toEqual([0, []]);
    expect(good.log.join('\n')).toContain('Check complete, no warnings found.');
    const odd = await job.build({ call: 'check', file: 'Odd.Dockerfile', registry: '' });
    expect(odd.exitCode).toBe(1);
    expect(commandsOf(odd, 'warning').map(({ properties, data }) => ({ ...properties, data }))).toEqual([
      {
        title: 'JSONArgsRecommended',
        file: 'Odd.Dockerfile',
        line: '3',
        data: expect.stringContaining('JSON arguments recommended for CMD'),
      },
    ]);
    expect(commandsOf(odd, 'error').map(({ data }) => data.split('\n')[0])).toEqual([
      'docker build --call check exited with 1: Check complete, 1 warning has been found!',
    ]);
    await job.end();
  });
});
