/**
 * The fields of one line of comma-separated values: `type=registry,"dest=a,b"`. A field in double quotes may
 * hold commas, and a doubled quote stands for one. Undefined when a quote is not closed.
 */
export function csvFields(line: string): readonly string[] | undefined {
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (let index = 0; index < line.length; index += 1) {
    const character = line[index]!;
    if (quoted) {
      if (character !== '"') field += character;
      else if (line[index + 1] === '"') {
        field += '"';
        index += 1;
      } else quoted = false;
    } else if (character === '"' && field.trim() === '') {
      field = '';
      quoted = true;
    } else if (character === ',') {
      fields.push(field.trim());
      field = '';
    } else field += character;
  }
  if (quoted) return undefined;
  return [...fields, field.trim()];
}

/** One field of such a line, quoted when it must be. */
export const csvField = (field: string) =>
  /[",\n]/.test(field) ? `"${field.replaceAll('"', '""')}"` : field;
