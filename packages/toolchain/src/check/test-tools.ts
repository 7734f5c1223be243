import { buildxVersions, installBuildx } from '../buildx/programs.ts';
import { run } from '../tools/run.ts';
import { clientTools, tool } from '../tools/tools.ts';
import type { Part } from './part.ts';

/** What the scenario tests of buildx run on: the machine's own plugin, or one built for them. */
export const buildxPart: Part = {
  name: 'buildx for the tests',
  async run(root) {
    const own = await run('docker', ['buildx', 'version'], { cwd: root });
    const found = /\bv?\d+\.\d+\.\d+\S*/.exec(own.output)?.[0];
    if (own.code === 0) return `this machine's own, ${found ?? 'of unknown version'}`;
    await installBuildx(root);
    const { buildx, buildkit } = await buildxVersions();
    return `buildx ${buildx} and BuildKit ${buildkit}, built with Go`;
  },
};

/** Other people's clients, which tests run against the sandbox. */
export const clientsPart: Part = {
  name: 'clients for the tests',
  async run(root) {
    // One after the other: Go uses every processor by itself.
    for (const name of clientTools) await tool(root, name);
    return clientTools.join(', ');
  },
};
