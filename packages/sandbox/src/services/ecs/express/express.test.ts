import type {
  CreateExpressGatewayServiceRequest,
  CreateExpressGatewayServiceResponse,
  DescribeExpressGatewayServiceResponse,
  UpdateExpressGatewayServiceRequest,
  UpdateExpressGatewayServiceResponse,
} from '@aws-sdk/client-ecs';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { ecsBench } from '../testing/bench.ts';

let ecs: ReturnType<typeof ecsBench>;
beforeEach(() => {
  ecs = ecsBench();
});
const minute = 60_000;
const serviceArn = 'arn:aws:ecs:eu-west-1:123456789012:service/main/web';
const roles = {
  infrastructureRoleArn: 'arn:aws:iam::123456789012:role/infrastructure',
  executionRoleArn: 'arn:aws:iam::123456789012:role/execution',
};

const create = (more: Partial<CreateExpressGatewayServiceRequest> = {}) =>
  ecs.call<CreateExpressGatewayServiceResponse>('CreateExpressGatewayService', {
    cluster: 'main',
    serviceName: 'web',
    ...roles,
    primaryContainer: {
      image: 'example/web:1',
      containerPort: 8080,
      environment: [{ name: 'LEVEL', value: 'info' }],
    },
    ...more,
  }).service!;
const update = (more: Partial<UpdateExpressGatewayServiceRequest>) =>
  ecs.call<UpdateExpressGatewayServiceResponse>('UpdateExpressGatewayService', { serviceArn, ...more })
    .service!;
const look = () =>
  ecs.call<DescribeExpressGatewayServiceResponse>('DescribeExpressGatewayService', { serviceArn }).service!;

describe('an Express service', () => {
  test('is made with the defaults of Express Mode, and rolls out as a canary', () => {
    const made = create();
    expect(made.activeConfigurations![0]).toMatchObject({
      cpu: '1024',
      memory: '2048',
      cpuArchitecture: 'X86_64',
      healthCheckPath: '/',
      scalingTarget: { minTaskCount: 1, maxTaskCount: 20, autoScalingMetric: 'AVERAGE_CPU' },
      taskDefinitionArn: 'arn:aws:ecs:eu-west-1:123456789012:task-definition/main-web:1',
      ingressPaths: [
        {
          accessType: 'PUBLIC',
          endpoint: expect.stringMatching(/^we-[0-9a-f]{32}\.ecs\.eu-west-1\.on\.aws$/),
        },
      ],
    });
    expect(made.currentDeployment).toMatch(/service-deployment\/main\/web\//);
    ecs.clock.advance(20 * minute);
    expect(ecs.serviceDeployment()).toMatchObject({
      status: 'SUCCESSFUL',
      deploymentConfiguration: { strategy: 'CANARY', canaryConfiguration: { canaryPercent: 5 } },
    });
    expect(look().currentDeployment).toBeUndefined();
  });

  test('is a service like others, but its task definition shows with its deployments only', () => {
    create();
    const service = ecs.describe();
    expect(service).toMatchObject({ resourceManagementType: 'ECS', desiredCount: 1 });
    expect(service.taskDefinition).toBeUndefined();
    expect(service.deployments![0]!.taskDefinition).toMatch(/main-web:1$/);
  });

  test('keeps what an update does not say, and takes a list as a whole', () => {
    create();
    ecs.clock.advance(20 * minute);
    const { targetConfiguration } = update({
      primaryContainer: { image: 'example/web:2', environment: [{ name: 'OTHER', value: '1' }] },
      scalingTarget: { minTaskCount: 2 },
    });
    expect(targetConfiguration).toMatchObject({
      primaryContainer: {
        image: 'example/web:2',
        containerPort: 8080,
        environment: [{ name: 'OTHER', value: '1' }],
      },
      scalingTarget: { minTaskCount: 2, maxTaskCount: 20 },
    });
    expect(ecs.describe().desiredCount).toBe(2);
    expect(look().activeConfigurations).toHaveLength(2);
  });

  test('starts a deployment with every update, also one that says nothing new', () => {
    create();
    ecs.clock.advance(20 * minute);
    update({ primaryContainer: { image: 'example/web:1' } });
    expect(ecs.describe().deployments).toHaveLength(2);
  });

  test('rolls back to its earlier configuration when its alarm goes off', () => {
    create();
    ecs.clock.advance(20 * minute);
    update({ primaryContainer: { image: 'example/web:2' }, healthCheckPath: '/up' });
    ecs.clock.advance(2 * minute);
    ecs.service.setAlarm('main/web/RollbackAlarm', true);
    ecs.clock.advance(5 * minute);
    expect(ecs.serviceDeployment().status).toBe('ROLLBACK_SUCCESSFUL');
    expect(look().activeConfigurations).toEqual([
      expect.objectContaining({
        healthCheckPath: '/',
        primaryContainer: expect.objectContaining({ image: 'example/web:1' }),
      }),
    ]);
  });

  test('takes a task definition by UpdateService, but no other strategy and no load balancer', () => {
    create();
    ecs.clock.advance(20 * minute);
    const web = { cluster: 'main', service: 'web' };
    expect(
      ecs.refusal('UpdateService', { ...web, deploymentConfiguration: { strategy: 'ROLLING' } }),
    ).toEqual({
      code: 'InvalidParameterException',
      message: 'Deployment configuration can not be updated on Express Mode services.',
    });
    expect(ecs.refusal('UpdateService', { ...web, loadBalancers: [] }).message).toMatch(/^Load balancer/);
    expect(ecs.update({ desiredCount: 3, forceNewDeployment: true }).desiredCount).toBe(3);
  });

  test('is deleted by its own operation only', () => {
    create();
    expect(ecs.refusal('DeleteService', { cluster: 'main', service: 'web', force: true }).code).toBe(
      'InvalidParameterException',
    );
    ecs.call('DeleteExpressGatewayService', { serviceArn });
    ecs.clock.advance(5 * minute);
    expect(ecs.refusal('DescribeExpressGatewayService', { serviceArn })).toEqual({
      code: 'ServiceNotActiveException',
      message: 'Cannot perform this operation on a service in INACTIVE status',
    });
  });

  test('brings the cluster `default` with it, and no other', () => {
    expect(create({ cluster: 'default' }).cluster).toMatch(/cluster\/default$/);
    const elsewhere = { ...roles, cluster: 'other', serviceName: 'x', primaryContainer: { image: 'x' } };
    expect(ecs.refusal('CreateExpressGatewayService', elsewhere).code).toBe('ClusterNotFoundException');
  });

  test.each<[string, object, string]>([
    [
      'without an infrastructure role',
      { infrastructureRoleArn: undefined },
      'Infrastructure role ARN must be specified.',
    ],
    ['without an execution role', { executionRoleArn: undefined }, 'Execution role ARN must be specified.'],
    ['without an image', { primaryContainer: {} }, 'The image of the primary container must be specified.'],
    [
      'with a task definition beside a container',
      { taskDefinitionArn: 'web:1' },
      "You can't specify primaryContainer together with taskDefinitionArn.",
    ],
    [
      'with more tasks at least than at most',
      { scalingTarget: { minTaskCount: 5, maxTaskCount: 2 } },
      'minTaskCount must be less than or equal to maxTaskCount.',
    ],
  ])('is refused %s', (_case, change, message) => {
    const whole = {
      cluster: 'main',
      serviceName: 'web',
      ...roles,
      primaryContainer: { image: 'example/web:1' },
    };
    expect(ecs.refusal('CreateExpressGatewayService', { ...whole, ...change }).message).toBe(message);
  });
});
