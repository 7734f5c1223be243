/** The events of a deployment in CodeDeploy that may have a hook. */
export const lifecycleEvents = [
  'BeforeInstall',
  'AfterInstall',
  'BeforeAllowTraffic',
  'AfterAllowTraffic',
] as const;

/** A task that does something once, with a helper next to it. */
export const taskFile = JSON.stringify({
  family: 'task',
  containerDefinitions: [
    { name: 'migrate', image: 'example/migrate:1', memory: 128, essential: true },
    { name: 'agent', image: 'example/agent:1', memory: 64, essential: true },
  ],
});
