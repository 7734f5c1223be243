/**
 * `node run-ncc.ts <entry> <file name>` in the folder to bundle: prints `{ code, assets }` as JSON, assets in Base64.
 */
// The bundler of GitHub's own actions; its interface is one function.
import ncc from '@vercel/ncc';

const [entry = '', filename = ''] = process.argv.slice(2);
const { code, assets } = await ncc(entry, {
  esm: true,
  cache: false,
  quiet: true,
  minify: false,
  license: 'licenses.txt',
  target: 'es2022',
  mainFields: ['module', 'main'],
  filename,
});
const encoded = Object.entries(assets).map(([file, { source }]) => [
  file,
  Buffer.from(source).toString('base64'),
]);
process.stdout.write(JSON.stringify({ code, assets: Object.fromEntries(encoded) }));
