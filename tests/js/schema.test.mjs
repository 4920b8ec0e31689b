// The schema file, judged without a server: graphql-eslint reads it, graphql-inspector compares it with the last
// release.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { ESLint } from 'eslint';

const here = fileURLToPath(new URL('.', import.meta.url));
const schema = readFileSync(join(here, '../../graphql/schema.graphql'), 'utf8');
const released = readFileSync(join(here, '../../graphql/schema-released.graphql'), 'utf8');

/** What graphql-eslint says, one line per finding. */
async function lint(text) {
  // The text stands in this folder for the linter, which reads nothing outside of it.
  const [result] = await new ESLint({ cwd: here }).lintText(text, { filePath: 'schema.graphql' });
  return result.messages.map(({ line, ruleId, message }) => `${line} ${ruleId} ${message}`);
}

/** The exit code and words of graphql-inspector. */
function compare(before, after) {
  const folder = mkdtempSync(join(tmpdir(), 'querschnitt-schema-'));
  try {
    writeFileSync(join(folder, 'before.graphql'), before);
    writeFileSync(join(folder, 'after.graphql'), after);
    const program = join(here, 'node_modules/.bin/graphql-inspector');
    const args = ['diff', join(folder, 'before.graphql'), join(folder, 'after.graphql')];
    const done = spawnSync(program, args, { encoding: 'utf8' });
    return { code: done.status, words: done.stdout + done.stderr };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test('graphql-eslint finds nothing in the schema', async () => {
  assert.deepEqual(await lint(schema), []);
});

test('graphql-eslint would find something', async () => {
  const findings = await lint(schema.replace('type Vote {', 'type vote_Thing { a: Int }\ntype Vote {'));
  assert.ok(findings.some((finding) => finding.includes('naming-convention')), findings.join('\n'));
});

test('nothing that clients of the last release rely on is gone', () => {
  const { code, words } = compare(released, schema);
  assert.equal(code, 0, `${words}\nSee "Change the schema" in CONTRIBUTING.md.`);
});

test('graphql-inspector would notice a field that is gone', () => {
  const { code, words } = compare(`${released}\nextend type Query { gone: Int }`, schema);
  assert.equal(code, 1, words);
  assert.match(words, /Field gone was removed from object type Query/);
});
