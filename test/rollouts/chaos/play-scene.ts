import { type Breach, type Evidence, judge } from './judge.ts';
import { imagesOf, newRevisions } from './revisions.ts';
import type { Scene } from './scene.ts';

/** Plays a scene to its end and holds it against the laws. */
export async function playScene(scene: Scene): Promise<{ breaches: readonly Breach[]; verdict: string }> {
  const { stage, onCancel, operation, image = 'example/web:2' } = scene;
  const { world } = stage;
  const from = world.journal().length;
  for (const fault of scene.faults) world.fault(fault);
  const inputs = { ...scene.inputs, 'on-cancel': onCancel };
  const how = { files: scene.files, ...(operation && { operation }) };
  let endedAttempts = 0;
  for (const cut of scene.cuts) {
    const run = stage.begin(inputs, { ...how, ...('killAt' in cut && cut) });
    if ('cancelAt' in cut) stage.at(cut.cancelAt, () => run.host.cancel());
    const end = await Promise.race([run.done, run.killed ?? run.done]);
    if (end && !isInFlight(end.result.outputs.verdict)) endedAttempts += 1;
  }
  let seen: Evidence['seen'];
  const run = stage.begin(inputs, {
    ...how,
    onCall: () => {
      seen = { truth: world.ecs.truth('main', 'web')!, at: stage.clock.now() };
    },
  });
  let cancelledAt: number | undefined;
  for (const { at, act } of scene.meddling) {
    stage.at(at, async () => {
      if (act === 'cancel') {
        cancelledAt = stage.clock.now();
        run.host.cancel();
        // The injected faults meet the meddler too; then it does not meddle.
      } else await act().catch(() => undefined);
    });
  }
  const { result, host } = await run.done;
  const endedAt = stage.clock.now();
  const journal = cancelledAt === undefined ? [] : world.journal().slice(from);
  world.clearFaults();
  const truth = await scene.truth();
  const images = await imagesOf(
    stage,
    truth.deployments.map((one) => one.taskDefinition),
  );
  const ours = truth.deployments.filter((_, index) => images[index] === image);
  const breaches = judge({
    result,
    truth,
    seen,
    lines: host.lines,
    journal,
    cancelledAt,
    onCancel,
    until: scene.until,
    endedAt,
    ours: ours.length,
    revisions: scene.ecsRegisters ? 0 : await newRevisions(stage),
    allowed: scene.allowed(ours, endedAttempts),
  });
  return { breaches, verdict: result.outputs.verdict ?? result.error?.code ?? 'none' };
}

const isInFlight = (verdict: string | undefined) =>
  ['PAUSED', 'STALLED', 'TIMED_OUT', 'CANCELLED', 'UNKNOWN'].includes(verdict ?? '');
