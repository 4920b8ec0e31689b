// The audit suite of graphql-http: all 61 audits must be ok.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { serverAudits } from 'graphql-http';
import { authorization, base } from './server.mjs';

// The suite knows nothing of tokens, so each of its requests gets one.
const fetchFn = (url, init = {}) =>
  fetch(url, { ...init, headers: { ...init.headers, authorization } });

const audits = serverAudits({ url: `${base}/graphql`, fetchFn });

test('the suite has 61 audits', () => assert.equal(audits.length, 61));

for (const audit of audits) {
  test(`${audit.id} ${audit.name}`, async () => {
    const result = await audit.fn();
    assert.equal(result.status, 'ok', result.reason);
  });
}
