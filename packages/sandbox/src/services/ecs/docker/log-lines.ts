/** A line that a container wrote, and when. */
interface LogLine {
  readonly timestamp: number;
  readonly message: string;
}

/**
 * Takes apart what the engine sends for a container's logs with `timestamps=1`: frames of an 8-byte header (stream,
 * three zeros, length) and a payload. Lines of standard output and error are put together apart from each other.
 * https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerAttach
 */
export function logLines(emit: (line: LogLine) => void): { push(chunk: Buffer): void; end(): void } {
  let rest: Buffer = Buffer.alloc(0);
  const open = new Map<number, Buffer>();

  const line = (bytes: Buffer): void => {
    const text = bytes.toString('utf8').replace(/\r$/, '');
    const space = text.indexOf(' ');
    const timestamp = Date.parse(space < 0 ? text : text.slice(0, space));
    if (Number.isNaN(timestamp)) emit({ timestamp: 0, message: text });
    else emit({ timestamp, message: space < 0 ? '' : text.slice(space + 1) });
  };

  return {
    push(chunk) {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
      while (rest.length >= 8) {
        const length = rest.readUInt32BE(4);
        if (rest.length < 8 + length) return;
        const stream = rest[0]!;
        let held = Buffer.concat([open.get(stream) ?? Buffer.alloc(0), rest.subarray(8, 8 + length)]);
        rest = rest.subarray(8 + length);
        for (let end = held.indexOf(10); end >= 0; end = held.indexOf(10)) {
          line(held.subarray(0, end));
          held = held.subarray(end + 1);
        }
        open.set(stream, held);
      }
    },
    end() {
      for (const held of open.values()) if (held.length > 0) line(held);
      open.clear();
    },
  };
}
