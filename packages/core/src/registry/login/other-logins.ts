import { isEcrHost } from '../../image/reference/ecr-host.ts';
import { isDockerHub, registryHost } from '../../image/reference/image-reference.ts';
import type { ValuesOf } from '../../inputs/input.ts';
import { pairs, secret } from '../../inputs/kinds.ts';
import { near } from '../../inputs/near.ts';
import { type InputProblem, invalidInputs } from '../../inputs/parse-inputs.ts';
import type { World } from '../../world/world.ts';
import type { RegistryLogin } from './authorization.ts';

/** Registries that are not ECR: who logs in, and where each password is. */
export const otherLoginInputs = {
  'registry-logins': pairs({
    name: registryHost,
    description:
      'Other registries to log in to, one `host=username` per line: Docker Hub (`docker.io`), quay.io, your own registry. Each password comes from `registry-password-files` or `registry-password`.',
    example: 'docker.io=acme-ci',
  }),
  'registry-password-files': pairs({
    name: registryHost,
    description:
      'Where the passwords are, one `host=path` per line: files in the workspace or the temporary directory. A newline at the end of a file is not part of the password.',
    example: 'docker.io=.secrets/docker-hub',
  }),
  'registry-password': secret({
    description:
      'The password of the one login in `registry-logins` that has no file. It is masked, and reaches docker only through stdin.',
    example: '${{ secrets.DOCKER_HUB_TOKEN }}',
  }),
};

type OtherLoginValues = ValuesOf<typeof otherLoginInputs>;

interface Login {
  readonly registry: string;
  readonly username: string;
}

const hostOf = (given: string) => (isDockerHub(given) ? 'docker.io' : given.toLowerCase());

const loginsOf = ({ registryLogins = [] }: OtherLoginValues): readonly Login[] =>
  registryLogins.map(({ name, value }) => ({ registry: hostOf(name), username: value.trim() }));

export function otherLoginProblems(values: OtherLoginValues): readonly InputProblem[] {
  const logins = loginsOf(values);
  const hosts = logins.map(({ registry }) => registry);
  const files = (values.registryPasswordFiles ?? []).map(({ name }) => hostOf(name));
  const problems: InputProblem[] = [];
  const wrong = (input: string, problem: string) => problems.push({ input, problem });
  for (const [index, { registry: host, username }] of logins.entries()) {
    if (!/[.:]|^localhost$/.test(host))
      wrong('registry-logins', `names "${host}", which is not ${registryHost.rule}`);
    else if (isEcrHost(host))
      wrong(
        'registry-logins',
        `names ${host}, which is Amazon ECR: its password comes from AWS; use \`registries\``,
      );
    if (hosts.indexOf(host) !== index) wrong('registry-logins', `names ${host} twice`);
    if (/,\s*[^,=\s]+=/.test(username)) {
      wrong('registry-logins', `has more than one login on the line for ${host}: put each on its own line`);
      continue;
    }
    // The value is not shown: if it is user:password, it holds a secret.
    if (!/^[^\s:\0]{1,255}$/.test(username))
      wrong('registry-logins', `must have a username for ${host}, without spaces, ":" or a password`);
  }
  for (const [index, host] of files.entries()) {
    if (!hosts.includes(host))
      wrong(
        'registry-password-files',
        `names ${host}, which registry-logins does not have${near(host, hosts)}`,
      );
    if (files.indexOf(host) !== index) wrong('registry-password-files', `names ${host} twice`);
  }
  const open = hosts.filter((host) => !files.includes(host));
  if (values.registryPassword === undefined && open.length > 0)
    wrong('registry-password-files', `has no password for ${open.join(', ')}`);
  if (values.registryPassword !== undefined && open.length !== 1) {
    wrong(
      'registry-password',
      open.length === 0
        ? 'matches no login: every entry in registry-logins has a file'
        : `is for a single login, but ${open.join(', ')} have no file in registry-password-files`,
    );
  }
  return problems;
}

/**
 * The logins with their passwords, masked before anything else is done with them.
 * @throws INPUT_INVALID for a file without a password; PATH_MISSING, PATH_REFUSED, FILE_TOO_LARGE
 */
export async function otherLogins(
  values: OtherLoginValues,
  { files, host }: World,
): Promise<readonly RegistryLogin[]> {
  const paths = new Map(
    (values.registryPasswordFiles ?? []).map(({ name, value }) => [hostOf(name), value.trim()] as const),
  );
  const read = async (registry: string) => {
    const path = paths.get(registry);
    if (path === undefined) return values.registryPassword ?? '';
    const password = (await files.readText(path, { maxBytes: longestPassword })).replace(/\r?\n$/, '');
    if (password !== '' && !/[\r\n\0]/.test(password)) return password;
    const what = password === '' ? 'is empty' : 'holds more than one line';
    throw invalidInputs([{ input: 'registry-password-files', problem: `names ${path}, which ${what}` }]);
  };
  const logins: RegistryLogin[] = [];
  for (const { registry, username } of loginsOf(values)) {
    const password = await read(registry);
    host.mask(password);
    host.mask(btoa(String.fromCharCode(...new TextEncoder().encode(`${username}:${password}`))));
    logins.push({ registry, username, password });
  }
  return logins;
}

/** Longer than any token; a file that is larger is another file. */
const longestPassword = 64 * 1024;
