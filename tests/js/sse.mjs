// The graphql-sse client against /graphql/stream, in distinct-connections mode.

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createClient } from 'graphql-sse';
import { authorization, base } from './server.mjs';
import { answersQueries, deliversWhatIsRecorded, losesNothingWhenItGoesOn } from './streams.mjs';

const url = `${base}/graphql/stream`;
const client = createClient({ url, headers: { authorization }, retryAttempts: 0 });
after(() => client.dispose());

test('delivers what is recorded', () => deliversWhatIsRecorded(client));
test('loses nothing when it goes on after a position', () => losesNothingWhenItGoesOn(client));
test('answers queries', () => answersQueries(client));

test('tells a wrong document as an event', async () => {
  const { value } = await client.iterate({ query: '{ thereIsNoSuchField }' }).next();
  assert.equal(value.errors[0].extensions.code, 'INVALID');
});

test('refuses a client without a valid token', async () => {
  const stranger = createClient({ url, retryAttempts: 0 });
  await assert.rejects(stranger.iterate({ query: '{ __typename }' }).next(), /401/);
});
