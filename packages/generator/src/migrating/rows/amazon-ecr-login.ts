import facts from '../facts/amazon-ecr-login.json' with { type: 'json' };
import { differs, type Migration, same, use, wider } from '../migration.ts';

export const ecrLogin: Migration = {
  name: 'amazon-ecr-login',
  title: 'aws-actions/amazon-ecr-login',
  kind: 'action',
  summary:
    'Change the `uses:` line. The login is in a directory of its own, which `DOCKER_CONFIG` names for the rest of the job; what the previous Docker configuration holds is carried over. The password reaches Docker through stdin, never as an argument.',
  facts,
  parts: {
    '': {
      use: [use('ecr-login')],
      inputs: {
        'http-proxy': same({
          scenario: 'no such proxy',
          with: { 'http-proxy': 'http://127.0.0.1:9' },
          refused: '127.0.0.1:9',
        }),
        'mask-password': differs(
          'Only `true` and `false` are accepted; the official action treats any other value as `true`.',
          {
            scenario: 'not masked',
            with: { 'mask-password': 'false' },
            log: 'mask-password is false',
            outputs: { 'docker_password_.*': '.' },
          },
          { with: { 'mask-password': 'maybe' }, refused: 'mask-password must be true or false' },
        ),
        registries: wider('Also hosts, each in its own region, and spaces around the commas.', {
          scenario: 'two registries',
          with: { registries: '123456789012, 210987654321' },
          calls: { GetAuthorizationToken: { registryIds: ['123456789012', '210987654321'] } },
        }),
        'registry-type': same({
          scenario: 'public',
          with: { 'registry-type': 'public', registries: '123456789012' },
          outputs: { registry: '^public.ecr.aws$' },
        }),
        'skip-logout': same(
          { scenario: 'kept', with: { 'skip-logout': 'true' }, after: '^$' },
          { with: {}, after: '^removed the login to ' },
        ),
      },
      outputs: {
        registry: same({ with: {}, outputs: { registry: '^127\\.0\\.0\\.1:\\d+$' } }),
        'docker_username_<registry>': same({
          with: {},
          outputs: { 'docker_username_127_0_0_1_\\d+': '^AWS$' },
        }),
        'docker_password_<registry>': same({ with: {}, outputs: { 'docker_password_127_0_0_1_\\d+': '.' } }),
      },
    },
  },
};
