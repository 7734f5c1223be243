/** A share of the traffic, and how long it is held. */
interface Shift {
  readonly percent: number;
  readonly minutes: number;
}

const NAME =
  /^CodeDeployDefault\.ECS(?:(AllAtOnce)|Linear(\d+)PercentEvery(\d+)Minutes|Canary(\d+)Percent(\d+)Minutes)$/;

/** The shifts of a predefined configuration, or undefined for a name that is none. */
export function shiftsOf(configuration: string): readonly Shift[] | undefined {
  const match = NAME.exec(configuration);
  if (match === null) return undefined;
  const [, all, step, every, canary, held] = match;
  if (all !== undefined) return [{ percent: 100, minutes: 0 }];
  if (canary !== undefined) {
    return [
      { percent: Number(canary), minutes: Number(held) },
      { percent: 100, minutes: 0 },
    ];
  }
  const shifts: Shift[] = [];
  for (let percent = Number(step); percent < 100; percent += Number(step))
    shifts.push({ percent, minutes: Number(every) });
  return [...shifts, { percent: 100, minutes: 0 }];
}

/** `trafficRoutingConfig` of GetDeploymentConfig. */
export function routingOf(configuration: string): Record<string, unknown> {
  const [, all, step, every, canary, held] = NAME.exec(configuration) ?? [];
  if (canary !== undefined)
    return {
      type: 'TimeBasedCanary',
      timeBasedCanary: { canaryPercentage: Number(canary), canaryInterval: Number(held) },
    };
  if (all === undefined)
    return {
      type: 'TimeBasedLinear',
      timeBasedLinear: { linearPercentage: Number(step), linearInterval: Number(every) },
    };
  return { type: 'AllAtOnce' };
}
