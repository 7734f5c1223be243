import { recordedDocker } from '../../recorded-docker.ts';
import type { Explanation, TwinScenario } from '../scenario.ts';

/** The official action writes the password into an argument, and leaves the standard input open. */
const readsPassword = 'case "$*" in *--password-stdin*) cat > /dev/null ;; esac';

const differs: readonly Explanation[] = [
  {
    what: 'requests: docker login.',
    why: 'The official action passes the password to `docker login` as an argument, Landfall on standard input.',
    isGeneral: true,
  },
];
const logsOut: readonly Explanation[] = [
  {
    what: 'requests: docker logout',
    why: 'After the job, Landfall removes its configuration of Docker instead of calling `docker logout`.',
    isGeneral: true,
  },
];

const scenario = (
  title: string,
  inputs: TwinScenario['with'],
  more: Partial<TwinScenario> = {},
): TwinScenario => ({
  peer: 'amazon-ecr-login',
  title,
  with: inputs,
  docker: () => recordedDocker(readsPassword),
  differs: [...differs, ...logsOut],
  ...more,
});

export const loginScenarios: readonly TwinScenario[] = [
  scenario('The registry of the account', {}),
  scenario('A registry of another account', { registries: '210987654321' }),
  scenario(
    'Two registries',
    { registries: '123456789012,210987654321' },
    {
      differs: [
        // In the sandbox they share a host.
        { what: 'requests: docker login', why: 'Landfall logs in to a host once.' },
        ...logsOut,
      ],
    },
  ),
  scenario(
    'Two registries, separated by a comma and a space',
    { registries: '123456789012, 210987654321' },
    {
      differs: [
        { what: 'end', why: 'spaces around an account are ignored.' },
        { what: 'requests: ', why: 'The official action sends the space to Amazon ECR, which refuses it.' },
      ],
    },
  ),
  scenario('The public registry', { 'registry-type': 'public' }),
  scenario('No logout', { 'skip-logout': 'true' }, { differs }),
  scenario('A password that is not masked', { 'mask-password': 'false' }),
  scenario('A type of registry that does not exist', { 'registry-type': 'secret' }, { differs: [] }),
  scenario(
    'A login that docker refuses',
    {},
    {
      docker: () => recordedDocker(`${readsPassword}; echo denied >&2; exit 1`),
      differs: [
        ...differs,
        { what: 'outputs: registry', why: 'No output is set before the login succeeds.' },
      ],
    },
  ),
];
