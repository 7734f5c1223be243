/**
 * The file system as an operation may use it. Paths given by a user are resolved against the workspace and must
 * stay inside it (or inside the temporary folder) after links are followed; everything else is PATH_REFUSED.
 */
export interface Files {
  /** Text of a regular file of at most `maxBytes` (default 1 MiB), BOM removed. PATH_MISSING, PATH_REFUSED, FILE_TOO_LARGE. */
  readText(path: string, options?: { maxBytes?: number }): Promise<string>;
  /** The resolved absolute path of an existing folder inside the workspace. PATH_MISSING, PATH_REFUSED. */
  folder(path: string): Promise<string>;
  /**
   * The resolved absolute path of an existing regular file inside the workspace, or `anywhere`. PATH_MISSING,
   * PATH_REFUSED.
   */
  file(path: string, options?: { anywhere?: boolean }): Promise<string>;
  /** Writes a file of the product (an artifact) at a path inside the workspace, creating folders; never follows a link. Returns the absolute path. */
  writeArtifact(path: string, text: string): Promise<string>;
  /**
   * Where in the workspace or the temporary folder another program may write a file or folder; the folders above are
   * made. Never a link, nor through one. Returns the absolute path. PATH_REFUSED.
   */
  destination(path: string): Promise<string>;
  /** Writes a new private file (O_EXCL, 0600) in the temporary folder, `<stem>-<random><extension>`. Returns the absolute path. */
  writePrivate(stem: string, extension: string, text: string): Promise<string>;
  /** Makes a new private folder (0700) in the temporary folder, `<stem>-<random>`. Returns the absolute path. */
  privateFolder(stem: string): Promise<string>;
  /** Removes a file or folder that lies inside the temporary folder; PATH_REFUSED otherwise; absent is fine. */
  removePrivate(path: string): Promise<void>;
}
