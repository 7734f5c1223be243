/** Markdown of the kind GitHub shows. */

/** Text as it may appear in a cell: one line, no bar, no tag. Inside a code span `<` is itself already. */
export const cell = (text: string) =>
  text
    .replaceAll('|', '\\|')
    .split(/(`+[^`]*`+)/)
    .map((part, index) => (index % 2 === 1 ? part : part.replace(/<(?=[A-Za-z/!])/g, '&lt;')))
    .join('')
    .replace(/\r?\n/g, '<br>');

/** Text as code, whatever backticks it holds. Empty text is an empty cell. */
export const code = (text: string) => {
  if (text === '') return '';
  const longest = Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest > 0 ? `${fence} ${text} ${fence}` : `${fence}${text}${fence}`;
};

export const table = (head: readonly string[], rows: readonly (readonly string[])[]) =>
  [head, head.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');

export const fenced = (language: string, text: string) => `\`\`\`${language}\n${text.trimEnd()}\n\`\`\``;

export const bullets = (items: readonly string[]) => items.map((item) => `- ${item}`).join('\n');

/** Paragraphs, tables and headings with one blank line between them and a newline at the end. */
export const page = (...blocks: readonly (string | undefined)[]) =>
  `${blocks.filter((block) => block !== undefined && block !== '').join('\n\n')}\n`;

export const generatedComment = (source: string) =>
  `<!-- Generated from ${source}. Change that, then run: npm run generate -->`;
