import { asLandfallError } from '../errors/as-landfall-error.ts';
import { LandfallError } from '../errors/landfall-error.ts';
import { dockerTimeoutInput, withLimits } from '../image/build/docker-limits.ts';
import { regionInput } from '../inputs/common.ts';
import { boolean, choice, list } from '../inputs/kinds.ts';
import { invalidInputs } from '../inputs/parse-inputs.ts';
import { type Call, defineOperation } from '../operation/operation.ts';
import type { RegistryLogin } from '../registry/login/authorization.ts';
import { ecrLogins, ecrRegistry, ecrRegistryProblems, publicLogin } from '../registry/login/ecr-logins.ts';
import {
  configFolderStem,
  loginStateName,
  readLoginState,
  writeLoginState,
} from '../registry/login/login-state.ts';
import { otherLoginInputs, otherLoginProblems, otherLogins } from '../registry/login/other-logins.ts';
import { retryTransient } from '../registry/read/retry.ts';
import type { Host } from '../world/host.ts';
import type { World } from '../world/world.ts';

const inputs = {
  registries: list({
    item: ecrRegistry,
    maxItems: 50,
    description:
      "The private registries to log in to: by account id, in the region of this step, or by host, each in its own region and through the endpoint used in its image names (FIPS, dual-stack, a VPC endpoint, `public.ecr.aws`). By default, the registry of the credentials' account.",
    example: '123456789012,210987654321.dkr.ecr.eu-central-1.amazonaws.com',
  }),
  'registry-type': choice(['private', 'public'], {
    default: 'private',
    description:
      'Amazon ECR (`private`) or Amazon ECR Public (`public`, always through us-east-1, with `registries` ignored).',
  }),
  region: regionInput,
  ...otherLoginInputs,
  ...dockerTimeoutInput,
  'skip-logout': boolean({
    default: 'false',
    description:
      "Keep the login when the job ends. It is stored in the job's temporary directory, which the GitHub runner empties anyway.",
  }),
  'mask-password': boolean({
    default: 'true',
    description:
      'GitHub Actions only. There each ECR login is also passed on as the outputs `docker_username_<host>` and `docker_password_<host>`, with `_` for whatever is not a letter or a digit, as in the official action. The password is masked, so GitHub does not pass it to other jobs; set `false` if they need it.',
  }),
};

const outputs = {
  registry: {
    description:
      'The host of the ECR registry, if there is exactly one. A job that masks its account id cannot pass it to another job: the CI host drops such outputs.',
  },
  registries: {
    description: 'The hosts of all registries logged in to, separated by commas, those of ECR first.',
  },
  'docker-config': {
    description:
      'The private directory that holds the login. Later steps find it through the variable DOCKER_CONFIG; Landfall operations in the same job or checkout find it without the variable, until it is cleaned up.',
  },
  'expires-at': { description: 'When the login expires (ISO 8601); an ECR login is valid for 12 hours.' },
};

export const ecrLogin = defineOperation({
  name: 'ecr-login',
  title: 'Log in to Amazon ECR',
  description:
    'Logs Docker in to Amazon ECR, and optionally to other registries, for the rest of the job, in a separate configuration that is removed afterwards.',
  promises: [
    'The password is masked before it is used, and reaches docker only through stdin; only on GitHub Actions is it an output, masked unless `mask-password` is false.',
    'The login is stored in a directory private to this job: jobs on one machine never log each other out.',
    'The directory is removed after the job, even after a cancel, and `DOCKER_CONFIG` is restored; a failed login leaves no directory behind.',
  ],
  inputs,
  outputs,
  permissions: [
    { action: 'ecr:GetAuthorizationToken', resource: '*', when: 'when a registry is private' },
    {
      action: 'ecr-public:GetAuthorizationToken',
      resource: '*',
      when: 'when a registry is ECR Public',
    },
    {
      action: 'sts:GetServiceBearerToken',
      resource: '*',
      when: 'when a registry is ECR Public',
    },
  ],
  errors: [
    'LOGIN_FAILED',
    'TOOL_MISSING',
    'DOCKER_UNREACHABLE',
    'DOCKER_TIMED_OUT',
    'RESPONSE_INVALID',
    'PATH_MISSING',
    'PATH_REFUSED',
    'FILE_TOO_LARGE',
    'THROTTLED',
    'ACCESS_DENIED',
  ],
  branding: { icon: 'log-in', color: 'orange' },
  check: ({ registries, registryType, ...values }) => [
    ...otherLoginProblems(values),
    ...(registryType === 'public' ? [] : ecrRegistryProblems(registries ?? [])),
  ],

  async run(whole) {
    const { inputs: given, output } = whole;
    const docker = withLimits(whole.world.docker, { timeout: given.dockerTimeout });
    const world = { ...whole.world, docker };
    const call = { ...whole, world };
    const { host, files } = world;
    const passwordMask = tellOfInputs(given, host);
    const others = await otherLogins(given, world);
    const ecr =
      given.registryType === 'public'
        ? [await publicLogin(world, passwordMask)]
        : await ecrLogins(world, given.registries ?? [], given.region, passwordMask);
    const logins = [...ecr, ...others];
    const registries = logins.map(({ registry }) => registry);

    const folder = await files.privateFolder(configFolderStem);
    const state = {
      folder,
      registries: ecr.map(({ registry }) => registry),
      others: others.length,
      before: host.environment('DOCKER_CONFIG'),
      isLeft: given.skipLogout,
    };
    await host.saveState(loginStateName, writeLoginState(state));
    try {
      const { notes } = await docker.isolateConfig({ folder, registries });
      for (const note of notes) host.log.notice(note);
      await logInToAll(call, logins, folder);
    } catch (thrown) {
      await files.removePrivate(folder).catch((error) => {
        host.log.warning(`${folder} could not be removed: ${asLandfallError(error).summary}`);
      });
      throw thrown;
    }
    await host.exportVariable('DOCKER_CONFIG', folder);
    if (ecr.length === 1) await output('registry', ecr[0]!.registry);
    await output('registries', registries.join(','));
    await output('docker-config', folder);
    const [soonest] = logins.flatMap(({ expiresAt }) => expiresAt ?? []).sort((a, b) => +a - +b);
    if (soonest) await output('expires-at', soonest.toISOString());
    host.log.info(`logged in to ${registries.join(', ')}${soonest ? ` until ${soonest.toISOString()}` : ''}`);
    if (host.name === 'github') await passOnCredentials(ecr, host);
  },

  cleanUp,
});

type LoginCall = Call<typeof inputs, typeof outputs>;

/** @returns whether the password is masked in this step alone, so that GitHub passes it to other jobs */
function tellOfInputs(
  { registryType, registries, maskPassword }: LoginCall['inputs'],
  { name, log }: Host,
): 'step' | undefined {
  if (registryType === 'public' && registries !== undefined)
    log.notice('registries is ignored, because registry-type public has only one registry');
  if (maskPassword) return undefined;
  if (name !== 'github')
    throw invalidInputs([
      {
        input: 'mask-password',
        problem: 'must be true here: only on GitHub Actions is the password an output',
      },
    ]);
  log.warning(
    'mask-password is false: the password is an output that GitHub does not mask, and debug logging prints it',
  );
  return 'step';
}

/**
 * Under the names of aws-actions/amazon-ecr-login, which no action.yml can declare: they hold the host. Set at the host
 * alone: the result of the operation, which `--output json` prints, never holds a password.
 */
async function passOnCredentials(logins: readonly RegistryLogin[], host: Host) {
  for (const { registry, username, password } of logins) {
    const name = registry.replaceAll(/\W+/g, '_');
    await host.setOutput(`docker_username_${name}`, username);
    await host.setOutput(`docker_password_${name}`, password);
  }
}

/** One after the other, because docker rewrites one file; a failure names what was done and what was not. */
async function logInToAll({ world }: LoginCall, logins: readonly RegistryLogin[], configFolder: string) {
  const { host, clock, docker } = world;
  const signal = host.cancellation;
  const done: string[] = [];
  for (const { registry, username, password } of logins) {
    try {
      await retryTransient(
        { what: `the login to ${registry}`, attempts: 4, pause: 1000, clock, log: host.log, signal },
        () => docker.login({ registry, username, password, configFolder }, { signal }),
      );
      done.push(registry);
    } catch (thrown) {
      const error = asLandfallError(thrown);
      if (logins.length === 1) throw error;
      const rest = logins.slice(done.length + 1).map((login) => login.registry);
      throw new LandfallError(error.code, {
        summary: error.summary,
        remedy: error.remedy,
        details: [
          ...error.details,
          ...done.map((one) => `${one}: logged in, then logged out again`),
          `${registry}: failed`,
          ...rest.map((one) => `${one}: not tried`),
        ],
        facts: { ...error.facts, done, failed: [registry], notTried: rest },
        cause: error,
      });
    }
  }
}

async function cleanUp({ host, files, docker }: World): Promise<void> {
  const text = host.readState(loginStateName);
  if (text === undefined || text === '') return;
  const { state, refused } = readLoginState(text);
  for (const sentence of refused) host.log.warning(sentence);
  if (state.folder === '' || state.isLeft) return;
  try {
    if (await docker.endLeftBehind(state.folder))
      host.log.info('terminated a login left behind by an earlier run');
    await files.removePrivate(state.folder);
    const others = state.others > 0 ? ` and ${state.others} more` : '';
    host.log.info(
      `removed the login to ${state.registries.join(', ') || 'the registry'}${others} (${state.folder})`,
    );
  } catch (thrown) {
    // A job that did its work is not turned red by what is left of it; the folder is named for who must act.
    host.log.warning(`${state.folder} could not be removed: ${asLandfallError(thrown).summary}`);
  }
  if (host.environment('DOCKER_CONFIG') !== state.folder) return;
  // What runs after this, buildx's own clean-up too, would look for plugins and builders in a folder that is gone.
  await host.exportVariable('DOCKER_CONFIG', state.before).catch((thrown: unknown) => {
    host.log.warning(`DOCKER_CONFIG still names ${state.folder}: ${asLandfallError(thrown).summary}`);
  });
}
