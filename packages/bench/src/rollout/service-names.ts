/** The n-th service of a run: `web-1`. */
export const serviceOf = (index: number) => `web-${index + 1}`;

export const servicesOf = (count: number) => Array.from({ length: count }, (_, index) => serviceOf(index));

/** The inputs of one run that deploys to this many services at once. */
export const inputsFor = (services: number) => ({
  cluster: 'main',
  services: servicesOf(services).join('\n'),
  'task-definition': 'web:2',
  'max-parallel': String(services),
  'on-failure': 'continue',
});
