import { deployExpressService } from '@landfall/generator/migrating/rows/amazon-ecs-deploy-express-service';
import { createAccount, oneStep } from './account.ts';
import { proves } from './proofs.ts';

const inputs = {
  'service-name': 'web',
  image: 'example/web:1',
  'execution-role-arn': 'arn:aws:iam::123456789012:role/execution',
  'infrastructure-role-arn': 'arn:aws:iam::123456789012:role/infrastructure',
};

proves(deployExpressService, async (scenario) => {
  const account = await createAccount();
  await account.ask('CreateLogGroup', { logGroupName: '/ecs/web' }, 'logs');
  if (scenario === 'an existing service')
    await account.ask('CreateExpressGatewayService', {
      serviceName: 'web',
      primaryContainer: { image: 'example/web:1' },
      executionRoleArn: inputs['execution-role-arn'],
      infrastructureRoleArn: inputs['infrastructure-role-arn'],
    });
  // Only whether the request holds the input is to be seen, so the tasks need not start.
  const waiting = scenario === 'live' ? {} : { 'wait-for-service-stability': 'false' };
  return oneStep({ account, with: { ...inputs, ...waiting } });
});
