/** Elastic Load Balancing as ECS Express Mode works with it. */
export interface Balancers {
  /** Makes a target group of addresses behind a load balancer; its ARN. */
  targetGroup(wanted: {
    readonly name: string;
    readonly port: number;
    readonly healthCheckPath: string;
  }): string;
}
