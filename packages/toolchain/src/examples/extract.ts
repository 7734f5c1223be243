/** A fenced block of a Markdown file. */
export interface Example {
  readonly file: string;
  /** Of the block's first line, counted from 1. */
  readonly line: number;
  readonly language: string;
  readonly text: string;
}

/** Every fenced block of a Markdown text, with its language. A fence that is not closed runs to the end. */
export function examplesIn(file: string, markdown: string): readonly Example[] {
  const examples: Example[] = [];
  const lines = markdown.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const open = /^(\s*)(`{3,}|~{3,})\s*([^\s`]*)/.exec(lines[at]!);
    if (!open) continue;
    const [, indent = '', fence = '', language = ''] = open;
    const end = lines.findIndex((line, index) => index > at && line.trim().startsWith(fence));
    const body = lines.slice(at + 1, end < 0 ? undefined : end);
    const text = body.map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line)).join('\n');
    examples.push({ file, line: at + 2, language: language.toLowerCase(), text: `${text}\n` });
    at = end < 0 ? lines.length : end;
  }
  return examples;
}
