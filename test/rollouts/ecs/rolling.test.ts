import type { PutImageResponse } from '@aws-sdk/client-ecr';
import { describe, expect, test } from '@jest/globals';
import type { VirtualClock } from '@landfall/sandbox/clock/clock';
import { createScenario, scenario } from '../scenario/current.ts';
import { logLinesOf, taskDefinitionOf } from '../scenario/scenario.ts';

const breaker = { deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } } };

describe('ROLLING, transition by transition', () => {
  test('GoodToGood: the new version is live and the step is green', async () => {
    await createScenario();
    const { result, host, live, deploymentsMade } = await scenario.deploy();
    expect({ result, host }).toEnd('SUCCEEDED 0');
    expect(live?.taskDefinition).toMatch(/web:2$/);
    expect(deploymentsMade).toBe(1);
  });

  test('D13: GoodToBad with a breaker: rolled back, the reason and the last words of the container are shown', async () => {
    await createScenario({
      services: { web: breaker },
      taskRules: [
        {
          match: { image: 'web:2' },
          outcome: { kind: 'exit', code: 3, after: 2000, log: ['config missing: DATABASE_URL'] },
        },
      ],
    });
    const { result, live } = await scenario.deploy();
    expect(result).toMatchObject({
      exitCode: 1,
      outputs: { verdict: 'ROLLED_BACK' },
      error: {
        code: 'ROLLED_BACK',
        summary: expect.stringMatching(
          /^web: web:2 is not live: Service deployment rolled back because .* \(live: web:1\)$/,
        ),
      },
    });
    expect(result.error?.details.join('\n')).toMatch(/exit.*3/i);
    expect(result.error?.details).toContain('| config missing: DATABASE_URL');
    expect(live?.taskDefinition).toMatch(/web:1$/);
  });

  test('GoodToBad without a breaker, permanent cause: fail-fast ends it and says that ECS keeps trying', async () => {
    await createScenario({
      taskRules: [{ match: { image: 'web:2' }, outcome: { kind: 'pull-error' } }],
    });
    const { result, host, took } = await scenario.deploy();
    expect({ result, host }).toEnd('FAILED 1');
    expect(result.error?.summary).toMatch(/no circuit breaker is enabled to stop ECS from retrying/);
    // A container whose image was never pulled has no log, and asking for it would only say so.
    expect(host.lines.filter((line) => line.includes('wrote no log'))).toEqual([]);
    expect(took).toBeLessThan(120_000);
  });

  test('D16: superseded: another pipeline deploys in the middle', async () => {
    await createScenario();
    scenario.at(15_000, async () => {
      const taskDefinition = await scenario.register('web', 3);
      await scenario.sandbox.dispatch('ecs', 'UpdateService', {
        cluster: 'main',
        service: 'web',
        taskDefinition,
      });
    });
    const { result, host } = await scenario.deploy();
    expect({ result, host }).toEnd('SUPERSEDED 1');
    expect(result.error?.summary).toMatch(/superseded by deployment \S+ of \S+; this run deployed web:2/);
  });

  test('scaled to zero: completes, and says that nothing ran', async () => {
    await createScenario({ services: { web: { desiredCount: 0 } } });
    const { result, host } = await scenario.deploy();
    expect({ result, host }).toEnd(0);
    expect(host.lines.join('\n')).toMatch(/the desired count is 0: no task ran it/);
  });

  test('autoscaled mid-deploy: the change is told, and the verdict is of our deployment', async () => {
    await createScenario();
    scenario.at(10_000, () =>
      scenario.sandbox.dispatch('ecs', 'UpdateService', { cluster: 'main', service: 'web', desiredCount: 5 }),
    );
    const { result, host } = await scenario.deploy();
    expect({ result, host }).toEnd(0);
    expect(host.lines.some((line) => /desired count 2 → 5/.test(line))).toBe(true);
  });

  test('BadToGood: a broken service is fixed by a good version', async () => {
    await createScenario({
      taskRules: [{ match: { image: 'web:1' }, outcome: { kind: 'exit', code: 1, after: 1000 } }],
    });
    const { result, host } = await scenario.deploy();
    expect({ result, host }).toEnd(0);
  });

  test('stopped by a person: STOPPED or ROLLED_BACK, red either way', async () => {
    await createScenario();
    scenario.at(15_000, async () => {
      const { services } = (await scenario.sandbox.dispatch('ecs', 'DescribeServices', {
        cluster: 'main',
        services: ['web'],
      })) as { services: { currentServiceDeployment: string }[] };
      await scenario.sandbox.dispatch('ecs', 'StopServiceDeployment', {
        serviceDeploymentArn: services[0]!.currentServiceDeployment,
        stopType: 'ROLLBACK',
      });
    });
    const { result, host, live } = await scenario.deploy();
    expect({ result, host }).toEnd(1);
    expect(result.outputs.verdict).toBe('ROLLED_BACK');
    expect(live?.taskDefinition).toMatch(/web:1$/);
  });

  test('BadToBad: there is nothing to roll back to, FAILED', async () => {
    await createScenario({
      services: { web: breaker },
      taskRules: [{ match: { family: 'web' }, outcome: { kind: 'exit', code: 1, after: 1000 } }],
    });
    const { result, host, live } = await scenario.deploy();
    expect({ result, host }).toEnd('FAILED 1');
    expect(result.error?.summary).toMatch(/the rollback also failed/);
    expect(live).toBeUndefined();
  });

  test('GoodToBad, an alarm during the bake: rolled back after all tasks were healthy', async () => {
    await createScenario({
      services: {
        web: {
          deploymentConfiguration: {
            bakeTimeInMinutes: 5,
            alarms: { enable: true, rollback: true, alarmNames: ['errors'] },
          },
        },
      },
    });
    scenario.alarmAt(180_000, 'errors');
    const { result, host, live } = await scenario.deploy();
    expect({ result, host }).toEnd('ROLLED_BACK 1');
    expect(logLinesOf(host)).toContain('warning: web  alarm in state ALARM: errors');
    expect(live?.taskDefinition).toMatch(/web:1$/);
  });

  test('a bake of five minutes: green comes after it, not when the tasks are healthy', async () => {
    await createScenario({
      services: { web: { deploymentConfiguration: { bakeTimeInMinutes: 5 } } },
    });
    const { result, host, took } = await scenario.deploy();
    expect({ result, host }).toEnd(0);
    expect(took).toBeGreaterThan(300_000);
  });

  test('stalled: a task that never starts ends with STALLED, exit 4, and version 1 still serves', async () => {
    await createScenario({
      taskRules: [{ match: { image: 'web:2' }, outcome: { kind: 'never-starts' } }],
    });
    const { result, host } = await scenario.deploy({ 'stall-timeout': '5m' });
    expect({ result, host }).toEnd('STALLED 4');
    expect(scenario.sandbox.ecs.truth('main', 'web')?.serving[0]?.taskDefinition).toMatch(/web:1$/);
  });

  test.each([
    ['BLOCKING', true],
    ['DEFERRED', false],
  ] as const)(
    'early success criteria, %s: green waits for the old tasks to be gone: %p',
    async (sourceServiceRevisionCleanup, waits) => {
      await createScenario({
        services: {
          web: {
            desiredCount: 4,
            deploymentConfiguration: {
              minimumHealthyPercent: 50,
              maximumPercent: 150,
              earlySuccessCriteria: { enable: true, healthyPercent: 75, sourceServiceRevisionCleanup },
            },
          },
        },
        timing: { stopping: 300_000 },
      });
      const { result, host, live, took } = await scenario.deploy();
      expect({ result, host }).toEnd('SUCCEEDED 0');
      expect(live?.deploymentId).toBe(result.outputs['deployment-id']);
      expect(took > 300_000).toBe(waits);
    },
  );

  test('D17: five active deployments: TOO_MANY_DEPLOYMENTS, and no retry', async () => {
    await createScenario({
      services: {
        web: {
          desiredCount: 10,
          deploymentConfiguration: { minimumHealthyPercent: 90, maximumPercent: 110 },
        },
      },
      timing: { stopping: 600_000 },
    });
    for (const version of [11, 12, 13, 14]) {
      const taskDefinition = await scenario.register('web', version);
      await scenario.sandbox.dispatch('ecs', 'UpdateService', {
        cluster: 'main',
        service: 'web',
        taskDefinition,
      });
      (scenario.sandbox.clock as VirtualClock).advance(60_000);
    }
    const before = scenario.sandbox.journal().length;
    const { result } = await scenario.deploy();
    expect(result.error?.code).toBe('TOO_MANY_DEPLOYMENTS');
    const updates = scenario.sandbox
      .journal()
      .slice(before)
      .filter((one) => one.operation === 'UpdateService');
    expect(updates).toHaveLength(1);
  });

  test('killed and run again: the deployment in progress is adopted, there is no second one and no second revision', async () => {
    await createScenario();
    const first = scenario.begin();
    scenario.at(10_000, () => first.host.cancel());
    expect((await first.done).result.outputs.verdict).toBe('CANCELLED');
    const { result, deploymentsMade } = await scenario.deploy();
    expect(result.outputs).toMatchObject({ verdict: 'SUCCEEDED' });
    expect(deploymentsMade).toBe(1);
    expect(result.outputs['task-definition-arn']).toMatch(/web:2$/);
  });

  test('reads that lag behind the update do not deceive', async () => {
    await createScenario();
    scenario.sandbox.ecs.setLag({ staleReads: 4, lateServiceDeployment: 3 });
    const { result } = await scenario.deploy();
    expect(result.outputs.verdict).toBe('SUCCEEDED');
  });
});

describe('several services in one run', () => {
  const five = { web: breaker, api: breaker, worker: breaker, admin: breaker, mail: breaker };
  const lines = [
    'worker=worker-v2.json',
    'api=api-v2.json after worker',
    'web=v2.json after api',
    'admin=admin-v2.json after api',
    'mail=mail-v2.json after web',
  ];

  test('M01: the third of five fails: what is live, what failed and what was not started are all said', async () => {
    await createScenario({
      services: five,
      taskRules: [{ match: { image: 'web:2' }, outcome: { kind: 'exit', code: 1, after: 1000 } }],
    });
    const { result, host } = await scenario.begin({
      service: '',
      services: `${lines.filter((line) => !line.startsWith('admin')).join('\n')}\nadmin=admin-v2.json after mail`,
      'task-definition': '',
    }).done;
    expect({ result, host }).toEnd(1);
    expect(result.error?.summary).toBe(
      '2 of 5 services run what was requested, 1 rolled-back (web), 2 not-started (mail, admin)',
    );
    const statuses = JSON.parse(result.outputs.results!) as { service: string; status: string }[];
    expect(statuses.map(({ service, status }) => `${service} ${status}`)).toEqual([
      'worker deployed',
      'api deployed',
      'web rolled-back',
      'mail not-started',
      'admin not-started',
    ]);
  });

  test('services that were only started are not counted among those that run what was requested', async () => {
    await createScenario({ services: { web: breaker, api: breaker } });
    const { result, host } = await scenario.begin({
      service: '',
      services: 'web=v2.json\napi=api-v2.json',
      'task-definition': '',
      'wait-until': 'started',
    }).done;
    expect({ result, host }).toEnd(0);
    expect(host.lines).toContain('info: 0 of 2 services run what was requested, 2 in-progress (web, api)');
  });

  test('a revision that ECS does not know is named', async () => {
    await createScenario();
    const { result } = await scenario.deploy({ 'task-definition': 'web:99' });
    expect(result.error).toMatchObject({
      code: 'NOT_FOUND',
      summary:
        'task definition web:99 was not found: ecs:DescribeTaskDefinition in us-east-1 was refused: ClientException: Unable to describe task definition.',
      remedy: 'Check the family and the number of the revision, the region and the account.',
    });
  });

  test('what is not a list of services is refused with an example', async () => {
    await createScenario();
    const { result } = await scenario.begin({
      service: '',
      services: '[{"name":"web"}]',
      'task-definition': '',
    }).done;
    expect(result.error?.summary).toBe(
      'services line 1: must start with a service name (letters, digits, - and _) or a service ARN, as in "web=web.json after worker, api"; got "[{"name":"web"}]"',
    );
  });

  test('the log of a task that died at a fraction of a millisecond is read to its end', async () => {
    await createScenario({
      taskRules: [
        { match: { image: 'web:2' }, outcome: { kind: 'exit', code: 1, after: 1000, log: ['no queue'] } },
      ],
    });
    await scenario.clock.sleep(0.5, new AbortController().signal);
    const { host } = await scenario.deploy({ 'wait-timeout': '1m' });
    expect(host.lines).toContain('output: no queue');
    expect(host.lines.filter((line) => /could not be read/.test(line))).toEqual([]);
  });

  test('M06: killed between two services and run again: the first is unchanged, the rest is deployed', async () => {
    await createScenario({ services: five });
    const first = scenario.begin({ service: '', services: lines.join('\n'), 'task-definition': '' });
    scenario.at(150_000, () => first.host.cancel());
    await first.done;
    const { result, host } = await scenario.begin({
      service: '',
      services: lines.join('\n'),
      'task-definition': '',
    }).done;
    expect({ result, host }).toEnd(0);
    const statuses = JSON.parse(result.outputs.results!) as {
      service: string;
      status: string;
      taskDefinition: string;
    }[];
    expect(statuses[0]).toMatchObject({ service: 'worker', status: 'unchanged' });
    expect(statuses.every(({ taskDefinition }) => taskDefinition.endsWith(':2'))).toBe(true);
  });

  test('M04, M05: a cycle, an unknown dependency and a service named twice are refused before AWS is asked', async () => {
    await createScenario();
    const run = (services: string) => scenario.begin({ service: '', services }).done;
    expect((await run('web after api\napi after web')).result.error?.summary).toBe(
      'services has a cycle: web after api after web',
    );
    expect((await run('web after apy\napi')).result.error?.summary).toBe(
      'services puts web after apy, which is not a service in this run (did you mean "api"?)',
    );
    expect(
      (await run('web\narn:aws:ecs:us-east-1:123456789012:service/main/web')).result.error?.summary,
    ).toBe('services lists the service web twice');
  });

  test('M08: a hundred services: ten to a call, bounded, nothing throttled', async () => {
    const services = Object.fromEntries(
      Array.from({ length: 100 }, (_, n) => [`s${n}`, { desiredCount: 1 }]),
    );
    await createScenario({ services: { web: {}, ...services } });
    const text = Object.keys(services)
      .map((name) => `${name}=${name}-v2.json`)
      .join('\n');
    const { result } = await scenario.begin({
      service: '',
      services: text,
      'task-definition': '',
      'max-parallel': '100',
      'wait-timeout': '2h',
    }).done;
    expect(result.error).toBeUndefined();
    const describes = scenario.sandbox.journal().filter((entry) => entry.operation === 'DescribeServices');
    expect(
      describes.every((entry) => ((entry.input as { services: string[] }).services.length ?? 0) <= 10),
    ).toBe(true);
  });

  test('on-failure rollback rolls back what this run deployed', async () => {
    await createScenario({
      services: { web: breaker, api: breaker },
      taskRules: [{ match: { image: 'web:2' }, outcome: { kind: 'exit', code: 1, after: 1000 } }],
    });
    const { host } = await scenario.begin({
      service: '',
      services: 'api=api-v2.json\nweb=v2.json after api',
      'task-definition': '',
      'on-failure': 'rollback',
    }).done;
    expect(scenario.sandbox.ecs.truth('main', 'api')?.live?.taskDefinition).toMatch(/api:1$/);
    const at = host.summaryLines.indexOf('api: ROLLED_BACK');
    expect(host.summaryLines.slice(at + 1, at + 3)).toEqual([
      '────────────────',
      expect.stringMatching(
        /^was live, and was rolled back to api:1 because another service in this run failed \(after \d:\d\d\)$/,
      ),
    ]);
  });
});

test('on-failure rollback rolls back what an earlier run had started and this one saw become live', async () => {
  await createScenario({
    services: { web: breaker, api: {} },
    taskRules: [{ match: { image: 'web:2' }, outcome: { kind: 'exit', code: 1, after: 1000 } }],
  });
  await scenario.deploy({ service: 'api', 'task-definition': 'api-v2.json', 'wait-until': 'started' });
  const { host } = await scenario.begin({
    service: '',
    services: 'api=api-v2.json\nweb=v2.json after api',
    'task-definition': '',
    'on-failure': 'rollback',
  }).done;
  expect(host.lines).toContain('warning: api: rolling back to api:1');
  expect(scenario.sandbox.ecs.truth('main', 'api')?.live?.taskDefinition).toMatch(/api:1$/);
});

describe('behind a load balancer', () => {
  const targetGroupArn =
    'arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/web/0123456789abcdef';
  test('GoodToBad by the health check: what the balancer says of its targets is in the log and in the error', async () => {
    await createScenario({
      services: {
        web: { ...breaker, loadBalancers: [{ targetGroupArn, containerName: 'app', containerPort: 80 }] },
      },
      taskRules: [
        {
          match: { image: 'web:2' },
          outcome: { kind: 'elb-unhealthy', reason: 'Health checks failed with these codes: [502]' },
        },
      ],
    });
    const { result, host } = await scenario.deploy();
    expect(result.outputs.verdict).toBe('ROLLED_BACK');
    const said =
      /\(port 80\) is unhealthy in \(target-group .*\) due to \(reason Health checks failed with these codes: \[502\]\)/;
    expect(host.lines.some((one) => said.test(one))).toBe(true);
    expect(result.error?.details.some((one) => said.test(one))).toBe(true);
    expect(result.calls).toMatchObject({ 'elasticloadbalancing:DescribeTargetHealth': 1 });
  });
});

describe('the limits of the CI host', () => {
  test('D26: a job limit shorter than the deadline is warned of, and watching stops a minute before it', async () => {
    await createScenario({
      taskRules: [{ match: { image: 'web:2' }, outcome: { kind: 'never-starts' } }],
    });
    const { result, host, took } = await scenario.deploy({ 'job-timeout': '5m' });
    expect(host.lines).toContain(
      "warning: the job ends before the deployment's time limit of 20m: waiting only 4m",
    );
    expect({ result, host }).toEnd('TIMED_OUT 4');
    expect(took).toBeLessThanOrEqual(241_000);
  });

  test('D10: a throttling storm over twenty services slows the polling, starves none and ends green', async () => {
    const services = Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`s${n}`, { desiredCount: 1 }]));
    await createScenario({ services });
    for (const operation of ['DescribeServices', 'DescribeServiceDeployments']) {
      scenario.sandbox.fault({
        service: 'ecs',
        operation,
        from: 3,
        count: 20,
        fault: { kind: 'error', code: 'ThrottlingException', message: 'Rate exceeded' },
      });
    }
    const lines = Object.keys(services).map((name) => `${name}=${name}-v2.json`);
    const { result, took } = await scenario.begin({
      service: '',
      services: lines.join('\n'),
      'task-definition': '',
    }).done;
    expect(result.error).toBeUndefined();
    const reads = scenario.sandbox.journal().filter((entry) => entry.operation.startsWith('Describe')).length;
    expect(reads / (took / 1000)).toBeLessThan(3);
  });
});

describe('what runs is what was pushed', () => {
  const digest = (letter: string) => `sha256:${letter.repeat(64)}`;
  const byDigest = { ...taskDefinitionOf('web', 2) };
  byDigest.containerDefinitions[0]!.image = `example/web@${digest('a')}`;

  test('a deployment of an image by digest says that every container runs that digest', async () => {
    await createScenario();
    await scenario.sandbox.dispatch('ecs', 'RegisterTaskDefinition', byDigest);
    const { result, host } = await scenario.deploy({ 'task-definition': 'web:2' });
    expect(result.outputs.verdict).toBe('SUCCEEDED');
    expect(host.lines).toContain('info: web: every container runs the pushed digest');
  });

  test('with a container named by tag, the log says for which one the image is known', async () => {
    await createScenario();
    const beside = { name: 'agent', image: 'example/agent:7', essential: false, memory: 64 };
    const containerDefinitions = [...byDigest.containerDefinitions, beside];
    await scenario.sandbox.dispatch('ecs', 'RegisterTaskDefinition', { ...byDigest, containerDefinitions });
    const { result, host } = await scenario.deploy({ 'task-definition': 'web:2' });
    expect(result.outputs.verdict).toBe('SUCCEEDED');
    expect(host.lines).toContain('info: web: app runs the pushed digest (not known: agent)');
  });

  const repository = '123456789012.dkr.ecr.us-east-1.amazonaws.com/web';
  const indexOf = (manifests: object[], name: string) =>
    JSON.stringify({
      schemaVersion: 2,
      mediaType: 'application/vnd.oci.image.index.v1+json',
      manifests,
      annotations: { name },
    });

  /** Pushes an index with one platform, and has ECS tell the digest that `told` chooses. */
  async function deployIndex(told: (pushed: { index: string; platform: string }) => string, readable = true) {
    await createScenario();
    await scenario.sandbox.dispatch('ecr', 'CreateRepository', { repositoryName: 'web' });
    const put = async (imageManifest: string) => {
      const answer = await scenario.sandbox.dispatch('ecr', 'PutImage', {
        repositoryName: 'web',
        imageManifest,
      });
      return (answer as PutImageResponse).image!.imageId!.imageDigest!;
    };
    const child = indexOf([], 'platform');
    const platform = await put(child);
    const mediaType = 'application/vnd.oci.image.index.v1+json';
    const index = await put(indexOf([{ mediaType, digest: platform, size: child.length }], 'index'));
    if (!readable)
      scenario.sandbox.fault({
        service: 'ecr',
        operation: 'BatchGetImage',
        fault: {
          kind: 'error',
          code: 'AccessDeniedException',
          message: 'User: x is not authorized to perform: ecr:BatchGetImage',
        },
      });
    const named = taskDefinitionOf('web', 2);
    named.containerDefinitions[0]!.image = `${repository}@${index}`;
    await scenario.sandbox.dispatch('ecs', 'RegisterTaskDefinition', named);
    const containerImages = [{ containerName: 'app', imageDigest: told({ index, platform }) }];
    const fault = {
      kind: 'answer' as const,
      body: { serviceRevisions: [{ containerImages }], failures: [] },
    };
    scenario.sandbox.fault({ service: 'ecs', operation: 'DescribeServiceRevisions', fault });
    return { ...(await scenario.deploy({ 'task-definition': 'web:2' })), index, platform };
  }

  test('another digest than the one named is red, although ECS calls the deployment successful', async () => {
    const { result, index } = await deployIndex(() => digest('b'));
    expect(result.error).toMatchObject({
      code: 'DEPLOYMENT_FAILED',
      summary: `web: web:2 is not live: container app runs ${digest('b')}, not the ${index} that the task definition specifies`,
    });
  });

  test('the digest of a platform is what was pushed where the index names it', async () => {
    const { result, host } = await deployIndex(({ platform }) => platform);
    expect(result.outputs.verdict).toBe('SUCCEEDED');
    expect(host.lines).toContain('info: web: every container runs the pushed digest');
  });

  test('another digest proves nothing where the index cannot be read', async () => {
    const { result, host, index } = await deployIndex(() => digest('b'), false);
    expect(result.outputs.verdict).toBe('SUCCEEDED');
    expect(host.lines).toContain(
      `notice: app runs ${digest('b')}: could not determine whether that is a platform of ${index}`,
    );
    expect(host.lines).not.toContain('info: web: every container runs the pushed digest');
  });
});
