/** The counts of services, as Application Auto Scaling reads and sets them. */
export interface ServiceCounts {
  /** Undefined of a service that is not ACTIVE. */
  read(cluster: string, service: string): number | undefined;
  set(cluster: string, service: string, count: number): void;
}
