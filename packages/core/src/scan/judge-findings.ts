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
  /** Sentences: an allowance that has expired, or that no finding needs. */
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
    const matching = allowances.filter((one) => covers(one, finding));
    for (const one of matching) used.add(one);
    const by = matching.find(({ expires }) => expires >= today);
    if (by) allowed.push({ finding, by });
    else if (failOn !== undefined && isAtLeast(finding.severity, failOn)) blocking.push(finding);
  }
  blocking.sort(
    (a, b) => severities.indexOf(b.severity) - severities.indexOf(a.severity) || (a.id < b.id ? -1 : 1),
  );
  const notes = allowances.flatMap((one) => {
    if (!used.has(one)) return [`${one.id} is allowed but was not found: the entry can go`];
    return one.expires < today ? [`${one.id} was allowed until ${one.expires} (${one.reason})`] : [];
  });
  return { findings, blocking, allowed, counts, notes };
}

/** An allowance for one package covers a finding only if it is in no other. */
const covers = (allowance: Allowance, { id, packages }: Finding) =>
  allowance.id === id &&
  (allowance.package === undefined ||
    (packages.length > 0 && packages.every(({ name }) => name === allowance.package)));

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
