import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import type * as ecs from '@aws-sdk/client-ecs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { busybox, describeUnless, noBusybox, noEngine } from '../../../../../../test/runner/requirements.ts';
import { createRealClock } from '../../../clock/real-clock.ts';
import { ecsBench } from '../testing/bench.ts';

const IMAGE = `landfall-ecs-test-${process.pid}:1`;
const SANDBOX = `ecs-test-${process.pid}`;

describeUnless(noEngine ?? noBusybox)('tasks as containers on the Docker engine', () => {
  beforeAll(() => {
    const root = mkdtempSync(path.join(os.tmpdir(), 'landfall-image-'));
    mkdirSync(path.join(root, 'bin'));
    cpSync(busybox, path.join(root, 'bin/busybox'));
    for (const applet of ['sh', 'sleep', 'echo', 'httpd', 'nc', 'test', 'cat'])
      symlinkSync('busybox', path.join(root, 'bin', applet));
    const tar = execFileSync('tar', ['-c', '-C', root, '.'], { maxBuffer: 64 * 1_048_576 });
    execFileSync('docker', ['import', '-', IMAGE], { input: tar, stdio: ['pipe', 'ignore', 'inherit'] });
    rmSync(root, { recursive: true });
  });
  afterAll(() => {
    execFileSync('docker', ['rmi', '-f', IMAGE], { stdio: 'ignore' });
  });

  const setUp = () => {
    const clock = createRealClock();
    const bench = ecsBench({ clock, tasks: 'docker', docker: { sandboxId: SANDBOX } });
    const until = async <Value>(look: () => Value | undefined | false): Promise<Value> => {
      const deadline = clock.elapsed() + 50_000;
      for (;;) {
        const found = look();
        if (found !== undefined && found !== false) return found as Value;
        if (clock.elapsed() > deadline) throw new Error('waited 50 s in vain');
        await clock.sleep(50);
      }
    };
    const run = (container: Partial<ecs.ContainerDefinition>, overrides?: ecs.TaskOverride): string => {
      const taskDefinition = bench.register({ image: IMAGE, ...container }, 'job');
      const { tasks } = bench.call<ecs.RunTaskResponse>('RunTask', {
        cluster: 'main',
        taskDefinition,
        overrides,
      });
      return tasks![0]!.taskArn!;
    };
    const task = (arn: string): ecs.Task =>
      bench.call<ecs.DescribeTasksResponse>('DescribeTasks', { cluster: 'main', tasks: [arn] }).tasks![0]!;
    const stopped = (arn: string) => until(() => task(arn).lastStatus === 'STOPPED' && task(arn));
    return {
      ...bench,
      clock,
      until,
      run,
      task,
      stopped,
      close: () => bench.service.close().finally(() => clock.close()),
    };
  };

  test('T04: a container that exits with 3 stops its task with that code, its lines in the log', async () => {
    const bench = setUp();
    const logConfiguration: ecs.LogConfiguration = {
      logDriver: 'awslogs',
      options: {
        'awslogs-group': '/job',
        'awslogs-region': 'eu-west-1',
        'awslogs-stream-prefix': 'ecs',
        'awslogs-create-group': 'true',
      },
    };
    bench.secrets.set(
      'arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf:url::',
      'postgres://secret',
    );
    bench.secrets.set('/job/level', 'debug');
    const arn = bench.run(
      {
        command: ['sh', '-c', 'echo "hello $WHO"; echo "url $URL at $LEVEL"; exit 3'],
        environment: [{ name: 'WHO', value: 'nobody' }],
        secrets: [
          { name: 'URL', valueFrom: 'arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf:url::' },
          { name: 'LEVEL', valueFrom: '/job/level' },
        ],
        logConfiguration,
      },
      { containerOverrides: [{ name: 'app', environment: [{ name: 'WHO', value: 'world' }] }] },
    );
    const task = await bench.stopped(arn);
    const lines = bench.groups.get('/job')!.get(`ecs/app/${arn.split('/').at(-1)}`)!;
    expect(lines.map((line) => line.message)).toEqual(['hello world', 'url postgres://secret at debug']);
    expect(task).toMatchObject({
      stopCode: 'EssentialContainerExited',
      stoppedReason: 'Essential container in task exited',
      containers: [{ name: 'app', lastStatus: 'STOPPED', exitCode: 3 }],
    });
    await bench.close();
  });

  test('an image that is nowhere stops the task before it starts', async () => {
    const bench = setUp();
    const task = await bench.stopped(bench.run({ image: '127.0.0.1:1/nothing:1' }));
    expect(task.stopCode).toBe('TaskFailedToStart');
    expect(task.stoppedReason).toMatch(
      /^CannotPullContainerError: Error response from daemon: .*127\.0\.0\.1:1/,
    );
    expect(task.containers![0]!.exitCode).toBeUndefined();
    await bench.close();
  });

  test('a command that is not in the image cannot start its container', async () => {
    const bench = setUp();
    const task = await bench.stopped(bench.run({ command: ['no-such-command'] }));
    expect(task.stopCode).toBe('TaskFailedToStart');
    expect(task.stoppedReason).toMatch(
      /^CannotStartContainerError: Error response from daemon: .*no-such-command/,
    );
    await bench.close();
  });

  test('StopTask ends a deaf container by force after its stop timeout', async () => {
    const bench = setUp();
    const arn = bench.run({
      command: ['sh', '-c', 'trap "" TERM; while true; do sleep 1; done'],
      stopTimeout: 1,
    });
    await bench.until(() => bench.task(arn).lastStatus === 'RUNNING');
    bench.call('StopTask', { cluster: 'main', task: arn, reason: 'enough' });
    expect(await bench.stopped(arn)).toMatchObject({
      stopCode: 'UserInitiated',
      stoppedReason: 'enough',
      containers: [{ exitCode: 137 }],
    });
    await bench.close();
  });

  test('a container waits for the one it depends on, and they share a network', async () => {
    const bench = setUp();
    const { taskDefinitionArn } = bench.call<ecs.RegisterTaskDefinitionResponse>('RegisterTaskDefinition', {
      family: 'pair',
      networkMode: 'awsvpc',
      containerDefinitions: [
        {
          name: 'app',
          image: IMAGE,
          memory: 64,
          command: ['sh', '-c', 'nc 127.0.0.1 9000 </dev/null && exit 0; exit 9'],
          dependsOn: [
            { containerName: 'init', condition: 'SUCCESS' },
            { containerName: 'server', condition: 'HEALTHY' },
          ],
        },
        { name: 'init', image: IMAGE, memory: 64, essential: false, command: ['sh', '-c', 'exit 0'] },
        {
          name: 'server',
          image: IMAGE,
          memory: 64,
          essential: false,
          command: ['sh', '-c', 'echo ok >/tmp-ok; while true; do echo hi | nc -l -p 9000; done'],
          healthCheck: { command: ['CMD', 'test', '-f', '/tmp-ok'], interval: 5, retries: 10 },
          stopTimeout: 1,
        },
      ],
    }).taskDefinition!;
    const { tasks } = bench.call<ecs.RunTaskResponse>('RunTask', {
      cluster: 'main',
      taskDefinition: taskDefinitionArn,
      networkConfiguration: { awsvpcConfiguration: { subnets: ['subnet-1'] } },
    });
    const task = await bench.stopped(tasks![0]!.taskArn!);
    const codes = Object.fromEntries(
      task.containers!.map((container) => [container.name, container.exitCode]),
    );
    expect(codes).toEqual({ app: 0, init: 0, server: 137 });
    await bench.close();
  });

  test('a service answers on its published port, and is found again after a restart', async () => {
    const bench = setUp();
    bench.create({
      desiredCount: 1,
      taskDefinition: bench.register({
        image: IMAGE,
        command: ['sh', '-c', 'echo "version 1" >/index.html; exec httpd -f -p 8080 -h /'],
        portMappings: [{ containerPort: 8080 }],
        healthCheck: { command: ['CMD', 'test', '-f', '/index.html'], interval: 5, retries: 3 },
        stopTimeout: 1,
      }),
    });
    await bench.until(() => bench.describe().deployments![0]!.rolloutState === 'COMPLETED');
    const [task] = bench.tasks('RUNNING');
    const port = task!.containers![0]!.networkBindings![0]!.hostPort!;
    expect(await get(port)).toBe('version 1\n');
    expect(task!.healthStatus).toBe('HEALTHY');

    const saved = JSON.parse(JSON.stringify(bench.service.save()));
    await bench.service.close({ keep: true });
    bench.clock.close();
    const again = setUp();
    again.service.restore(saved);
    await again.service.restored();
    await again.clock.sleep(500);
    expect(again.tasks('RUNNING').map((found) => found.taskArn)).toEqual([task!.taskArn]);
    expect(again.describe()).toMatchObject({ runningCount: 1, deployments: [{ rolloutState: 'COMPLETED' }] });
    expect(await get(port)).toBe('version 1\n');
    await again.close();
    await expect(get(port)).rejects.toThrow();
    const left = execFileSync('docker', ['ps', '-aq', '--filter', `label=landfall.sandbox=${SANDBOX}`], {
      encoding: 'utf8',
    });
    expect(left).toBe('');
  });
});

function get(port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = http.get({ host: '127.0.0.1', port, path: '/index.html', agent: false }, (response) => {
      let text = '';
      response.on('data', (chunk) => {
        text += chunk;
      });
      response.on('end', () => resolve(text));
    });
    request.on('error', reject);
  });
}
