// Starts the server in an empty folder and lets the judges at it: `make test` runs this.
// QUERSCHNITT_BIN names the program; with JUDGE_URL and JUDGE_TOKEN a running server is judged instead.

import { after } from 'node:test';

import { startServer } from './started.mjs';

if (!process.env.JUDGE_URL) {
  const server = await startServer('--development');
  after(server.stop);
  process.env.JUDGE_URL = server.url;
  process.env.JUDGE_CENTRE = '05711';
  process.env.JUDGE_TOKEN = server.run('token', 'issue', '--role', 'KI_OFFICER', '--centre', '05711');
}

await import('./audits.mjs');
await import('./ws.mjs');
await import('./sse.mjs');
