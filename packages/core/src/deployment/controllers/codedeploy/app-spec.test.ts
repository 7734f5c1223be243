import type { Service } from '@aws-sdk/client-ecs';
import { describe, expect, test } from '@jest/globals';
import { appSpecFor, sha256Of } from './app-spec.ts';
import { rollsOut } from './read/read-deployments.ts';

const arn = 'arn:aws:ecs:eu-west-1:123456789012:task-definition/web:2';
const service: Service = {
  serviceName: 'web',
  loadBalancers: [{ targetGroupArn: 'arn:tg', containerName: 'app', containerPort: 8080 }],
};
const made = (document?: unknown, of: Service = service, containers = ['app']) => {
  const spec = appSpecFor(
    of,
    arn,
    containers,
    document === undefined ? undefined : { path: 'appspec.yaml', document },
  );
  expect(spec.sha256).toBe(sha256Of(spec.content));
  return JSON.parse(spec.content);
};
const LoadBalancerInfo = { ContainerName: 'app', ContainerPort: 8080 };

describe('the AppSpec of a deployment', () => {
  test('without a file has the container and the port of the load balancer of the service', () => {
    expect(made()).toEqual({
      version: 0,
      Resources: [
        {
          TargetService: {
            Type: 'AWS::ECS::Service',
            Properties: { TaskDefinition: arn, LoadBalancerInfo },
          },
        },
      ],
    });
  });

  test('takes them from the primary task set where the service itself has none', () => {
    const of: Service = {
      serviceName: 'web',
      taskSets: [{ status: 'PRIMARY', loadBalancers: service.loadBalancers }],
    };
    expect(made(undefined, of).Resources[0].TargetService.Properties.LoadBalancerInfo).toEqual(
      LoadBalancerInfo,
    );
  });

  test('of a file keeps all but the task definition, whatever the case of its keys', () => {
    expect(
      made({
        Version: 0,
        resources: [
          {
            TargetService: {
              Type: 'AWS::ECS::Service',
              properties: {
                taskdefinition: 'arn:old',
                loadBalancerInfo: { containerName: 'app', containerPort: 80 },
                PlatformVersion: '1.4.0',
              },
            },
          },
        ],
        hooks: [{ AfterAllowTraffic: 'smoke' }],
      }),
    ).toEqual({
      version: 0,
      Resources: [
        {
          TargetService: {
            Type: 'AWS::ECS::Service',
            Properties: {
              TaskDefinition: arn,
              PlatformVersion: '1.4.0',
              LoadBalancerInfo: { ContainerName: 'app', ContainerPort: 80 },
            },
          },
        },
      ],
      Hooks: [{ AfterAllowTraffic: 'smoke' }],
    });
  });

  test('has the task definition in every resource', () => {
    const one = { TargetService: { Type: 'AWS::ECS::Service', Properties: { TaskDefinition: 'x' } } };
    const { Resources } = made({ version: 0, Resources: [one, one] });
    expect(Resources.map((each: typeof one) => each.TargetService.Properties.TaskDefinition)).toEqual([
      arn,
      arn,
    ]);
  });

  test('gets the version that is missing', () => {
    const { Resources } = made({ version: 0, Resources: [{ TargetService: { Properties: {} } }] });
    expect(made({ Resources: [{ TargetService: { Properties: {} } }] })).toMatchObject({
      version: 0,
      Resources,
    });
  });

  test.each([
    ['no Resources', { version: 0 }, 'must be an object with a list of Resources'],
    ['another version', { version: 2, Resources: [{}] }, 'must say version: 0.0'],
    ['a string', 'hello', 'must be an object with a list of Resources'],
    [
      'no Properties',
      { version: 0, Resources: [{ TargetService: {} }] },
      'has no Properties in TargetService',
    ],
  ])('of a file with %s is refused', (_name, document, problem) => {
    expect(() => made(document)).toThrow(
      `appspec.yaml is not an AppSpec for an Amazon ECS deployment: it ${problem}`,
    );
  });

  test('cannot be made for a service without a load balancer', () => {
    expect(() => made(undefined, { serviceName: 'worker' })).toThrow(
      'worker has no load balancer to generate an AppSpec from',
    );
  });
});

describe('a deployment rolls a task definition out', () => {
  const of = (appSpecContent: object) => ({ revision: { appSpecContent } });
  test.each([
    ['by its AppSpec', of({ content: `{"TaskDefinition":"${arn}"}` }), true],
    ['not by a longer number', of({ content: `{"TaskDefinition":"${arn}0"}` }), false],
    ['by the checksum where the AppSpec is not shown', of({ sha256: 'abc' }), true],
    ['not by another checksum', of({ sha256: 'abd' }), false],
    ['not by nothing', {}, false],
  ])('%s', (_name, info, yes) => {
    expect(rollsOut(info, arn, 'abc')).toBe(yes);
  });
});
