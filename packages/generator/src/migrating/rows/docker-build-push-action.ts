import facts from '../facts/docker-build-push-action.json' with { type: 'json' };
import { differs, type Migration, type Proof, same, use, wider } from '../migration.ts';

/** The input reaches `docker buildx build` as these arguments. */
const argument = (input: string, value: string, ...docker: readonly string[]): Proof => ({
  with: { [input]: value },
  docker: ['buildx', 'build', ...docker],
});

export const buildPushAction: Migration = {
  name: 'docker-build-push-action',
  title: 'docker/build-push-action',
  kind: 'action',
  summary:
    'Change the `uses:` line. The context is the workspace by default, so that the job needs a checkout. After a push, everything is read back from the registry, and the digest is the one it holds.',
  facts,
  parts: {
    '': {
      use: [use('build-push', { tags: 'example/web:2', push: 'true' })],
      inputs: {
        'add-hosts': same(argument('add-hosts', 'docker:10.180.0.1', '--add-host', 'docker:10.180.0.1')),
        allow: same(argument('allow', 'network.host', '--allow', 'network.host')),
        annotations: same(argument('annotations', 'index:team=web', '--annotation', 'index:team=web')),
        attests: same({
          scenario: 'attestations',
          with: { attests: 'type=sbom,generator=example/sbom' },
          docker: ['--attest', 'type=sbom,generator=example/sbom'],
        }),
        'build-args': same(argument('build-args', 'MODE=release', '--build-arg', 'MODE=release')),
        'build-contexts': same(
          argument(
            'build-contexts',
            'lib=docker-image://example/lib:1',
            '--build-context',
            'lib=docker-image://example/lib:1',
          ),
        ),
        builder: same(argument('builder', 'own', '--builder', 'own')),
        'cache-from': same(argument('cache-from', 'example/web:cache', '--cache-from', 'example/web:cache')),
        'cache-to': differs(
          'A cache in Amazon ECR gets `image-manifest=true`, without which ECR refuses it.',
          argument('cache-to', 'type=inline', '--cache-to', 'type=inline'),
          {
            scenario: 'a cache in ECR',
            with: { 'cache-to': 'type=registry,ref=123456789012.dkr.ecr.us-east-1.amazonaws.com/web:cache' },
            docker: [
              '--cache-to',
              'type=registry,ref=123456789012.dkr.ecr.us-east-1.amazonaws.com/web:cache,image-manifest=true',
            ],
          },
        ),
        call: same({ scenario: 'a check', with: { call: 'check' }, docker: ['--call', 'check'] }),
        'cgroup-parent': same(argument('cgroup-parent', 'ci', '--cgroup-parent', 'ci')),
        context: differs(
          'By default, the workspace; the original fetches the repository by Git, which is `{{defaultContext}}` here.',
          argument('context', 'app', '--', '<workspace>/app'),
          {
            scenario: 'from Git',
            with: { context: '{{defaultContext}}' },
            docker: ['https://github.com/acme/web.git#0123456789abcdef0123456789abcdef01234567'],
          },
        ),
        file: same(argument('file', 'app/Dockerfile', '--file', '<workspace>/app/Dockerfile')),
        labels: differs(
          'The OCI labels revision, source, created and version are added unless given.',
          argument(
            'labels',
            'team=web',
            '--label',
            'team=web',
            'org.opencontainers.image.revision=0123456789',
          ),
        ),
        load: differs(
          'An image that is neither pushed nor written to a file is kept in the engine anyway.',
          { scenario: 'loaded', with: { load: 'true' }, docker: ['--load'] },
          { with: {}, docker: ['--load'] },
        ),
        network: same(argument('network', 'host', '--network', 'host')),
        'no-cache': same(argument('no-cache', 'true', '--no-cache')),
        'no-cache-filters': same(argument('no-cache-filters', 'assets', '--no-cache-filter', 'assets')),
        outputs: differs(
          'The names of a pushed image come from `repository` and `tags`, a push by digest from `type=image,push-by-digest=true,push=true`.',
          {
            scenario: 'a folder',
            with: { outputs: 'type=local,dest=out' },
            docker: ['--output', 'type=local,dest=<workspace>/out'],
          },
        ),
        platforms: same(argument('platforms', 'linux/amd64', '--platform', 'linux/amd64')),
        provenance: differs(
          'Off by default, so that the digest is that of the image itself; `mode=max` for a public repository there.',
          { scenario: 'provenance', with: { provenance: 'mode=max' }, docker: ['--provenance=mode=max'] },
          { with: {}, docker: ['--provenance=false'] },
        ),
        pull: same(argument('pull', 'true', '--pull')),
        push: wider('By default, true if `repository` is set.', {
          scenario: 'a push',
          with: { push: 'true' },
          docker: ['push', '--', '<registry>/web:1.4.2'],
        }),
        sbom: same({ scenario: 'a bill of materials', with: { sbom: 'true' }, docker: ['--sbom=true'] }),
        secrets: differs(
          'A value of several lines without quotes is refused, where the original takes its first line.',
          argument('secrets', 'TOKEN=only-a-test', '--secret', 'id=TOKEN,src='),
          { scenario: 'several lines', with: { secrets: 'KEY=one\ntwo' }, refused: 'in double quotes' },
        ),
        'secret-envs': same(argument('secret-envs', 'KEY=MY_KEY', '--secret', 'id=KEY,env=MY_KEY')),
        'secret-files': differs(
          'A file outside the workspace and the temporary folder needs `secret-files-outside-workspace`.',
          argument('secret-files', 'NPM=npmrc', '--secret', 'id=NPM,src=<workspace>/npmrc'),
          { scenario: 'outside', with: { 'secret-files': 'NPM=/etc/hostname' }, refused: 'PATH_REFUSED' },
        ),
        'shm-size': same(argument('shm-size', '2g', '--shm-size', '2g')),
        ssh: same(argument('ssh', 'default', '--ssh', 'default')),
        tags: wider('Also rules, as in docker/metadata-action.', {
          scenario: 'a push',
          with: { tags: '<registry>/web:1.4.2' },
          outputs: { tags: '/web:1.4.2$', version: '^1.4.2$' },
        }),
        target: same(argument('target', 'assets', '--target', 'assets')),
        ulimit: same(argument('ulimit', 'nofile=1024:1024', '--ulimit', 'nofile=1024:1024')),
        'github-token': differs(
          'Not passed by default: `github.token` reaches the builder only if it is given.',
          {
            scenario: 'a token',
            with: { 'github-token': 'ghs_0123456789', context: '{{defaultContext}}' },
            docker: ['--secret', 'id=GIT_AUTH_TOKEN'],
          },
        ),
      },
      outputs: {
        imageid: same({ with: {}, outputs: { imageid: '^sha256:[0-9a-f]{64}$' } }),
        digest: same({ scenario: 'a push', with: {}, outputs: { digest: '^sha256:[0-9a-f]{64}$' } }),
        metadata: differs('The values of build arguments are omitted.', {
          with: {},
          outputs: { metadata: '"containerimage.config.digest"' },
        }),
      },
    },
  },
};
