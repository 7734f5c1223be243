/**
 * Docker as an operation may use it. Every call takes typed inputs; the adapter makes the arguments, so that no
 * text of a user is ever read as an option. All fail with TOOL_MISSING (no client), DOCKER_UNREACHABLE (no
 * engine), DOCKER_TIMED_OUT (a limit) and CANCELLED (the signal), and with what each names.
 */
export interface Docker {
  /**
   * Makes an empty private folder a DOCKER_CONFIG: the user's proxies, contexts, plugins, builders and readable
   * logins are kept; credential stores are left behind, because what they keep outlives the job.
   */
  isolateConfig(request: IsolateConfigRequest): Promise<IsolatedConfig>;
  /** `docker login` with the password on stdin. LOGIN_FAILED, `facts.transient` true when a retry may help. */
  login(request: LoginRequest, options?: DockerCallOptions): Promise<void>;
  /** The DOCKER_CONFIG in use; undefined where there is no home either. */
  configFolder(): Promise<string | undefined>;
  /** Which builder this machine has for a build, and which of its requirements that builder lacks. */
  chooseBuilder(specification: BuildSpecification, options?: DockerCallOptions): Promise<Builder>;
  /** What a Bake file comes to, as JSON, worked out by buildx. TOOL_MISSING without buildx, FILE_UNREADABLE. */
  bakePlan(request: BakePlanRequest, options?: DockerCallOptions): Promise<string>;
  /** Builds an image. BUILD_FAILED with the last lines in its details, PATH_MISSING, DISK_FULL, and as a push. */
  build(request: BuildRequest, options?: DockerCallOptions): Promise<BuiltImage>;
  /** Ends what still builds with this private folder, or logs in to it, after a kill of ours. True when something did. */
  endLeftBehind(privateFolder: string): Promise<boolean>;
  /**
   * Pushes one reference from the engine. PUSH_DENIED, REPOSITORY_MISSING, TAG_IMMUTABLE, CREDENTIALS_EXPIRED,
   * PUSH_FAILED (`facts.transient`), DIGEST_UNKNOWN when the client did not say what it pushed.
   */
  push(request: PushRequest, options?: DockerCallOptions): Promise<PushedImage>;
  /** Gives an image of the engine another name. NOT_FOUND. */
  tag(request: TagRequest, options?: DockerCallOptions): Promise<void>;
}

/** In milliseconds. A program that meets one is ended as by the signal. */
export interface DockerLimits {
  /** How long a command may take in all, builds and pushes excepted. */
  readonly timeout?: number;
  /** How long a build or a push may print nothing. */
  readonly noOutputTimeout?: number;
}

export interface DockerCallOptions extends DockerLimits {
  /** Stops the program: SIGINT at once, SIGKILL to its whole process group after 6 s. */
  readonly signal?: AbortSignal;
  /** Each line of the program, without its line end, capped; raw, for `log.output`. */
  readonly output?: (line: string) => void;
}

export interface IsolateConfigRequest {
  /** An absolute private folder. */
  readonly folder: string;
  /** Registries about to be logged in to: no inherited helper may answer for them. */
  readonly registries: readonly string[];
}

export interface IsolatedConfig {
  /** Sentences on what was left behind, and why. */
  readonly notes: readonly string[];
}

export interface LoginRequest {
  /** Host, with its port if any. */
  readonly registry: string;
  readonly username: string;
  readonly password: string;
  /** The DOCKER_CONFIG that takes the login. */
  readonly configFolder: string;
}

export interface NamedValue {
  readonly name: string;
  readonly value: string;
}

/** What to build, in the terms of `docker buildx build`. */
export interface BuildSpecification {
  /** An absolute folder, or the URL of a Git repository or of a tarball. */
  readonly context: string;
  /** The Dockerfile: absolute for a folder, relative within a remote context. Default: `Dockerfile` of the context. */
  readonly file?: string | undefined;
  /** The content of the Dockerfile, instead of `file`. */
  readonly dockerfile?: string | undefined;
  /** An absolute private folder for secrets and for what the builder reports. */
  readonly privateFolder: string;
  readonly buildArgs: readonly NamedValue[];
  readonly labels: readonly NamedValue[];
  readonly annotations?: readonly string[];
  readonly secrets?: readonly NamedValue[];
  /** Value: an absolute path. */
  readonly secretFiles?: readonly NamedValue[];
  /** Value: the name of an environment variable. */
  readonly secretEnvs?: readonly NamedValue[];
  readonly ssh?: readonly string[];
  readonly target?: string | undefined;
  readonly platforms?: readonly string[];
  readonly cacheFrom?: readonly string[];
  readonly cacheTo?: readonly string[];
  readonly noCache?: boolean;
  readonly noCacheFilters?: readonly string[];
  readonly pull?: boolean;
  readonly network?: string | undefined;
  readonly addHosts?: readonly string[];
  readonly shmSize?: string | undefined;
  readonly ulimits?: readonly string[];
  readonly cgroupParent?: string | undefined;
  readonly buildContexts?: readonly NamedValue[];
  readonly allow?: readonly string[];
  readonly attests?: readonly string[];
  /** `false` for none (our default), otherwise buildx's value: `true`, `mode=max`. */
  readonly provenance?: string | undefined;
  readonly sbom?: string | undefined;
  /** The name of a buildx builder. */
  readonly builder?: string | undefined;
  /** Further exporters in buildx's words, their `dest` absolute. */
  readonly outputs?: readonly string[];
  /** Whether the image is kept or pushed in addition to `outputs`. */
  readonly besideOutputs?: boolean;
  /** Attributes of the image's exporter, `compression=zstd`: an engine cannot apply them. */
  readonly imageAttributes?: readonly string[];
  /** The image gets no tag: an engine pushes by tags alone. */
  readonly pushByDigest?: boolean;
  /** What is done with the Dockerfile instead of a build: `check`, `outline`, `targets`. */
  readonly call?: string | undefined;
}

export interface BuildRequest extends BuildSpecification {
  /** Where the image goes: nowhere but the cache, the engine, or straight to these repositories by digest. */
  readonly destination:
    | { readonly kind: 'cache' }
    | { readonly kind: 'engine'; readonly references?: readonly string[] }
    | {
        readonly kind: 'registry';
        readonly repositories: readonly string[];
        /** Under these names it is put into the engine, too. */
        readonly loadAs?: readonly string[];
      };
}

export interface BakePlanRequest {
  /** Absolute. */
  readonly file: string;
  /** Absolute: to what the file's paths are relative. */
  readonly folder: string;
  /** Targets and groups; none for the group `default`. */
  readonly targets: readonly string[];
  /** For the file's variables, before those of the environment. */
  readonly variables?: readonly NamedValue[];
  /** `web.args.MODE=release`, as for `--set`. */
  readonly set?: readonly string[];
}

export interface Builder {
  readonly kind: 'buildx' | 'buildkit' | 'classic';
  /** In words, for the log: `buildx 0.25.0 (docker-container)`. */
  readonly description: string;
  /** Whether the image lands in the engine, from where it is pushed; otherwise the builder pushes by digest. */
  readonly loads: boolean;
  /** A sentence on what could be better, when there is one. */
  readonly notice?: string;
}

export interface BuiltImage {
  readonly builder: Builder['kind'];
  /** The image's id in the engine: the digest of its configuration (or, in a containerd store, of its manifest). */
  readonly imageId?: string;
  /** The digest of what was pushed; only for the destination `registry`. */
  readonly digest?: string;
  /** What the builder reported, in buildx's names: `containerimage.digest`, `containerimage.config.digest`, … */
  readonly metadata: Readonly<Record<string, unknown>>;
}

export interface PushRequest {
  /** `registry/repository:tag`. */
  readonly reference: string;
}

export interface PushedImage {
  readonly digest: string;
}

export interface TagRequest {
  readonly source: string;
  readonly target: string;
}
