// What both stream clients have to show: events arrive as they are recorded, and going on after a position
// loses nothing and repeats nothing. `client.iterate` is the same call in graphql-ws and graphql-sse.

import assert from 'node:assert/strict';
import { documents } from './documents.mjs';
import { ask } from './server.mjs';

export const record = async () => documents.position(await ask(documents.mutation, documents.variables()));

const subscribe = (client, after) => client.iterate({ query: documents.subscription, variables: { after } });

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
  const start = await record();
  const events = subscribe(client, start);
  const first = next(events);
  const position = await record();
  assert.equal((await first).position, position);
  assert.equal((await Promise.all([next(events), record()]))[0].position !== position, true);
  await events.return();
}

export async function losesNothingWhenItGoesOn(client) {
  const start = await record();
  const expected = [];
  for (let n = 0; n < 12; n += 1) expected.push(await record());
  const seen = [];
  let after = start;
  // Four connections, three events each: every one goes on where the one before stopped.
  for (let part = 0; part < 4; part += 1) {
    const events = subscribe(client, after);
    for (let n = 0; n < 3; n += 1) {
      after = (await next(events)).position;
      seen.push(after);
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
