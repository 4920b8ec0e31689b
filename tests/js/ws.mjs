// The graphql-ws client against /graphql/ws, and the close codes of the protocol.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { authorization, base } from './server.mjs';
import { answersQueries, deliversWhatIsRecorded, losesNothingWhenItGoesOn } from './streams.mjs';

const url = `${base.replace(/^http/, 'ws')}/graphql/ws`;
const client = createClient({
  url,
  webSocketImpl: WebSocket,
  connectionParams: { authorization },
  retryAttempts: 0,
});
after(() => client.dispose());

test('delivers what is recorded', () => deliversWhatIsRecorded(client));
test('loses nothing when it goes on after a position', () => losesNothingWhenItGoesOn(client));
test('answers queries', () => answersQueries(client));

test('tells a wrong document to its operation and stays open', async () => {
  await assert.rejects(client.iterate({ query: '{ thereIsNoSuchField }' }).next(), (errors) => {
    assert.equal(errors[0].extensions.code, 'INVALID');
    return true;
  });
  await answersQueries(client);
});

test('refuses a client without a valid token with 4403', async () => {
  const stranger = createClient({ url, webSocketImpl: WebSocket, retryAttempts: 0 });
  await assert.rejects(stranger.iterate({ query: '{ __typename }' }).next(), (close) => close.code === 4403);
});

/** Sends messages over a bare socket and waits for the code the server closes with. */
const closeCode = (messages, protocol = 'graphql-transport-ws') =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url, protocol);
    socket.on('open', () => messages.forEach((message) => socket.send(message)));
    socket.on('close', resolve);
    socket.on('error', reject);
  });

const init = JSON.stringify({ type: 'connection_init', payload: { authorization } });
const query = JSON.stringify({ id: 'a', type: 'subscribe', payload: { query: '{ __typename }' } });

for (const [code, messages] of [
  [4400, ['nonsense']],
  [4400, [init, '{"type":"unknown"}']],
  [4401, [query]],
  [4403, ['{"type":"connection_init"}']],
  [4429, [init, init]],
]) {
  test(`closes with ${code} after ${messages.length} message(s)`, async () =>
    assert.equal(await closeCode(messages), code));
}
