import type { Allowance } from './allow-list.ts';
import { type Finding, isAtLeast, type Severity, severities } from './finding.ts';

export interface Judgement {
  /** Each once, whatever the number of platforms that have it. */
  readonly findings: readonly Finding[];
  /** At or above the severity, and not allowed: each once, the worst first. */
  readonly blocking: readonly Finding[];
  readonly allowed: readonly { readonly finding: Finding; readonly by: Allowance }[];
  /** How many there are of each severity, allowed ones included. */
  readonly counts: Readonly<Partial<Record<Severity, number>>>;
  /** Sentences: an allowance that has expired, that no finding needs, or that is not enough for one. */
  readonly notes: readonly string[];
}

/** What of a scan's findings ends the pipeline. Pure. */
export function judgeFindings(
  found: readonly Finding[],
  failOn: Severity | undefined,
  allowances: readonly Allowance[],
  now: number,
): Judgement {
  const today = new Date(now).toISOString().slice(0, 10);
  const counts: Partial<Record<Severity, number>> = {};
  const blocking: Finding[] = [];
  const allowed: { finding: Finding; by: Allowance }[] = [];
  const used = new Set<Allowance>();
  const findings = unique(found);
  for (const finding of findings) {
    counts[finding.severity] = (counts[finding.severity] ?? 0) + 1;
    const matching = allowances.filter((one) => concerns(one, finding));
    for (const one of matching) used.add(one);
    const by = covering(
      matching.filter(({ expires }) => expires >= today),
      finding,
    );
    if (by) allowed.push({ finding, by });
    else if (failOn !== undefined && isAtLeast(finding.severity, failOn)) blocking.push(finding);
  }
  blocking.sort(
    (a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity) || (a.id < b.id ? -1 : 1),
  );
  const notes = allowances.flatMap((one) => {
    if (!used.has(one)) return [notEnough(one, findings)];
    if (one.expires < today) return [`${one.id} was allowed until ${one.expires} (${one.reason})`];
    return blocking.some((finding) => concerns(one, finding)) ? [notEnough(one, findings)] : [];
  });
  return { findings, blocking, allowed, counts, notes };
}

const concerns = (allowance: Allowance, { id, packages }: Finding) =>
  allowance.id === id &&
  (allowance.package === undefined || packages.some(({ name }) => name === allowance.package));

/**
 * The allowance that lets a finding through: one for all packages, or one for each of them, of which the first to
 * expire counts.
 */
function covering(allowances: readonly Allowance[], { packages }: Finding): Allowance | undefined {
  const whole = allowances.find((one) => one.package === undefined);
  if (whole) return whole;
  const each = packages.map(({ name }) => allowances.find((one) => one.package === name));
  if (each.includes(undefined)) return undefined;
  return (each as Allowance[]).sort((a, b) => (a.expires < b.expires ? -1 : 1))[0];
}

/** On an entry that lets nothing through. */
function notEnough({ id, package: name }: Allowance, findings: readonly Finding[]): string {
  const found = findings.filter((one) => one.id === id).flatMap(({ packages }) => packages);
  return found.length === 0
    ? `${id} is allowed but was not found: the entry can be removed`
    : `${id} is allowed in ${name}, but was found in ${[...new Set(found.map((one) => one.name))].join(', ')}`;
}

/** Platforms of one image share their findings; where they are not of one mind, the worst counts. */
function unique(findings: readonly Finding[]): readonly Finding[] {
  const worst = new Map<string, Finding>();
  for (const one of findings) {
    const key = JSON.stringify([one.id, one.packages]);
    const before = worst.get(key);
    if (!before || !isAtLeast(before.severity, one.severity)) worst.set(key, one);
  }
  return [...worst.values()];
}
