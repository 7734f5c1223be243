/**
 * Whether some ARN fits both: a resource of a policy and the form of a resource type. `*` and `${…}` stand for any
 * text within one of the ARN's six parts, `?` for one character.
 */
export function canMatch(pattern: string, form: string): boolean {
  if (pattern === '*') return true;
  const [ours, theirs] = [partsOf(pattern), partsOf(form)];
  return ours.length === 6 && theirs.length === 6 && ours.every((part, at) => overlap(part, theirs[at]!));
}

/** The sixth part keeps its colons: `log-group:/ecs/web:log-stream:*`. */
const partsOf = (arn: string): readonly string[] => {
  const parts = arn.replace(/\$\{[^}]*\}|<[^>]*>/g, '*').split(':');
  return [...parts.slice(0, 5), ...(parts.length > 5 ? [parts.slice(5).join(':')] : [])];
};

/** Whether two texts with wildcards have a text in common. */
function overlap(one: string, other: string, seen = new Map<string, boolean>()): boolean {
  const key = `${one.length} ${other.length}`;
  const known = seen.get(key);
  if (known !== undefined) return known;
  const answer = ((): boolean => {
    if (one === '' && other === '') return true;
    if (one.startsWith('*'))
      return overlap(one.slice(1), other, seen) || (other !== '' && overlap(one, other.slice(1), seen));
    if (other.startsWith('*'))
      return overlap(one, other.slice(1), seen) || (one !== '' && overlap(one.slice(1), other, seen));
    if (one === '' || other === '') return false;
    const same = one[0] === other[0] || one[0] === '?' || other[0] === '?';
    return same && overlap(one.slice(1), other.slice(1), seen);
  })();
  seen.set(key, answer);
  return answer;
}
