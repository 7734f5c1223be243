import { ecrLogin } from '@landfall/generator/migrating/rows/amazon-ecr-login';
import { createAccount, oneStep } from './account.ts';
import { proves } from './proofs.ts';
import { recordedDocker } from './recorded-docker.ts';

proves(ecrLogin, async () =>
  oneStep({ account: await createAccount(), docker: recordedDocker('cat > /dev/null') }),
);
