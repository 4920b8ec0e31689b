// Where the server under test is, and how to ask it: JUDGE_URL (http://127.0.0.1:8080) and JUDGE_TOKEN.

export const base = (process.env.JUDGE_URL ?? 'http://127.0.0.1:8080').replace(/\/$/, '');
export const token = process.env.JUDGE_TOKEN ?? '';
export const authorization = `Bearer ${token}`;

/** A query or mutation over HTTP; top-level errors fail the test. */
export async function ask(query, variables = {}) {
  const response = await fetch(`${base}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
      authorization,
    },
    body: JSON.stringify({ query, variables }),
  });
  const answer = await response.json();
  if (answer.errors) throw new Error(JSON.stringify(answer.errors));
  return answer.data;
}
