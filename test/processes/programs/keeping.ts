/** Leaves a Docker configuration for the end of the job, as `ecr-login` does; with STAY it waits to be killed. */
import { withHost } from '@landfall/app/program/session';
import { configFolderStem, writeLoginState } from '@landfall/core/registry/login/login-state';
import { createFiles } from '@landfall/hosts/machine/files';

await withHost(process, { scope: 'ecr-login', inputs: new Map() }, async (host, clock) => {
  const folder = await createFiles(host).privateFolder(configFolderStem);
  await host.saveState(
    'docker-config',
    writeLoginState({ folder, registries: ['012345678901.dkr.ecr.eu-west-1.amazonaws.com'] }),
  );
  host.log.info(folder);
  if (process.env.STAY === 'true') await clock.sleep(60_000, host.cancellation);
  return 0;
});
