import type { IncomingMessage, ServerResponse } from 'node:http';

/**
 * Whether a client speaks Smithy RPC v2 CBOR: the models of CodeDeploy, CodeBuild and others name it first, before
 * JSON. No SDK or CLI sends it unless it is told to.
 */
export const speaksCbor = (message: IncomingMessage): boolean =>
  message.headers['smithy-protocol'] === 'rpc-v2-cbor';

/** The refusal that such a client can read: an error whose name and message are CBOR. */
export function refuseCbor(response: ServerResponse): void {
  const error = {
    __type: 'UnknownOperationException',
    message:
      'The sandbox speaks the JSON and query protocols of AWS, not Smithy RPC v2 CBOR. Let the client use JSON (awsJson1_1).',
  };
  const members = Object.entries(error).flat();
  response.writeHead(400, { 'Content-Type': 'application/cbor', 'Smithy-Protocol': 'rpc-v2-cbor' });
  // A map of two pairs (RFC 8949, major type 5).
  response.end(Buffer.concat([Buffer.of(0xa2), ...members.map(cborText)]));
}

/** A text string (RFC 8949, major type 3) of less than 256 bytes. */
function cborText(text: string): Buffer {
  const bytes = Buffer.from(text);
  const head = bytes.length < 24 ? [0x60 + bytes.length] : [0x78, bytes.length];
  return Buffer.concat([Buffer.from(head), bytes]);
}
