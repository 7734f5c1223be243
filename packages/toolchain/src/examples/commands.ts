/** The words of every `landfall …` command of a shell text: continuation lines joined, quotes removed, comments dropped. */
export function landfallCommands(text: string): readonly (readonly string[])[] {
  return text
    .replace(/\\\n\s*/g, ' ')
    .split('\n')
    .map((line) => line.replace(/^\s*(?:[$>]\s+)?/, ''))
    .filter((line) => /^(?:npx\s+)?landfall(?:\s|$)/.test(line))
    .map((line) => words(line).slice(line.startsWith('npx') ? 2 : 1));
}

/** The words of one simple command, as a POSIX shell splits it; substitutions stay the text they are. */
function words(line: string): readonly string[] {
  const found: string[] = [];
  const word = /(?:[^\s"'\\#|&;<>]|\\.|"(?:[^"\\]|\\.)*"|'[^']*'|(?<=\S)#)+|[#|&;<>]/g;
  for (const [token] of line.matchAll(word)) {
    if (/^[#|&;<>]$/.test(token)) break;
    found.push(
      token.replace(
        /"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)/g,
        (_, double, single, escaped) => double ?? single ?? escaped,
      ),
    );
  }
  return found;
}
