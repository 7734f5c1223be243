import { isBuiltin } from 'node:module';
import { fileURLToPath } from 'node:url';
import { type Compilation, type Configuration, type RspackOptions, rspack } from '@rspack/core';
import { licensesOf } from './licenses.ts';
import { tidy } from './tidy.ts';

/** File name → bytes, as they are in `dist/`. */
export type Bundle = ReadonlyMap<string, Buffer>;

/**
 * One ES module bundle of a file of `folder`, split at dynamic imports: `action.js` is what is read first, every
 * other file is a chunk that is read when it is needed. Tidied and not minified, so that a release can be read and
 * compared. Modules and chunks are named by their paths from `folder`.
 * @throws an Error for a module or an export that is not found
 */
export async function bundleEntry(folder: string, entry: string): Promise<Bundle> {
  const { assets, modules } = await compile({ ...options, context: folder, entry: { action: entry } });
  const files = await Promise.all(
    [...assets].map(async ([file, code]) => [file, Buffer.from(await tidy(code))] as const),
  );
  return new Map([...files, ['licenses.txt', Buffer.from(await licensesOf(modules))]]);
}

/** What reads profiles: only there is `node:fs/promises` replaced. */
const profileReader = /[\\/]@smithy[\\/]core[\\/].*[\\/]shared-ini-file-loader$/;
const isReplaced = (request: string, context: string) =>
  request === 'node:fs/promises' && profileReader.test(context);

const options: RspackOptions = {
  mode: 'none',
  target: 'node22',
  output: {
    module: true,
    library: { type: 'module' },
    chunkFormat: 'module',
    filename: '[name].js',
    chunkFilename: '[id].action.js',
    // A module is a function in parentheses: see tidy.ts.
    environment: { methodShorthand: false },
  },
  externalsPresets: { node: false },
  externals: [
    // By `require`: an import of node:http reads all it exports, and so loads the WebSocket client, 20 ms.
    async ({ request = '', context = '' }) =>
      isBuiltin(request) && !isReplaced(request, context) ? `node-commonjs ${request}` : undefined,
    // proxy-agent-negotiate imports it for proxies that ask for Negotiate, and reports it where it is missing.
    { kerberos: 'import kerberos' },
  ],
  resolve: {
    extensions: ['.js', '.json'],
    // The AWS SDK offers CommonJS to `node`, of which a bundler cannot drop what is unused.
    conditionNames: ['module', 'node', 'import', 'require'],
    mainFields: ['module', 'main'],
  },
  module: {
    rules: [
      {
        test: /\.ts$/,
        type: 'javascript/esm',
        loader: 'builtin:swc-loader',
        options: {
          jsc: {
            parser: { syntax: 'typescript' },
            transform: { verbatimModuleSyntax: true },
            target: 'es2022',
          },
        },
        // A file of ours that is imported for its types or for one name need not run.
        sideEffects: false,
      },
    ],
    parser: { javascript: { exportsPresence: 'error' } },
  },
  plugins: [
    new rspack.NormalModuleReplacementPlugin(/^node:fs\/promises$/, (data) => {
      if (isReplaced(data.request, data.context))
        data.request = fileURLToPath(new URL('lazy-files.ts', import.meta.url));
    }),
  ],
  optimization: {
    nodeEnv: false,
    moduleIds: 'deterministic',
    chunkIds: 'deterministic',
    providedExports: true,
    usedExports: true,
    innerGraph: true,
    sideEffects: true,
    mangleExports: true,
    concatenateModules: true,
    mergeDuplicateChunks: true,
    // A file costs a start more than the few kilobytes that two chunks both have.
    splitChunks: {
      minSize: 20_000,
      minRemainingSize: 0,
      maxAsyncRequests: 30,
      cacheGroups: {
        default: { minChunks: 2, priority: -20, reuseExistingChunk: true },
        defaultVendors: { test: /[\\/]node_modules[\\/]/, priority: -10, reuseExistingChunk: true },
      },
    },
  },
};

interface Compiled {
  /** File name → text. */
  readonly assets: ReadonlyMap<string, string>;
  /** The paths of the modules in them. */
  readonly modules: readonly string[];
}

/** @throws an Error that names every problem, warnings included */
async function compile(configuration: Configuration): Promise<Compiled> {
  const compiler = rspack(configuration);
  // All is read from memory.
  compiler.hooks.shouldEmit.tap('landfall', () => false);
  try {
    return await new Promise<Compiled>((resolve, reject) => {
      compiler.run((error, stats) => {
        if (error || !stats) return reject(error ?? new Error('the bundler ended without a result'));
        if (stats.hasErrors() || stats.hasWarnings()) {
          const problems = stats.toString({ all: false, errors: true, warnings: true, colors: false });
          return reject(new Error(`the bundler failed:\n${problems}`));
        }
        const { compilation } = stats;
        resolve({
          assets: new Map(
            compilation.getAssets().map(({ name, source }) => [name, source.source().toString()]),
          ),
          modules: modulesOf(compilation),
        });
      });
    });
  } finally {
    await new Promise((resolve) => compiler.close(resolve));
  }
}

function modulesOf({ modules }: Compilation): readonly string[] {
  const parts = [...modules].flatMap((module) =>
    module instanceof rspack.ConcatenatedModule ? module.modules : [module],
  );
  return parts.flatMap((part) =>
    'resource' in part && typeof part.resource === 'string' ? part.resource : [],
  );
}
