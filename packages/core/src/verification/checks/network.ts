import { type Check, error, ok, skip } from '../check.ts';
import { containerNamed, containersOf, networkModeOf, type Subject } from '../subject.ts';

/** Network mode, ports, and the network configuration of the service. */
export function checkNetwork(subject: Subject): readonly Check[] {
  const mode = networkModeOf(subject);
  const checks: Check[] = [];
  if (!subject.service) {
    checks.push(skip('network', 'network configuration', 'is not checked, because no service is set'));
  } else if (mode === 'awsvpc' && !subject.service.networkConfiguration?.awsvpcConfiguration) {
    checks.push(
      error(
        'network',
        'service',
        'has no networkConfiguration, which the network mode awsvpc needs',
        'Set subnets and security groups on the service (networkConfiguration.awsvpcConfiguration).',
      ),
    );
  } else if (mode !== 'awsvpc' && subject.service.networkConfiguration?.awsvpcConfiguration) {
    checks.push(
      error(
        'network',
        'service',
        `has a networkConfiguration, which the network mode ${mode} does not take`,
        'Set networkMode to awsvpc, or create a service without networkConfiguration.',
      ),
    );
  } else {
    checks.push(ok('network', 'service', `fits the network mode ${mode}`));
  }
  if (mode === 'awsvpc' || mode === 'host') {
    for (const container of containersOf(subject)) {
      for (const { containerPort, hostPort } of container.portMappings ?? []) {
        if (!hostPort || hostPort === containerPort) continue;
        checks.push(
          error(
            'network',
            containerNamed(container),
            `maps port ${containerPort} to the host's ${hostPort}; in the network mode ${mode} both must be the same`,
            `Remove hostPort, or set it to ${containerPort}.`,
          ),
        );
      }
    }
  }
  return checks;
}
