import { type Options, transform } from '@swc/core';

const printed: Options = {
  swcrc: false,
  configFile: false,
  isModule: true,
  minify: false,
  jsc: {
    parser: { syntax: 'ecmascript' },
    target: 'es2022',
    preserveAllComments: false,
    output: { charset: 'ascii' },
    minify: { module: true, mangle: false, compress: false, format: { comments: false } },
  },
};

const used: Options = {
  ...printed,
  jsc: {
    ...printed.jsc,
    minify: {
      ...printed.jsc?.minify,
      compress: { defaults: false, unused: true, dead_code: true, side_effects: true, passes: 4 },
    },
  },
};

/**
 * A file of the bundle without comments and without what nothing in it uses, laid out by one printer. Names and
 * order stay, so that two releases can be compared. The bundler only marks what is unused; it takes it out together
 * with every readable name, or not at all.
 */
export async function tidy(code: string): Promise<string> {
  const { code: plain } = await transform(code, used);
  const called = callSoon(plain);
  // The printer drops parentheses that change nothing, and only such are to be put in.
  const again = await transform(called, printed).catch(() => undefined);
  if (again?.code !== plain) throw new Error('a module could not be put in parentheses');
  return called;
}

/**
 * The bundler wraps a module in a function in parentheses, by which V8 knows that it is called soon: it compiles it
 * at once and not twice, and Node's compile cache, which is taken before anything has run, has it. The printer
 * drops the parentheses, so they are put back.
 */
const callSoon = (code: string) => code.replace(moduleFunction, '$1($2)');

/** `    42: function(…) {…}`, up to where the next one begins or the table ends. */
const moduleFunction = /^( {4}\d+: )(function\([\s\S]*?^ {4}\})(?=,\n {4}\d+: function\(|\n\})/gm;
