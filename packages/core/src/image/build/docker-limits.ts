import { duration } from '../../inputs/kinds.ts';
import { parseDuration } from '../../time/duration.ts';
import type { Docker, DockerLimits } from '../../world/docker.ts';

const standard = { timeout: '60s', noOutputTimeout: '10m' } as const;

/** What holds where an operation has no input for it. */
export const standardLimits: Required<DockerLimits> = {
  timeout: parseDuration(standard.timeout)!,
  noOutputTimeout: parseDuration(standard.noOutputTimeout)!,
};

export const dockerTimeoutInput = {
  'docker-timeout': duration(
    { min: '1s', max: '48h' },
    {
      default: standard.timeout,
      description:
        'How long a Docker command that only reads or sets something (login, version, tag) may take before it is terminated.',
    },
  ),
};

export const noOutputTimeoutInput = {
  'no-output-timeout': duration(
    { min: '10s', max: '48h' },
    {
      default: standard.noOutputTimeout,
      description:
        'How long a build or a push may print nothing before it is terminated. Raise it for a Dockerfile step that stays silent longer.',
    },
  ),
};

/** Docker, each of whose commands ends within these limits. */
export const withLimits = (docker: Docker, limits: DockerLimits): Docker => ({
  isolateConfig: (request) => docker.isolateConfig(request),
  login: (request, options) => docker.login(request, { ...limits, ...options }),
  configFolder: () => docker.configFolder(),
  chooseBuilder: (wishes, options) => docker.chooseBuilder(wishes, { ...limits, ...options }),
  bakePlan: (request, options) => docker.bakePlan(request, { ...limits, ...options }),
  build: (request, options) => docker.build(request, { ...limits, ...options }),
  endLeftBehind: (folder) => docker.endLeftBehind(folder),
  push: (request, options) => docker.push(request, { ...limits, ...options }),
  tag: (request, options) => docker.tag(request, { ...limits, ...options }),
});
