import type { DeploymentInfo } from '@aws-sdk/client-codedeploy';
import type { ServiceDeploymentStatus } from '@aws-sdk/client-ecs';
import { lifecycleEvents } from '@landfall/core/deployment/code-deploy/events';
import type { Truth } from '@landfall/sandbox/ecs/truth';
import { balanced, CodeDeployed, names } from '../code-deploy-service.ts';
import { ByTaskSets } from '../external-service.ts';
import { Stage } from '../stage.ts';
import { type Draw, drawing, fatesFrom, faultFrom } from './draw.ts';
import { cancelFrom, cutsFrom, meddlingFrom, type Scene } from './scene.ts';

const operations = [
  'ecs:DescribeServices',
  'ecs:RegisterTaskDefinition',
  'ecs:DescribeTaskDefinition',
  'ecs:ListTasks',
  'ecs:DescribeTasks',
  'codedeploy:GetDeploymentGroup',
  'codedeploy:CreateDeployment',
  'codedeploy:ListDeployments',
  'codedeploy:BatchGetDeployments',
  'codedeploy:BatchGetDeployments',
  'codedeploy:GetDeploymentTarget',
];
const calls = ['registerTaskDefinition', 'createDeployment', 'listDeployments', 'batchGetDeployments'];

/** A service that CodeDeploy deploys, with hooks, alarms and waits, and others who deploy and stop, too. */
export async function codeDeployScene(seed: number, random: () => number): Promise<Scene> {
  const draw = drawing(random);
  const { chance, pick, between } = draw;
  const fates = fatesFrom(draw, seed, { image: 'web:2' });
  const group = groupFrom(draw);
  const isWaiting = group.blueGreenDeploymentConfiguration.deploymentReadyOption !== undefined;
  const services = { web: { ...balanced, desiredCount: pick([0, 1, 2, 3, 5]) } };
  const stage = await Stage.set({ seed, services, fates });
  const own = new CodeDeployed(stage);
  await own.group(group);
  const hook = chance(0.3)
    ? pick(lifecycleEvents.filter((name) => /^(?:Before|After)/.test(name)))
    : undefined;
  stage.world.codedeploy.setHooks({ gate: pick(['Succeeded', 'Failed', 'Failed']) });
  const until = chance(0.15)
    ? pick(['traffic-shifted', 'codedeploy:AfterAllowTraffic', 'paused'])
    : 'completed';
  const newest = async () => (await own.truth()).newest?.deploymentId;
  const stop = (autoRollbackEnabled: boolean) => async () =>
    own.ask('StopDeployment', { deploymentId: await newest(), autoRollbackEnabled });
  const goOn = (deploymentWaitType: string) => async () =>
    own.ask('ContinueDeployment', { deploymentId: await newest(), deploymentWaitType });
  const meddlers = {
    stop: stop(false),
    'stop-and-roll-back': stop(true),
    alarm: async () => stage.world.codedeploy.trip(names.applicationName, names.deploymentGroupName),
    scale: () => new ByTaskSets(stage).ask('UpdateService', { desiredCount: 4 }),
    'deploy-another': async () => deployAnother(stage, own),
  };
  const force = chance(0.1);
  return {
    stage,
    strategy: 'CODE_DEPLOY',
    inputs: {
      'wait-timeout': '4h',
      'wait-until': until,
      'on-pause': pick(['end', 'wait']),
      ...(force && { 'force-new-deployment': 'true' }),
      ...(hook !== undefined && { 'codedeploy-appspec': 'deploy/appspec.json' }),
    },
    files: hook === undefined ? {} : { 'deploy/appspec.json': appSpecWith(hook) },
    until: until.startsWith('codedeploy:') ? 'traffic-shifted' : (until as Scene['until']),
    onCancel: pick(['leave', 'stop']),
    faults: Array.from({ length: between(0, 4) }, () => faultFrom(draw, operations)),
    cuts: cutsFrom(draw, calls),
    meddling: [
      ...meddlingFrom(draw, meddlers, [0, 400_000]),
      ...(isWaiting && chance(0.7) ? [{ at: between(60_000, 600_000), act: goOn('READY_WAIT') }] : []),
      ...(chance(0.1) ? [{ at: between(60_000, 900_000), act: goOn('TERMINATION_WAIT') }] : []),
      ...cancelFrom(draw, 400_000),
    ],
    truth: () => truthOf(stage, own),
    // One that has failed or was stopped may be asked for again by the next run: that is no duplicate.
    allowed: (ours, endedAttempts) =>
      (force ? endedAttempts + 1 : 1) + ours.filter((one) => one.status === 'STOPPED').length,
  };
}

function groupFrom({ chance, pick }: Draw) {
  return {
    deploymentConfigName: `CodeDeployDefault.ECS${pick(['AllAtOnce', 'AllAtOnce', 'Linear10PercentEvery1Minutes', 'Canary10Percent5Minutes'])}`,
    autoRollbackConfiguration: {
      enabled: chance(0.7),
      events: pick([
        ['DEPLOYMENT_FAILURE'],
        ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM'],
        ['DEPLOYMENT_FAILURE', 'DEPLOYMENT_STOP_ON_ALARM', 'DEPLOYMENT_STOP_ON_REQUEST'],
      ]),
    },
    blueGreenDeploymentConfiguration: {
      terminateBlueInstancesOnDeploymentSuccess: {
        action: 'TERMINATE',
        terminationWaitTimeInMinutes: pick([0, 0, 5, 60]),
      },
      ...(chance(0.2) && {
        deploymentReadyOption: { actionOnTimeout: 'STOP_DEPLOYMENT', waitTimeInMinutes: pick([2, 30]) },
      }),
    },
  };
}

const appSpecWith = (hook: string) =>
  JSON.stringify({
    version: 0,
    Resources: [{ TargetService: { Type: 'AWS::ECS::Service', Properties: {} } }],
    Hooks: [{ [hook]: 'gate' }],
  });

/** Another pipeline: CodeDeploy refuses it while one is under way. */
async function deployAnother(stage: Stage, own: CodeDeployed): Promise<void> {
  const content = JSON.stringify({
    version: 0,
    Resources: [
      {
        TargetService: {
          Type: 'AWS::ECS::Service',
          Properties: {
            TaskDefinition: await stage.register('web', 3),
            LoadBalancerInfo: { ContainerName: 'app', ContainerPort: 80 },
          },
        },
      },
    ],
  });
  await own.ask('CreateDeployment', {
    ...names,
    revision: { revisionType: 'AppSpecContent', appSpecContent: { content } },
  });
}

const statuses: Readonly<Record<string, ServiceDeploymentStatus>> = {
  Created: 'PENDING',
  Queued: 'PENDING',
  Succeeded: 'SUCCESSFUL',
  Failed: 'STOPPED',
  Stopped: 'STOPPED',
};

/** The deployments in CodeDeploy's ids; live is what has the traffic by a deployment that has succeeded. */
async function truthOf(stage: Stage, own: CodeDeployed): Promise<Truth> {
  const truth = stage.world.ecs.truth('main', 'web')!;
  const sets = await new ByTaskSets(stage).taskSets();
  const madeBy = (taskSet: string) => sets.find((one) => one.id === taskSet)?.externalId ?? taskSet;
  const { deployments } = await own.ask<{ deployments: string[] }>('ListDeployments', names);
  const infos: DeploymentInfo[] = [];
  for (const deploymentId of deployments) {
    const answer = await own.ask<{ deploymentInfo: DeploymentInfo }>('GetDeployment', { deploymentId });
    infos.unshift(answer.deploymentInfo);
  }
  const users = infos.filter((one) => one.creator === 'user');
  const primary = sets.find((one) => one.status === 'PRIMARY');
  const maker = users.find((one) => one.deploymentId === primary?.externalId);
  const isLive = primary !== undefined && (primary.externalId === undefined || maker?.status === 'Succeeded');
  return {
    ...truth,
    live: isLive
      ? {
          deploymentId: madeBy(primary.id!),
          taskDefinition: primary.taskDefinition!,
          since: maker?.completeTime?.getTime() ?? 0,
        }
      : undefined,
    serving: truth.serving.map((one) => ({ ...one, deploymentId: madeBy(one.deploymentId) })),
    deployments: users.map((one) => ({
      arn: one.deploymentId!,
      deploymentId: one.deploymentId!,
      taskDefinition: JSON.parse(one.revision!.appSpecContent!.content!).Resources[0].TargetService.Properties
        .TaskDefinition,
      status: statuses[one.status ?? ''] ?? 'IN_PROGRESS',
      createdAt: one.createTime!.getTime(),
      finalAt: one.completeTime?.getTime(),
    })),
  };
}
