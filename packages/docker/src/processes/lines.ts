interface LineReader {
  write(chunk: Uint8Array): void;
  /** Passes on what stands after the last line end. */
  end(): void;
}

/** Characters of a line that are kept; the rest is counted. */
const lineLimit = 16_384;

/**
 * Bytes → lines. A line ends at LF, CRLF or a bare CR (progress); invalid UTF-8 becomes U+FFFD; a line longer
 * than the limit is passed on truncated, with the number of characters omitted, and never held whole.
 */
export function readLines(onLine: (line: string) => void, limit = lineLimit): LineReader {
  const decoder = new TextDecoder('utf-8');
  let line = '';
  let dropped = 0;
  let afterReturn = false;
  const add = (text: string) => {
    const room = Math.max(0, limit - line.length);
    line += text.slice(0, room);
    dropped += text.length - Math.min(text.length, room);
  };
  const flush = () => {
    onLine(dropped > 0 ? `${line}… (${dropped} more characters)` : line);
    line = '';
    dropped = 0;
  };
  const take = (text: string) => {
    let from = 0;
    for (const end of text.matchAll(/[\r\n]/g)) {
      const second = end[0] === '\n' && afterReturn && end.index === from && line === '' && dropped === 0;
      if (!second) {
        add(text.slice(from, end.index));
        flush();
      }
      afterReturn = end[0] === '\r';
      from = end.index + 1;
    }
    if (from < text.length) {
      afterReturn = false;
      add(text.slice(from));
    }
  };
  return {
    write: (chunk) => take(decoder.decode(chunk, { stream: true })),
    end() {
      take(decoder.decode());
      if (line !== '' || dropped > 0) flush();
    },
  };
}
