/**
 * A buildspec, version 0.2, as CodeBuild documents it.
 * https://docs.aws.amazon.com/codebuild/latest/userguide/build-spec-ref.html
 */
const text = { type: 'string' } as const;
const texts = { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } } as const;
const list = { type: 'array', items: text, minItems: 1 } as const;

const phase = {
  type: 'object',
  additionalProperties: false,
  required: ['commands'],
  properties: {
    'run-as': text,
    'on-failure': { type: 'string', pattern: '^(?:ABORT|CONTINUE|RETRY(?:-.+)?)$' },
    commands: list,
    finally: list,
  },
} as const;

const artifact = {
  files: list,
  name: text,
  'discard-paths': { enum: ['yes', 'no', true, false] },
  'base-directory': text,
  'exclude-paths': list,
  'enable-symlinks': { enum: ['yes', 'no', true, false] },
  's3-prefix': text,
} as const;

/** https://docs.aws.amazon.com/codebuild/latest/userguide/batch-build-buildspec.html */
const build = {
  type: 'object',
  additionalProperties: false,
  required: ['identifier'],
  properties: {
    identifier: { type: 'string', pattern: '^[A-Za-z0-9_]{1,128}$' },
    buildspec: text,
    'debug-session': { type: 'boolean' },
    'depend-on': list,
    env: {
      type: 'object',
      additionalProperties: false,
      properties: {
        'compute-type': text,
        fleet: text,
        image: text,
        'privileged-mode': { type: 'boolean' },
        type: text,
        variables: texts,
      },
    },
    'ignore-failure': { type: 'boolean' },
  },
} as const;

export const buildspecSchema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  additionalProperties: false,
  required: ['version'],
  // The builds of a batch may each have a buildspec of their own.
  anyOf: [{ required: ['phases'] }, { required: ['batch'] }],
  properties: {
    // 0.1 runs every command in a shell of its own, so nothing a command sources would last.
    version: { const: 0.2 },
    'run-as': text,
    env: {
      type: 'object',
      additionalProperties: false,
      properties: {
        shell: { enum: ['bash', '/bin/sh', 'powershell.exe', 'cmd.exe'] },
        // Names that start with CODEBUILD_ are CodeBuild's own.
        variables: { ...texts, propertyNames: { not: { pattern: '^CODEBUILD_' } } },
        'parameter-store': texts,
        'secrets-manager': texts,
        // A variable whose name starts with AWS_ cannot be exported.
        'exported-variables': {
          type: 'array',
          items: { type: 'string', pattern: '^(?!AWS_)[A-Za-z_][A-Za-z0-9_]*$' },
        },
        'git-credential-helper': { enum: ['yes', 'no'] },
      },
    },
    proxy: texts,
    batch: {
      type: 'object',
      additionalProperties: false,
      properties: {
        'fast-fail': { type: 'boolean' },
        'build-graph': { type: 'array', minItems: 1, items: build },
        'build-list': { type: 'array', minItems: 1, items: build },
        'build-matrix': { type: 'object' },
        'build-fanout': { type: 'object' },
      },
    },
    phases: {
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      properties: {
        install: {
          ...phase,
          required: [],
          properties: { ...phase.properties, 'runtime-versions': texts },
        },
        pre_build: phase,
        build: phase,
        post_build: phase,
      },
    },
    reports: { type: 'object', maxProperties: 5 },
    artifacts: {
      type: 'object',
      additionalProperties: false,
      required: ['files'],
      properties: {
        ...artifact,
        'secondary-artifacts': {
          type: 'object',
          additionalProperties: {
            type: 'object',
            additionalProperties: false,
            required: ['files'],
            properties: artifact,
          },
        },
      },
    },
    cache: {
      type: 'object',
      additionalProperties: false,
      required: ['paths'],
      properties: { paths: list, key: text, 'fallback-keys': list, action: text },
    },
  },
} as const;
