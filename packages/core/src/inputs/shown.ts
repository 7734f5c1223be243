/** A value in a message, quoted, its end cut off. */
export const shown = (text: string) => (text.length > 60 ? `"${text.slice(0, 60)}…"` : `"${text}"`);
