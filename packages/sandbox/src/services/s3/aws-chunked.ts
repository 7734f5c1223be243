/**
 * The content of a body in the `aws-chunked` encoding, in which clients sign a body chunk by chunk or send
 * its checksum after it: `<length in hexadecimal>[;chunk-signature=…]`, a line end, that many bytes, a line
 * end; a chunk of length 0 ends it, and trailing headers follow. The signatures are not computed again.
 * Undefined when it is no such body.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
 */
export function decodeAwsChunked(body: Buffer): Buffer | undefined {
  const chunks: Buffer[] = [];
  let at = 0;
  for (;;) {
    const end = body.indexOf('\r\n', at);
    const [, digits] =
      /^([0-9a-f]{1,8})(?:;[^\r\n]*)?$/i.exec(body.toString('latin1', at, Math.max(at, end))) ?? [];
    if (end < 0 || digits === undefined) return undefined;
    const length = Number.parseInt(digits, 16);
    const start = end + 2;
    if (length === 0) return Buffer.concat(chunks);
    if (body.toString('latin1', start + length, start + length + 2) !== '\r\n') return undefined;
    chunks.push(body.subarray(start, start + length));
    at = start + length + 2;
  }
}
