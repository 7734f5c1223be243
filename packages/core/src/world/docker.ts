/** Docker as an operation may use it. */
export interface Docker {
  /** The engine's and the client's versions. TOOL_MISSING, DOCKER_UNREACHABLE. */
  version(): Promise<{ readonly client: string; readonly engine: string }>;
}
