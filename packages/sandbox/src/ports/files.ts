/** What ECS finds under the ARN of a file. */
type FileLookup =
  | { readonly kind: 'found'; readonly text: string }
  /** `code` and `message` are S3's. */
  | { readonly kind: 'missing'; readonly code: string; readonly message: string };

/** S3 as the ECS agent reads it: `arn:aws:s3:::bucket/key`. */
export interface FileStore {
  read(arn: string): FileLookup;
}
