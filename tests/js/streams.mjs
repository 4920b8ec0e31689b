// What both stream clients have to show: events arrive as they are recorded, and going on after a position
// loses nothing and repeats nothing. `client.iterate` is the same call in graphql-ws and graphql-sse.

import assert from 'node:assert/strict';
import { documents } from './documents.mjs';
import { ask } from './server.mjs';

/** Records something and says at which position and under which key it shows up. */
export const record = async () =>
  documents.recorded(await ask(documents.mutation, documents.variables()));

const subscribe = (client, after) =>
  client.iterate({ query: documents.subscription, variables: { after } });

/** The next event; fails when nothing comes. */
export async function next(iterator, milliseconds = 5000) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error('no event came')), milliseconds);
  });
  const { value, done } = await Promise.race([iterator.next(), late]).finally(() => clearTimeout(timer));
  assert.equal(done, false, 'the stream goes on');
  assert.equal(value.errors, undefined, JSON.stringify(value.errors));
  return value.data.events;
}

export async function deliversWhatIsRecorded(client) {
  const events = subscribe(client, (await record()).position);
  for (let n = 0; n < 3; n += 1) {
    const coming = next(events);
    const { key } = await record();
    assert.equal(documents.key(await coming), key);
  }
  await events.return();
}

export async function losesNothingWhenItGoesOn(client) {
  let { position } = await record();
  const expected = [];
  for (let n = 0; n < 12; n += 1) expected.push((await record()).key);
  const seen = [];
  // Four connections, three events each: every one goes on where the one before stopped.
  for (let part = 0; part < 4; part += 1) {
    const events = subscribe(client, position);
    for (let n = 0; n < 3; n += 1) {
      const event = await next(events);
      seen.push(documents.key(event));
      position = event.position;
    }
    await events.return();
  }
  assert.deepEqual(seen, expected);
}

export async function answersQueries(client) {
  const answers = [];
  for await (const answer of client.iterate({ query: '{ __typename }' })) answers.push(answer.data);
  assert.deepEqual(answers, [{ __typename: 'Query' }]);
}
