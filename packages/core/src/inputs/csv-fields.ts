/**
 * The fields of one line of comma-separated values: `type=registry,"dest=a,b"`. A field in double quotes may
 * hold commas, and a doubled quote stands for one. Undefined when a quote is not closed.
 */
export function csvFields(line: string): readonly string[] | undefined {
  const fields: string[] = [];
  // What quotes held is kept as it is; around it, and in a field without them, spaces mean nothing.
  let kept = '';
  let plain = '';
  let quoted = false;
  for (let index = 0; index < line.length; index += 1) {
    const character = line[index]!;
    if (quoted) {
      if (character !== '"') kept += character;
      else if (line[index + 1] === '"') {
        kept += '"';
        index += 1;
      } else quoted = false;
    } else if (character === '"' && kept === '' && plain.trim() === '') {
      plain = '';
      quoted = true;
    } else if (character === ',') {
      fields.push(kept + plain.trim());
      kept = '';
      plain = '';
    } else plain += character;
  }
  if (quoted) return undefined;
  return [...fields, kept + plain.trim()];
}

/** One field of such a line, quoted when it must be. */
export const csvField = (field: string) =>
  /[",\n]/.test(field) || field !== field.trim() ? `"${field.replaceAll('"', '""')}"` : field;
