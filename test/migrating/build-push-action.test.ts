import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildPushAction } from '@landfall/generator/migrating/rows/docker-build-push-action';
import { imageType, putBlob, putManifest } from '../images/oci-image.ts';
import { createAccount, oneStep } from './account.ts';
import { proves } from './proofs.ts';
import { recordedDocker } from './recorded-docker.ts';

/** A docker with buildx, whose builds and pushes succeed. */
const script = (imageId: string, digest: string) => `
case "$1 $2" in
  "version --format") echo '{"Client":{"Version":"29.0.0"},"Server":{"Version":"29.0.0"}}';;
  "buildx version") echo "github.com/docker/buildx v0.30.0 abc";;
  "buildx build")
    while [ $# -gt 0 ]; do
      case "$1" in
        --iidfile) printf '${imageId}' > "$2";;
        --metadata-file) echo '{"containerimage.config.digest":"${imageId}"}' > "$2";;
      esac
      shift
    done;;
  "push --") echo "1.4.2: digest: ${digest} size: 528";;
esac`;

proves(buildPushAction, async (scenario) => {
  const account = await createAccount({ clock: 'real' });
  await account.ask('CreateRepository', { repositoryName: 'web' }, 'ecr');
  const { authorizationData } = await account.ask('GetAuthorizationToken', {}, 'ecr');
  const { registry } = account.sandbox;
  const auth: string = authorizationData[0].authorizationToken;
  const image = Buffer.from('{"os":"linux","architecture":"amd64"}');
  const config = await putBlob(registry, 'web', image, `Basic ${auth}`);
  const pushed = await putManifest(
    registry,
    'web',
    '1.4.2',
    imageType,
    { config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config }, layers: [] },
    `Basic ${auth}`,
  );
  const home = mkdtempSync(join(tmpdir(), 'landfall-home-'));
  mkdirSync(join(home, '.docker'));
  writeFileSync(join(home, '.docker/config.json'), JSON.stringify({ auths: { [registry]: { auth } } }));
  return oneStep({
    account,
    with: scenario === 'a push' ? { push: 'true', tags: '<registry>/web:1.4.2' } : {},
    files: { Dockerfile: 'FROM scratch\n', 'app/Dockerfile': 'FROM scratch\n', npmrc: 'token' },
    env: { HOME: home, MY_KEY: 'only-a-test' },
    docker: recordedDocker(script(config.digest, pushed.digest)),
  });
});
