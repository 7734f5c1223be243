/** A port of `EnvFileKeyValuePairs` (FileCommandManager.cs at 258d6c8), which reads GITHUB_OUTPUT, GITHUB_ENV and GITHUB_STATE. */
export function readPairs(text: string): Map<string, string> {
  const pairs = new Map<string, string>();
  let index = 0;
  const readLine = (): { line: string; newline: string | undefined } | undefined => {
    if (index >= text.length) return undefined;
    const start = index;
    const end = text.indexOf('\n', index);
    if (end < 0) {
      index = text.length;
      return { line: text.slice(start), newline: undefined };
    }
    index = end + 1;
    return { line: text.slice(start, end), newline: '\n' };
  };
  for (let read = readLine(); read; read = readLine()) {
    const { line } = read;
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      pairs.set(line.slice(0, equals), line.slice(equals + 1));
      continue;
    }
    if (heredoc < 0) throw new Error(`Invalid format '${line}'`);
    const key = line.slice(0, heredoc);
    const delimiter = line.slice(heredoc + 2);
    if (key === '' || delimiter === '') {
      throw new Error(`Invalid format '${line}'. Name must not be empty and delimiter must not be empty`);
    }
    const start = index;
    let end = index;
    for (let next = readLine(); next?.line !== delimiter; next = readLine()) {
      if (!next) throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`);
      if (next.newline === undefined) throw new Error('Invalid value. EOF marker missing new line.');
      end = index - next.newline.length;
    }
    pairs.set(key, end > start ? text.slice(start, end) : '');
  }
  return pairs;
}
