import { seededRandom } from '@landfall/sandbox/world/random';
import { codeDeployScene } from './code-deploy-scene.ts';
import { expressScene } from './express-scene.ts';
import { externalScene } from './external-scene.ts';
import { playScene } from './play-scene.ts';
import { type Played, runTimeline } from './run-timeline.ts';

export const controllers = ['ECS', 'CODE_DEPLOY', 'EXTERNAL', 'EXPRESS'] as const;
/** Whose scene it is: a deployment controller's, or that of a service in Express Mode. */
export type Controller = (typeof controllers)[number];

/** Half of the scenes are ECS's own. */
export function controllerOf(seed: number): Controller {
  const drawn = seededRandom(seed + 31)();
  if (drawn < 0.6) return drawn < 0.1 ? 'EXPRESS' : 'ECS';
  return drawn < 0.8 ? 'CODE_DEPLOY' : 'EXTERNAL';
}

const scenes = { CODE_DEPLOY: codeDeployScene, EXTERNAL: externalScene, EXPRESS: expressScene };

/** How a scene is played again. */
export const replayOf = (seed: number, controller = controllerOf(seed)) =>
  `npm run chaos -- --timelines 1 --seed ${seed} --controller ${controller}`;

/** Plays the scene of a seed, of its own controller or the one named. */
export async function runScene(seed: number, controller = controllerOf(seed)): Promise<Played> {
  if (controller === 'ECS') return runTimeline(seed);
  const scene = await scenes[controller](seed, seededRandom(seed));
  try {
    return { ...(await playScene(scene)), strategy: scene.strategy };
  } catch (error) {
    const what = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { breaches: [{ kind: 'crash', what }], verdict: 'none', strategy: scene.strategy };
  } finally {
    await scene.stage.close();
  }
}
