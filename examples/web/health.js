/** The container health check: `node health.js`. Exit code 0: healthy; 1: not, with the reason on one line. */
import { get } from 'node:http';

const port = process.env.PORT || 8080;
const request = get({ host: '127.0.0.1', port, path: '/health', timeout: 5000 }, (response) => {
  let body = '';
  response.setEncoding('utf8');
  response.on('data', (chunk) => {
    body += chunk;
  });
  response.on('end', () => {
    if (response.statusCode === 200) return;
    console.error(`unhealthy: ${response.statusCode} ${body.trim()}`);
    process.exitCode = 1;
  });
});
request.on('timeout', () => request.destroy(new Error('no answer within 5 s')));
request.on('error', (error) => {
  console.error(`unhealthy: ${error.message}`);
  process.exitCode = 1;
});
