// Signing in, in a real browser (Chromium): what people see, do with the keyboard and hear from a screen reader.
// `make test` runs this. CHROMIUM names the browser; axe-core judges each page (WCAG 2.1 A and AA). SCREENSHOTS names a
// folder for pictures of all pages.

import assert from 'node:assert/strict';
import { createHmac, randomUUID } from 'node:crypto';
import { accessSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { after, before, test } from 'node:test';

import { chromium } from 'playwright-core';

import { startServer } from './started.mjs';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const places = [process.env.CHROMIUM, '/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const PASSWORD = 'drei Tassen Tee';

let server;
let browser;

before(async () => {
  const executablePath = places.find((place) => place && exists(place));
  assert.ok(executablePath, 'Chromium is missing (apt package: chromium); CHROMIUM may name another one');
  server = await startServer();
  browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
});

after(async () => {
  await browser?.close();
  await server?.stop();
});

/** A window in which everything the browser complains about is written down. */
async function open(options = {}) {
  const context = await browser.newContext({ baseURL: server.url, locale: 'de-DE', ...options });
  const page = await context.newPage();
  const complaints = [];
  const counts = ['error', 'warning'];
  page.on('console', (message) => counts.includes(message.type()) && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('requestfailed', (request) => complaints.push(`${request.url()} failed`));
  return { page, complaints };
}

/** What holds of every page: its language and title, nothing to scroll sideways at 320 px, and what axe finds. */
async function judge(page, title) {
  assert.equal(await page.title(), `${title} – Querschnitt`);
  assert.equal(await page.locator('html').getAttribute('lang'), 'de');
  const wide = page.viewportSize();
  // 320 px are also what a window of 1280 px has at 400 %.
  for (const width of [320, 640]) {
    await page.setViewportSize({ width, height: 640 });
    const needed = await page.evaluate(() => document.documentElement.scrollWidth);
    await picture(page, `${title} ${width}`);
    assert.ok(needed <= width, `${title} needs ${needed} px of ${width}`);
  }
  await page.setViewportSize(wide);
  await page.evaluate(axe);
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme });
    await picture(page, `${title} ${colorScheme}`);
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];
    const found = await page.evaluate((values) => globalThis.axe.run({ runOnly: { type: 'tag', values } }), tags);
    const said = found.violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.html).join(' ')}`);
    assert.deepEqual(said, [], `${title}, ${colorScheme}`);
  }
  await page.emulateMedia({ colorScheme: 'light' });
}

async function picture(page, name) {
  const folder = process.env.SCREENSHOTS;
  if (folder) await page.screenshot({ path: `${folder}/${name.replaceAll(/\W+/g, '-')}.png`, fullPage: true });
}

/** Goes on with the tabulator until something of this name has the focus, as a screen reader would say it. */
async function tabTo(page, name) {
  for (let step = 0; step < 30; step += 1) {
    await page.keyboard.press('Tab');
    const focused = page.locator(':focus');
    if ((await focused.count()) === 0) continue;
    const said = await focused.evaluate((element) => element.labels?.[0]?.textContent ?? element.textContent);
    if (said.trim() === name) {
      const outline = await focused.evaluate((element) => getComputedStyle(element).outlineStyle);
      assert.notEqual(outline, 'none', `one sees that the focus is at ${name}`);
      return;
    }
  }
  assert.fail(`the tabulator does not get to ${name}`);
}

/** Types into the fields of these names and sends the form, all with the keyboard. */
async function type(page, fields) {
  for (const [name, text] of Object.entries(fields)) {
    await tabTo(page, name);
    await page.keyboard.type(text);
  }
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
}

/** The field that is wrong says so, has the focus, and is read with the error. */
async function wrong(page, label, sentence) {
  const field = page.getByLabel(label, { exact: true });
  assert.equal(await field.getAttribute('aria-invalid'), 'true');
  assert.match(await field.getAttribute('aria-describedby'), /^error\b/);
  assert.ok(await field.evaluate((element) => element === document.activeElement));
  assert.match(await page.getByRole('alert').textContent(), sentence);
  assert.match(await page.title(), /^Fehler: /);
}

/** What an app shows `ahead` seconds from now (RFC 6238). */
function code(secret, ahead = 0) {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...secret].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor((Date.now() / 1000 + ahead) / 30)));
  const hash = createHmac('sha1', key).update(step).digest();
  const number = hash.readUInt32BE(hash[19] & 15) & 0x7fffffff;
  return String(number % 1_000_000).padStart(6, '0');
}

function exists(place) {
  try {
    accessSync(place);
    return true;
  } catch {
    return false;
  }
}

async function autocomplete(page, expected) {
  for (const [label, value] of Object.entries(expected)) {
    const field = page.getByLabel(label, { exact: true });
    assert.equal(await field.getAttribute('autocomplete'), value, label);
  }
}

test('somebody signs in for the first time, turns the second factor on and comes back, with the keyboard', async () => {
  const added = server.run(
    ...['account', 'add', '--login', 'erika', '--name', 'Erika Muster', '--role', 'KI_HEAD', '--centre', '05711'],
  );
  const first = added.match(/Erstes Kennwort:\s+(\S+)/)[1];
  const { page, complaints } = await open();

  await page.goto('/konto');
  await judge(page, 'Anmelden');
  await autocomplete(page, { Anmeldename: 'username', Kennwort: 'current-password' });
  await type(page, { Anmeldename: 'erika', Kennwort: 'falsch' });
  await wrong(page, 'Anmeldename', /stimmt nicht/);
  await judge(page, 'Fehler: Anmelden');
  await page.goto('/anmelden');
  await type(page, { Anmeldename: 'erika', Kennwort: first });

  await judge(page, 'Eigenes Kennwort wählen');
  await autocomplete(page, { 'Neues Kennwort': 'new-password', 'Neues Kennwort noch einmal': 'new-password' });
  await type(page, { 'Neues Kennwort': 'kurz', 'Neues Kennwort noch einmal': 'kurz' });
  await wrong(page, 'Neues Kennwort', /mindestens 12 Zeichen/);
  await page.goto('/anmelden/kennwort');
  await type(page, { 'Neues Kennwort': PASSWORD, 'Neues Kennwort noch einmal': PASSWORD });
  await judge(page, 'Konto');
  assert.match(await page.locator('main').textContent(), /Erika Muster.*Leitung, Bielefeld/s);

  await tabTo(page, 'Einschalten');
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
  await judge(page, 'Zweiten Faktor einschalten');
  await autocomplete(page, { 'Code aus der App': 'one-time-code' });
  const secret = (await page.locator('.secret').textContent()).replaceAll(/\s/g, '');
  await type(page, { 'Code aus der App': '000000', Kennwort: PASSWORD });
  await wrong(page, 'Code aus der App', /Der Code passt nicht/);
  await page.getByLabel('Code aus der App').fill(code(secret));
  await type(page, { Kennwort: PASSWORD });
  await judge(page, 'Wiederherstellungscodes');
  assert.equal(await page.locator('.codes li').count(), 10);

  await tabTo(page, 'Zum Konto');
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
  await judge(page, 'Konto');
  await tabTo(page, 'Abmelden');
  await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
  await type(page, { Anmeldename: 'erika', Kennwort: PASSWORD });
  await judge(page, 'Zweiter Faktor');
  await autocomplete(page, { Code: 'one-time-code' });
  // The code of now was used; the one of the next half minute counts already.
  await type(page, { Code: code(secret, 30) });
  await judge(page, 'Konto');
  assert.deepEqual(complaints.filter(isUnexpected), []);
});

test('who has two roles chooses one and changes it later', async () => {
  const added = server.run(
    ...['account', 'add', '--login', 'max', '--name', 'Max Beispiel', '--role', 'KI_OFFICER', '--centre', '05711'],
  );
  const account = added.match(/Konto:\s+(\S+)/)[1];
  const first = added.match(/Erstes Kennwort:\s+(\S+)/)[1];
  await grant(account, 'DATA_PROTECTION_OFFICER');
  const { page, complaints } = await open({ viewport: { width: 320, height: 640 } });
  await page.goto('/anmelden');
  await type(page, { Anmeldename: 'max', Kennwort: first });
  await type(page, { 'Neues Kennwort': PASSWORD, 'Neues Kennwort noch einmal': PASSWORD });
  await judge(page, 'Rolle wählen');
  for (const role of [/^Datenschutz/, /^Fachkraft/]) {
    await page.goto('/rolle');
    await page.getByRole('radio', { name: role }).focus();
    await page.keyboard.press('Space');
    await Promise.all([page.waitForEvent('load'), page.keyboard.press('Enter')]);
    assert.match(await page.locator('main').textContent(), new RegExp(`Rolle: ${role.source.slice(1)}`));
  }
  await judge(page, 'Konto');
  assert.deepEqual(complaints, []);
});

/** Gives an account one more role, as the head does. */
async function grant(id, role) {
  const token = server.run('token', 'issue', '--role', 'KI_HEAD', '--centre', '05711', '--scope', 'READ,ACCOUNTS');
  const query = 'mutation($input: GrantRoleInput!) { grantRole(input: $input) { errors { code message } } }';
  const response = await fetch(`${server.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables: { input: { commandId: randomUUID(), id, role } } }),
  });
  const answer = await response.json();
  assert.deepEqual(answer.data?.grantRole.errors, [], JSON.stringify(answer));
}

/** The browser writes each answer that is an error to the console. These were meant. */
function isUnexpected(complaint) {
  return !/^Failed to load resource: the server responded with a status of (403|422)/.test(complaint);
}
