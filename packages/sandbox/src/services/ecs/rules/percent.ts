/**
 * How many tasks a rolling deployment may have. The lower limit is rounded up, the upper one down.
 * https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DeploymentConfiguration.html
 */
export interface TaskLimits {
  readonly minimum: number;
  readonly maximum: number;
}

export function taskLimits(
  desired: number,
  minimumHealthyPercent: number,
  maximumPercent: number,
): TaskLimits {
  return {
    minimum: Math.ceil((desired * minimumHealthyPercent) / 100),
    maximum: Math.floor((desired * maximumPercent) / 100),
  };
}
