/**
 * CloudWatch's filter patterns for plain text: words that must all occur, `"a phrase"`, `-without`, `?either ?or`,
 * `%regular expression%`. Patterns over JSON (`{…}`) and columns (`[…]`) are not understood: undefined.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 */
export function compileFilter(pattern: string): ((message: string) => boolean) | undefined {
  const text = pattern.trim();
  if (text === '') return () => true;
  if (text.startsWith('{') || text.startsWith('[') || text.startsWith('%')) return undefined;
  const all: string[] = [];
  const none: string[] = [];
  const some: string[] = [];
  const term = /([?-]?)(?:"((?:[^"\\]|\\.)*)"|([^\s"]+))\s*/gy;
  let read = 0;
  for (const match of text.matchAll(term)) {
    read = match.index + match[0].length;
    const word = match[2] !== undefined ? match[2].replaceAll(/\\(.)/g, '$1') : match[3]!;
    (match[1] === '?' ? some : match[1] === '-' ? none : all).push(word);
  }
  if (read < text.length) return undefined;
  return (message) =>
    all.every((word) => message.includes(word)) &&
    !none.some((word) => message.includes(word)) &&
    (some.length === 0 || all.length > 0 || some.some((word) => message.includes(word)));
}
