import {
  type Expression,
  type ModuleItem,
  type Options,
  type Property,
  parse,
  print,
  type SpreadElement,
  transform,
} from '@swc/core';

const plain: Options = {
  swcrc: false,
  configFile: false,
  isModule: true,
  minify: false,
  jsc: {
    parser: { syntax: 'ecmascript' },
    target: 'es2022',
    preserveAllComments: false,
    output: { charset: 'ascii' },
    minify: {
      module: true,
      mangle: false,
      compress: { defaults: false, unused: true, dead_code: true, side_effects: true, passes: 4 },
      format: { comments: false },
    },
  },
};

/**
 * A file of the bundle without comments and without what nothing in it uses, laid out by one printer. Names and
 * order stay, so that two releases can be compared. The bundler only marks what is unused; it takes it out together
 * with every readable name, or not at all.
 */
export async function tidy(code: string): Promise<string> {
  const { code: used } = await transform(code, plain);
  const program = await parse(used, { syntax: 'ecmascript', target: 'es2022' });
  for (const item of program.body) callSoon(item);
  return (await print(program, plain)).code;
}

/**
 * The bundler wraps a module in a function in parentheses, by which V8 knows that it is called soon: it compiles it
 * at once and not twice, and Node's compile cache, which is taken before anything has run, has it. The printer
 * leaves parentheses out that change nothing, so they are put back.
 */
function callSoon(item: ModuleItem): void {
  const statement = item.type === 'ExportDeclaration' ? item.declaration : item;
  if (statement.type !== 'VariableDeclaration') return;
  for (const { id, init } of statement.declarations) {
    if (id.type !== 'Identifier' || !moduleTables.has(id.value) || !init) continue;
    const table = init.type === 'ParenthesisExpression' ? init.expression : init;
    if (table.type === 'ObjectExpression') table.properties.forEach(wrap);
  }
}

/** In a chunk, and in the file that is read first. */
const moduleTables = new Set(['modules', '__webpack_modules__']);

function wrap(property: Property | SpreadElement): void {
  if (property.type !== 'KeyValueProperty') return;
  const { value } = property;
  if (value.type !== 'ArrowFunctionExpression' && value.type !== 'FunctionExpression') return;
  const wrapped: Expression = { type: 'ParenthesisExpression', span: value.span, expression: value };
  property.value = wrapped;
}
