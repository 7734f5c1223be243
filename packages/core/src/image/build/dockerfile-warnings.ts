/** A check of the Dockerfile that did not pass: docs.docker.com/reference/build-checks. */
export interface DockerfileWarning {
  /** `FromAsCasing`. */
  readonly rule: string;
  readonly text: string;
  readonly line?: number;
}

/**
 * Reads BuildKit's warnings out of a plain build log, line by line. What a `RUN` prints stands behind a number and
 * a time, so that it cannot be taken for one.
 */
export function dockerfileWarnings({ call = false }: { readonly call?: boolean } = {}) {
  const found = new Map<string, DockerfileWarning>();
  let inList = false;
  let block: { readonly rule: string; text?: string } | undefined;
  const add = (one: DockerfileWarning) => void found.set(JSON.stringify(one), one);
  /** `--call check` has a block for each: the rule and its page, the warning, the place. */
  const readBlock = (line: string) => {
    const head = /^WARNING: ([A-Z][A-Za-z]{2,60})(?: - https:\/\/\S{1,300})?\s*$/.exec(line);
    if (head) block = { rule: head[1]! };
    else if (block && block.text === undefined) block.text = line.slice(0, 1000);
    else if (block) {
      const number = /^\S{1,500}:(\d{1,7})\s*$/.exec(line)?.[1];
      add({
        rule: block.rule,
        text: block.text!,
        ...(number !== undefined && { line: Number(number) }),
      });
      block = undefined;
    } else return false;
    return true;
  };
  return {
    read(line: string): void {
      if (call && readBlock(line)) return;
      if (/^\s?\d+ warnings? found\b/.test(line)) {
        inList = true;
        return;
      }
      const warning =
        /^#\d+ WARN: ([A-Z][A-Za-z]{2,60}): (.{1,1000}?)(?: \(line (\d{1,7})\))?\s*$/.exec(line) ??
        (inList ? /^ - ([A-Z][A-Za-z]{2,60}): (.{1,1000}?)(?: \(line (\d{1,7})\))?\s*$/.exec(line) : null);
      if (!warning) {
        inList = inList && line.trim() === '';
        return;
      }
      const [, rule, text, number] = warning;
      const one = { rule: rule!, text: text!, ...(number !== undefined && { line: Number(number) }) };
      add(one);
    },
    found: (): readonly DockerfileWarning[] => [...found.values()],
  };
}

/** GitHub shows ten annotations of a kind for a step; the rest is in the log. */
export const mostAnnotations = 10;
