// A server in an empty folder, for tests that ask it from outside. QUERSCHNITT_BIN names the program.

import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Starts it and waits until it is ready. `run` runs the command line on its folder and gives what it prints. */
export async function startServer(...more) {
  const program = process.env.QUERSCHNITT_BIN ?? '../../target/debug/querschnitt';
  const data = mkdtempSync(join(tmpdir(), 'querschnitt-js-'));
  const address = `127.0.0.1:${await freePort()}`;
  const server = spawn(program, ['serve', '--data', data, '--listen', address, ...more], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const ended = new Promise((resolve) => server.once('exit', resolve));
  const stop = async () => {
    server.kill('SIGTERM');
    await ended;
    rmSync(data, { recursive: true, force: true });
  };
  const url = `http://${address}`;
  const run = (...command) => execFileSync(program, [...command, '--data', data], { encoding: 'utf8' }).trim();
  try {
    await ready(url, server);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, run, stop };
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
