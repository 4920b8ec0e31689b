// The documents the stream judges send. QUERSCHNITT_SCHEMA=toy means the toy schema of graphql/examples/toy.rs.

import { randomUUID } from 'node:crypto';

const toy = {
  subscription: 'subscription ($after: String) { events(after: $after) { position text } }',
  mutation: 'mutation ($text: String!) { record(text: $text) { position } }',
  variables: () => ({ text: `entry ${randomUUID()}` }),
  position: (data) => data.record.position,
};

const real = {
  subscription: 'subscription ($after: String) { events(after: $after) { position type } }',
  mutation:
    'mutation ($input: RegisterOrganisationInput!) { registerOrganisation(input: $input) { position errors { code field message } } }',
  variables: () => ({
    input: {
      commandId: randomUUID(),
      centre: process.env.QUERSCHNITT_CENTRE ?? '05711',
      name: `Verein ${randomUUID()}`,
      kind: 'ASSOCIATION',
    },
  }),
  position: (data) => {
    if (data.registerOrganisation.errors.length > 0) throw new Error(JSON.stringify(data));
    return data.registerOrganisation.position;
  },
};

export const documents = process.env.QUERSCHNITT_SCHEMA === 'toy' ? toy : real;
