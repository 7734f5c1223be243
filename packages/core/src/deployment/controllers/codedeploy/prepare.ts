import { readGroup } from '../../../codedeploy/deployment-group.ts';
import { loadDocument } from '../../../documents/load-document.ts';
import { isLandfallError, LandfallError } from '../../../errors/landfall-error.ts';
import type { AppSpecFile } from '../../../pipeline-files/app-spec-resources.ts';
import type { World } from '../../../world/world.ts';
import type { ControllerValues } from '../../inputs/codedeploy-inputs.ts';
import type { Target } from '../../service/read-service-targets.ts';
import type { ServiceOfRun } from '../controller.ts';
import { appSpecFor } from './app-spec.ts';
import type { CodeDeployTarget } from './read/current.ts';

/** Where the official action looks when it is told nothing. */
const usualFile = 'appspec.yaml';

/**
 * Reads what CodeDeploy needs of every service that it deploys, before anything is registered.
 * @throws PATH_MISSING, FILE_UNREADABLE, CONTAINER_NOT_FOUND, NOT_FOUND, INPUT_INVALID
 */
export async function prepare(
  services: readonly ServiceOfRun[],
  given: ControllerValues,
  world: World,
): Promise<readonly CodeDeployTarget[]> {
  const isToDeploy = services.some(({ source }) => source !== undefined);
  const appSpec = isToDeploy ? await readAppSpec(given.codedeployAppspec, world) : undefined;
  const codeDeploy = await world.aws.codeDeploy();
  const signal = world.host.cancellation;
  return Promise.all(
    services.map(async ({ target, source }) => {
      checkSettings(target, given);
      const containers =
        source?.kind === 'file'
          ? (source.request.containerDefinitions ?? []).flatMap((one) => one.name ?? [])
          : [];
      // Made again with the revision when there is one; here only so that a wrong file stops the run in time.
      if (source) appSpecFor(target.service, 'task-definition', containers, appSpec);
      return { ...target, codeDeploy: await readGroup(codeDeploy, target, given, appSpec, { signal }) };
    }),
  );
}

async function readAppSpec(given: string | undefined, world: World): Promise<AppSpecFile | undefined> {
  const path = given ?? usualFile;
  try {
    const document = await loadDocument(await world.files.readText(path), path);
    if (given === undefined) world.host.log.info(`AppSpec: ${path}`);
    return { path, document };
  } catch (error) {
    if (given === undefined && isLandfallError(error, 'PATH_MISSING')) return undefined;
    throw error;
  }
}

function checkSettings({ name, service }: Target, { enableExecuteCommand: exec }: ControllerValues): void {
  if (exec === undefined || exec === (service.enableExecuteCommand ?? false)) return;
  throw new LandfallError('INPUT_INVALID', {
    summary: `enable-execute-command cannot be changed: ECS does not allow that update for ${name}, which has the CODE_DEPLOY controller`,
  });
}
