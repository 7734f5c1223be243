import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import type { Service } from '@aws-sdk/client-ecs';
import type { Scenario } from './scenario.ts';

const targetGroup = 'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/blue/0123456789abcdef';
/** A service behind a load balancer that CodeDeploy deploys. */
export const balanced = {
  deploymentController: { type: 'CODE_DEPLOY' as const },
  loadBalancers: [{ targetGroupArn: targetGroup, containerName: 'app', containerPort: 80 }],
};
export const rollsBack = {
  autoRollbackConfiguration: {
    enabled: true,
    events: ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'],
  },
};
export const readyWait = {
  ...rollsBack,
  blueGreenDeploymentConfiguration: {
    deploymentReadyOption: { actionOnTimeout: 'STOP_DEPLOYMENT', waitTimeInMinutes: 120 },
  },
};
export const terminationWait = (minutes: number) => ({
  ...rollsBack,
  blueGreenDeploymentConfiguration: {
    terminateBlueInstancesOnDeploymentSuccess: {
      action: 'TERMINATE',
      terminationWaitTimeInMinutes: minutes,
    },
  },
});

/** The names that the console gives. */
const namesFor = (service: string) => ({
  applicationName: `AppECS-main-${service}`,
  deploymentGroupName: `DgpECS-main-${service}`,
});
export const names = namesFor('web');

/** What CodeDeploy deploys in a scenario. */
export class CodeDeployed {
  readonly scenario: Scenario;

  constructor(scenario: Scenario) {
    this.scenario = scenario;
  }

  ask<T = unknown>(operation: string, input: object): Promise<T> {
    return this.scenario.sandbox.dispatch('codedeploy', operation, input) as Promise<T>;
  }

  /** An application and a deployment group for a service of the scenario. */
  async group(settings: object = rollsBack, service = 'web'): Promise<void> {
    const { applicationName, deploymentGroupName } = namesFor(service);
    await this.ask('CreateApplication', { applicationName, computePlatform: 'ECS' });
    await this.ask('CreateDeploymentGroup', {
      applicationName,
      deploymentGroupName,
      serviceRoleArn: 'arn:aws:iam::123456789012:role/codedeploy',
      ecsServices: [{ clusterName: 'main', serviceName: service }],
      ...settings,
    });
  }

  /** Someone deploys a revision to a service of the scenario. */
  async deploy(taskDefinition: string, service: string): Promise<void> {
    const properties = {
      TaskDefinition: taskDefinition,
      LoadBalancerInfo: { ContainerName: 'app', ContainerPort: 80 },
    };
    const content = JSON.stringify({
      version: 0,
      Resources: [{ TargetService: { Type: 'AWS::ECS::Service', Properties: properties } }],
    });
    await this.ask('CreateDeployment', {
      ...namesFor(service),
      revision: { revisionType: 'AppSpecContent', appSpecContent: { content } },
    });
  }

  /** What is so: who has the traffic, and what CodeDeploy made, the newest first. */
  async truth() {
    const { services } = (await this.scenario.sandbox.dispatch('ecs', 'DescribeServices', {
      cluster: 'main',
      services: ['web'],
    })) as { services: Service[] };
    const { deployments } = await this.ask<{ deployments: string[] }>('ListDeployments', names);
    const { deploymentsInfo } = await this.ask<{ deploymentsInfo: DeploymentInfo[] }>('BatchGetDeployments', {
      deploymentIds: deployments,
    });
    const primary = services[0]!.taskSets?.find((one) => one.status === 'PRIMARY');
    return {
      live: primary?.taskDefinition?.replace(/^.*\//, ''),
      made: deploymentsInfo.map(({ deploymentId, status, creator }) => ({ deploymentId, status, creator })),
      newest: deploymentsInfo[0]!,
    };
  }
}
