/** An error in the form of the distribution specification. */
export class RegistryFault extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Record<string, string> = {}) {
    super(message);
    this.name = 'RegistryFault';
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export const manifestUnknown = () => new RegistryFault(404, 'MANIFEST_UNKNOWN', 'Requested image not found');
export const blobUnknown = (digest: string) =>
  new RegistryFault(
    404,
    'BLOB_UNKNOWN',
    `The layer with digest '${digest}' does not exist in this repository.`,
  );
export const uploadUnknown = () =>
  new RegistryFault(
    404,
    'BLOB_UPLOAD_UNKNOWN',
    'The upload does not exist; it may have been finished, cancelled or lost with a restart.',
  );
export const digestInvalid = (message: string) => new RegistryFault(400, 'DIGEST_INVALID', message);
