import { execFileSync } from 'node:child_process';
import { metadataAction } from '@landfall/generator/migrating/rows/docker-metadata-action';
import { oneStep } from './account.ts';
import { proves } from './proofs.ts';

proves(metadataAction, async (scenario) =>
  oneStep({
    before: (workspace) => {
      if (scenario !== 'a checkout') return;
      const git = (...argv: readonly string[]) => execFileSync('git', ['-C', workspace, ...argv]);
      git('init', '--quiet', '--initial-branch', 'trunk');
      git('config', 'user.name', 'someone');
      git('config', 'user.email', 'someone@example.com');
      git('commit', '--quiet', '--allow-empty', '--message', 'first');
    },
  }),
);
