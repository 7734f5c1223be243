import type { RunFacts } from '../../world/host.ts';

interface AttestationInputs {
  readonly provenance?: string | undefined;
  readonly sbom?: string | undefined;
  readonly attests?: readonly string[] | undefined;
}

/**
 * The inputs `provenance` and `sbom` come before an attestation of their kind in `attests`; provenance that
 * was not requested is turned off, because buildx adds it by default. Provenance names this run as its builder.
 */
export function attestations({ provenance, sbom, attests = [] }: AttestationInputs, run: RunFacts) {
  const is = (kind: string) => (attest: string) => new RegExp(`(?:^|,)type=${kind}(?:,|$)`).test(attest);
  const builder = run.url === undefined ? undefined : `builder-id=${run.url}`;
  const named = (attributes: string) =>
    builder === undefined || /(?:^|,)(?:builder-id=|disabled=true)/.test(attributes)
      ? attributes
      : attributes === 'true'
        ? builder
        : `${attributes},${builder}`;
  const own = attests
    .filter((attest) => provenance === undefined || !is('provenance')(attest))
    .filter((attest) => sbom === undefined || !is('sbom')(attest));
  return {
    provenance:
      provenance === undefined
        ? own.some(is('provenance'))
          ? undefined
          : 'false'
        : provenance === 'false'
          ? 'false'
          : named(provenance),
    sbom: sbom === 'false' ? undefined : sbom,
    attests: own.map((attest) => (is('provenance')(attest) ? named(attest) : attest)),
  };
}
