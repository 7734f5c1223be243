import { ByTaskSets } from '../external-service.ts';
import { Stage } from '../stage.ts';
import { drawing, fatesFrom, faultFrom } from './draw.ts';
import { cancelFrom, cutsFrom, meddlingFrom, type Scene } from './scene.ts';

const operations = [
  'DescribeServices',
  'DescribeTaskSets',
  'CreateTaskSet',
  'UpdateServicePrimaryTaskSet',
  'DeleteTaskSet',
  'RegisterTaskDefinition',
  'DescribeTaskDefinition',
  'ListTasks',
  'DescribeTasks',
].map((name) => `ecs:${name}`);
const calls = [
  'registerTaskDefinition',
  'createTaskSet',
  'updateServicePrimaryTaskSet',
  'deleteTaskSet',
  'describeTaskSets',
];

/** A service of the EXTERNAL controller, and others who change its task sets, too. */
export async function externalScene(seed: number, random: () => number): Promise<Scene> {
  const draw = drawing(random);
  const { chance, pick, between } = draw;
  const fates = fatesFrom(draw, seed, { image: 'web:2' });
  const stage = await Stage.set({
    seed,
    services: {
      web: { desiredCount: pick([0, 1, 2, 3, 5]), deploymentController: { type: 'EXTERNAL' } },
    },
    fates,
  });
  const own = new ByTaskSets(stage);
  if (chance(0.9)) await own.makeLive();
  const ours = async () => (await own.taskSets()).find((one) => one.externalId?.startsWith('landfall/web:2'));
  const meddlers = {
    supersede: async () => own.makePrimary(await own.make(3)),
    beside: () => own.make(3),
    'delete-ours': async () => own.ask('DeleteTaskSet', { taskSet: (await ours())?.id, force: true }),
    'take-back': async () => {
      const old = (await own.taskSets()).find((one) => one.taskDefinition?.endsWith(':1'));
      await own.makePrimary(old?.id ?? '');
    },
    scale: () => own.ask('UpdateService', { desiredCount: 4 }),
  };
  const force = chance(0.1);
  return {
    stage,
    strategy: 'EXTERNAL',
    inputs: { 'wait-timeout': '40m', ...(force && { 'force-new-deployment': 'true' }) },
    files: {},
    until: 'completed',
    onCancel: pick(['leave', 'stop']),
    faults: Array.from({ length: between(0, 4) }, () => faultFrom(draw, operations)),
    cuts: cutsFrom(draw, calls),
    meddling: [...meddlingFrom(draw, meddlers, [1000, 150_000]), ...cancelFrom(draw, 150_000)],
    truth: async () => stage.world.ecs.truth('main', 'web')!,
    // A mark of a task set lasts: a run that is started again finds its own, forced or not. One that was deleted
    // before it was live may be made again, but not while it still stood.
    allowed: (ours) =>
      1 +
      ours.filter((one, index) => {
        const next = ours[index + 1];
        return one.status === 'STOPPED' && (!next || one.finalAt! <= next.createdAt);
      }).length,
  };
}
