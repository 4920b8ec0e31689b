// The documents the stream judges send. JUDGE_SCHEMA=toy means the toy schema of graphql/examples/toy.rs.

import { randomUUID } from 'node:crypto';

const toy = {
  subscription: 'subscription ($after: String) { events(after: $after) { position text } }',
  mutation: 'mutation ($text: String!) { record(text: $text) { position text } }',
  variables: () => ({ text: `entry ${randomUUID()}` }),
  recorded: ({ record }) => ({ position: record.position, key: record.text }),
  key: (event) => event.text,
};

const real = {
  subscription:
    'subscription ($after: Position) { events(after: $after) { position recordId type } }',
  mutation: `mutation ($input: RegisterOrganisationInput!) {
    registerOrganisation(input: $input) {
      organisation { id }
      position
      errors { code field message }
    }
  }`,
  variables: () => ({
    input: {
      commandId: randomUUID(),
      centre: process.env.JUDGE_CENTRE ?? '05711',
      name: `Verein ${randomUUID()}`,
      kind: 'MIGRANT_ORG',
      relation: 'PARTNER',
    },
  }),
  recorded: ({ registerOrganisation: { organisation, position, errors } }) => {
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
    return { position, key: organisation.id };
  },
  key: (event) => event.recordId,
};

export const documents = process.env.JUDGE_SCHEMA === 'toy' ? toy : real;
