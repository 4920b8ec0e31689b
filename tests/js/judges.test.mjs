// Starts the server in an empty folder and lets the judges at it: `make test` runs this.
// QUERSCHNITT_BIN names the program; with JUDGE_URL and JUDGE_TOKEN a running server is judged instead.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';

if (!process.env.JUDGE_URL) await startServer();

await import('./audits.mjs');
await import('./ws.mjs');
await import('./sse.mjs');

async function startServer() {
  const program = process.env.QUERSCHNITT_BIN ?? '../../target/debug/querschnitt';
  const data = mkdtempSync(join(tmpdir(), 'querschnitt-judges-'));
  const address = `127.0.0.1:${await freePort()}`;
  const server = spawn(program, ['serve', '--data', data, '--listen', address, '--development'], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  const stop = async () => {
    server.kill('SIGTERM');
    await ended;
    rmSync(data, { recursive: true, force: true });
  };
  after(stop);

  process.env.JUDGE_URL = `http://${address}`;
  process.env.JUDGE_CENTRE = '05711';
  try {
    await ready(process.env.JUDGE_URL, server);
    const issue = ['token', 'issue', '--data', data, '--role', 'KI_OFFICER', '--centre', '05711'];
    process.env.JUDGE_TOKEN = execFileSync(program, issue, { encoding: 'utf8' }).trim();
  } catch (error) {
    await stop();
    throw error;
  }
}

async function ready(url, server) {
  for (let attempt = 0; attempt < 300; attempt += 1) {
    if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode}`);
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error('the server did not get ready within 30 seconds');
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
