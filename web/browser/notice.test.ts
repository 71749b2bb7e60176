// What reaches somebody who looks elsewhere: a notification of the system, the count in the title, a missed call and calling back.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { launch, open, post, until, user, type Opened, type User } from './lib.ts';

interface Shown {
  readonly title: string;
  readonly body: string;
  click(): void;
}
let browser: Browser;
let ann: User;
let bob: User;
let a: Opened;
let b: Opened;

before(async () => {
  browser = await launch('--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', '--allow-loopback-in-peer-connection');
  [ann, bob] = [await user('Ann'), await user('Bob')];
  await post('msg.send', { to: ann.uid, client_msg_id: 'first', body: 'hello Ann' }, bob.token);
  [a, b] = [await open(browser, ann), await open(browser, bob)];
  // Chromium without a screen shows no notifications: what the page asks for is kept.
  await a.page.addInitScript(() => {
    const all: object[] = [];
    class Kept {
      static readonly permission = 'granted';
      onclick: (() => void) | null = null;
      constructor(title: string, { body }: { body: string }) {
        all.push({ title, body, click: () => this.onclick?.() });
      }
      close(): void {}
    }
    Object.assign(globalThis, { Notification: Kept, shown: all });
  });
  await a.page.reload();
  for (const { page } of [a, b]) await page.locator('.sidebar .entry').first().waitFor();
});
after(() => browser?.close());

test('a message in a conversation that is not open is notified and counted, and a click opens it', async () => {
  await post('msg.send', { to: ann.uid, client_msg_id: 'second', body: 'are you there?' }, bob.token);
  await until('it is notified', () => a.page.evaluate(() => (globalThis as unknown as { shown: unknown[] }).shown.length > 0));
  const [{ title, body } = { title: '', body: '' }] = await a.page.evaluate(() => (globalThis as unknown as { shown: Shown[] }).shown.map((one) => ({ title: one.title, body: one.body })));
  assert.deepEqual([title, body], ['Bob', 'are you there?']);
  assert.equal(await a.page.title(), '(2) Chat');
  await a.page.evaluate(() => (globalThis as unknown as { shown: Shown[] }).shown[0]!.click());
  await a.page.locator('.message', { hasText: 'are you there?' }).waitFor();
  await until('nothing is unread', async () => (await a.page.title()) === 'Chat');
});

test('what was not seen stands below a line', async () => {
  assert.equal(await a.page.locator('.fresh').count(), 1);
});

test('what is open is not notified', async () => {
  await post('msg.send', { to: ann.uid, client_msg_id: 'third', body: 'good' }, bob.token);
  await a.page.locator('.message', { hasText: 'good' }).waitFor();
  assert.equal(await a.page.evaluate(() => (globalThis as unknown as { shown: unknown[] }).shown.length), 1);
});

test('a call that nobody took is there afterwards, and is called back', async () => {
  await b.page.locator('.sidebar .entry', { hasText: 'Ann' }).click();
  await b.page.getByRole('button', { name: 'Call', exact: true }).click();
  await a.page.locator('.ringing .accept').waitFor();
  await b.page.getByRole('button', { name: 'Hang up' }).click();
  const missed = a.page.locator('.message', { hasText: 'Missed call' });
  await missed.getByRole('button', { name: 'Call back' }).click();
  await b.page.locator('.ringing .accept').click();
  for (const { page } of [a, b]) await page.locator('.call-status[data-state=active]').waitFor();
  await a.page.getByRole('button', { name: 'Hang up' }).click();
  assert.equal(await b.page.locator('.message', { hasText: 'Missed call' }).count(), 0);
  assert.equal(await b.page.locator('.message', { hasText: 'No answer' }).count(), 1);
});
