// The rules graphql/schema.graphql is held to: the schema presets of graphql-eslint, all of them and those for
// Relay. What is changed below says why.

import { fileURLToPath } from 'node:url';

import graphql from '@graphql-eslint/eslint-plugin';

const schema = fileURLToPath(new URL('../../graphql/schema.graphql', import.meta.url));

export default [
  {
    files: ['**/*.graphql'],
    plugins: { '@graphql-eslint': graphql },
    languageOptions: { parser: graphql.parser, parserOptions: { graphQLConfig: { schema } } },
    rules: {
      ...graphql.configs['flat/schema-all'].rules,
      ...graphql.configs['flat/schema-relay'].rules,

      // The program writes the schema sorted (a Rust test keeps the file so), capitals first; the rule sorts
      // without regard to capitals and wants `id` first.
      '@graphql-eslint/alphabetize': 'off',
      // It forbids mutations and subscriptions, which this API has.
      '@graphql-eslint/no-root-type': 'off',
      // A list that can't be read is an error of the request, and a mutation says what it refuses in `errors`:
      // no root field needs a null for that, and one would be a break for clients now.
      '@graphql-eslint/require-nullable-result-in-root': 'off',
      // What a client reads after a mutation it asks for with `after: position`, at one point in the log.
      '@graphql-eslint/require-field-of-type-query-in-mutation-result': 'off',
      // Lists that are short by nature (the centres, the advised organisations) and `nodes` beside `edges` are
      // plain lists; everything else about edges is checked.
      '@graphql-eslint/relay-edge-types': [
        'error',
        { withEdgeSuffix: true, shouldImplementNode: false, listTypeCanWrapOnlyEdgeType: false },
      ],
      // The log is read forward only.
      '@graphql-eslint/relay-arguments': ['error', { includeBoth: false }],
      // Records have an `id`. These are parts of records, answers to a question, or have a key of their own:
      // the centre its official key, an event its position, the viewer the account.
      '@graphql-eslint/strict-id-in-types': [
        'error',
        {
          exceptions: {
            types: [
              'AccessEntry', 'AccessLogGap', 'Acting', 'AgendaItem', 'Attendance', 'Centre', 'Cooperation', 'Event', 'Figure', 'FigureDefinition',
              'FigureKey', 'FigureNumber', 'FigurePeriod', 'FigureRow', 'Flow', 'FlowUnit', 'Handover', 'Log',
              'MeetingChair', 'Membership', 'PageInfo', 'Referral', 'ReviewAdvice', 'ReviewAttachment', 'ReviewBoard', 'ReviewBoardEntry',
              'LetterheadLogo', 'ReviewClarification', 'ReviewDeadline', 'ReviewDraft', 'ReviewEnding', 'ReviewFunding', 'ReviewScore',
              'ReviewStatement', 'ReviewStep', 'ReviewUrgencyCount', 'ReviewWaiting', 'ReviewWaitingCount',
              'UnitFlow', 'UserError', 'Viewer', 'VocabularyEntry', 'Vote',
            ],
            suffixes: ['Connection', 'Edge', 'Payload'],
          },
        },
      ],
    },
  },
];
