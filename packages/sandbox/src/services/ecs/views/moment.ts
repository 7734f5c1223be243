/** A time of the record as the answer carries it. */
export const moment = (time: number): Date => new Date(time);

/** For members that are absent when unset: `...optionalMoment('startedAt', task.startedAt)`. */
export function optionalMoment<Name extends string>(
  name: Name,
  time: number | undefined,
): { [Key in Name]?: Date } {
  return time === undefined ? {} : ({ [name]: new Date(time) } as { [Key in Name]?: Date });
}
