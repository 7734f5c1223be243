import { ecrLogin } from '@landfall/generator/migrating/rows/amazon-ecr-login';
import { ecsAccount, stepIn } from './ecs-account.ts';
import { proves } from './proofs.ts';
import { recordedDocker } from './recorded-docker.ts';

proves(ecrLogin, async () => stepIn(await ecsAccount(), {}, {}, recordedDocker('cat > /dev/null').env));
