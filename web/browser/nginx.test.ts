// The chat page behind nginx of deploy/nginx, whose policy allows its own origin only: chat, a picture, a call. IM_PUBLIC is nginx.
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchCaller } from './caller.ts';
import { png } from './files.ts';
import { BASE, open, post, until, user, type Opened } from './lib.ts';

let browser: Browser;
let a: Opened;
let b: Opened;
const hosts = new Set<string>();

async function say(page: Page, text: string): Promise<void> {
  await page.locator('.write textarea').fill(text);
  await page.keyboard.press('Enter');
}
const sees = (page: Page, text: string) => page.locator('.message', { hasText: text }).waitFor();

before(async () => {
  browser = await launchCaller(mkdtempSync(join(tmpdir(), 'im-nginx-')), 'ann');
  const [ann, bob] = [await user('Ann'), await user('Bob')];
  await post('msg.send', { to: bob.uid, client_msg_id: 'first', body: 'hello Bob' }, ann.token);
  [a, b] = [await open(browser, ann), await open(browser, bob)];
  for (const { page } of [a, b]) {
    page.on('websocket', (socket) => hosts.add(new URL(socket.url()).host));
    page.on('request', (request) => request.url().startsWith('http') && hosts.add(new URL(request.url()).host));
    await page.reload(); // so that its first connection is listened to
    await page.locator('.entry').first().click();
    await page.locator('.message').first().waitFor();
  }
});
after(() => browser?.close());

test('chat goes both ways', async () => {
  await say(a.page, 'through nginx');
  await sees(b.page, 'through nginx');
  await say(b.page, 'and back');
  await sees(a.page, 'and back');
});

test('a picture goes up and is seen', async () => {
  await a.page.locator('.composer input[type=file]').setInputFiles({ name: 'one.png', mimeType: 'image/png', buffer: png(400, 300) });
  await a.page.locator('.composer').getByRole('button', { name: 'Send', exact: true }).click();
  const picture = b.page.locator('.picture img');
  await picture.waitFor();
  await until('it is drawn', () => picture.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth > 0));
});

test('a call is made, taken and ended', async () => {
  await a.page.getByRole('button', { name: 'Video call', exact: true }).click();
  await b.page.getByRole('button', { name: 'Accept' }).click();
  for (const { page } of [a, b]) await page.locator('.call-status[data-state=active]').waitFor();
  await a.page.getByRole('button', { name: 'Hang up' }).click();
  await b.page.getByText('Call ended').waitFor();
});

test('everything went through nginx, and the policy refused nothing', () => {
  assert.deepEqual([...hosts], [new URL(BASE).host]);
  assert.deepEqual([...a.complaints, ...b.complaints], []);
});
