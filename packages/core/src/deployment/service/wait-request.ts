/** Which deployment a step waits for; what is not given does not matter. */
export interface WaitRequest {
  readonly deploymentId: string | undefined;
  readonly taskDefinition: string | undefined;
}
