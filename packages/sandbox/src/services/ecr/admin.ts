import { AwsFault } from '../../api/aws-service.ts';
import type { EcrParts } from './ecr-parts.ts';
import type { Finding, Scans } from './scans.ts';

/** ECR's part of the admin API: `PUT findings { repository, reference?, findings }`, which a scan finds from now on. */
export const ecrAdmin =
  (parts: EcrParts, scans: Scans) =>
  (method: string, path: readonly string[], body: unknown): unknown => {
    if (method !== 'PUT' || path.join('/') !== 'findings') {
      throw new AwsFault(
        'NotFound',
        'PUT /_sandbox/ecr/findings { repository, reference?, findings } is all there is.',
        { status: 404 },
      );
    }
    const { repository, reference, findings } = body as {
      repository?: string;
      reference?: string;
      findings?: Finding[];
    };
    if (
      typeof repository !== 'string' ||
      !Array.isArray(findings) ||
      !findings.every((finding) => finding?.name && finding.severity)
    ) {
      throw new AwsFault(
        'Invalid',
        'Findings need a "repository" and a list of "findings", each with "name" and "severity".',
      );
    }
    scans.set(repository, reference, findings);
    parts.changed();
    return { repository, reference, findings: findings.length };
  };
