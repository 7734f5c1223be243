import { createServer } from 'node:http';
import { migrations } from './migrations/index.js';
import { openDatabase, schemaVersion, settings } from './settings.js';

const database = openDatabase();

const about = () => ({
  greeting: settings.greeting,
  version: settings.version,
  commit: settings.commit,
  schema: schemaVersion(database),
  secrets: settings.sessionKey ? 'present' : 'missing',
});

/** Healthy means: this version can do its work, so the schema must be at least the one it was written for. */
function health() {
  const schema = schemaVersion(database);
  return schema >= migrations.length
    ? { status: 200, body: { ok: true, schema } }
    : { status: 503, body: { ok: false, schema, needs: migrations.length } };
}

function visit() {
  if (schemaVersion(database) === 0) return null;
  return database.prepare('UPDATE visits SET count = count + 1 RETURNING count').get().count;
}

const page = (facts) => `<!doctype html>
<title>web ${facts.version}</title>
<h1>${facts.greeting} from web ${facts.version}</h1>
<p>commit <code>${facts.commit}</code>, database schema ${facts.schema}, visit ${facts.visit}</p>
`;

function answer(request) {
  const { pathname } = new URL(request.url, 'http://web');
  if (pathname === '/health') return health();
  if (pathname !== '/') return { status: 404, body: { error: 'not found' } };
  const facts = { ...about(), visit: visit() };
  return request.headers.accept?.includes('text/html')
    ? { status: 200, html: page(facts) }
    : { status: 200, body: facts };
}

const server = createServer((request, response) => {
  let result;
  try {
    result = answer(request);
  } catch (error) {
    console.error(`${request.method} ${request.url}: ${error.message}`);
    result = { status: 500, body: { error: 'internal' } };
  }
  const type = result.html ? 'text/html; charset=utf-8' : 'application/json';
  response.writeHead(result.status, { 'content-type': type, 'cache-control': 'no-store' });
  response.end(result.html ?? `${JSON.stringify(result.body)}\n`);
});

server.listen(settings.port, () => {
  console.log(`web ${settings.version} (${settings.commit}) listens on ${server.address().port}`);
});

// ECS sends SIGTERM and, after stopTimeout, SIGKILL. Open requests are answered first.
for (const signal of ['SIGTERM', 'SIGINT']) {
  process.once(signal, () => {
    console.log(`${signal}: closing`);
    server.close(() => {
      database.close();
      console.log('closed');
      process.exit(0);
    });
    server.closeIdleConnections();
  });
}
