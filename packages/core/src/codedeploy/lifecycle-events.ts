/**
 * The lifecycle events of an Amazon ECS deployment in CodeDeploy, in their order; those for test traffic only
 * where the deployment group has a test listener.
 * https://docs.aws.amazon.com/codedeploy/latest/userguide/reference-appspec-file-structure-hooks.html
 */
export const lifecycleEvents = [
  'BeforeInstall',
  'Install',
  'AfterInstall',
  'AllowTestTraffic',
  'AfterAllowTestTraffic',
  'BeforeAllowTraffic',
  'AllowTraffic',
  'AfterAllowTraffic',
] as const;
type LifecycleEventName = (typeof lifecycleEvents)[number];

export const orderOf = (name: string | undefined): number =>
  lifecycleEvents.indexOf(name as LifecycleEventName);
