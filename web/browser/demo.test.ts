// The two links that ./im demo prints (IM_DEMO_LOG: what it printed), opened as they stand: the two chat, a picture goes over, and they call each other.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { png } from './files.ts';
import { launch, PATIENCE, until } from './lib.ts';

const printed = readFileSync(process.env['IM_DEMO_LOG'] ?? '../build/demo.log', 'utf8');
const links = [...printed.matchAll(/chat and call: (http\S+)/g)].map(([, link]) => link!);
let browser: Browser;
let ann: Page;
let bob: Page;

async function follow(link: string): Promise<Page> {
  const page = await (await browser.newContext({ locale: 'en-US' })).newPage();
  page.setDefaultTimeout(PATIENCE);
  await page.goto(link);
  return page;
}

const say = async (page: Page, text: string) => {
  await page.locator('.write textarea').fill(text);
  await page.keyboard.press('Enter');
};
const framesOf = (page: Page) => page.locator('.tiles video').first().evaluate((video: HTMLVideoElement) => video.getVideoPlaybackQuality().totalVideoFrames);

before(async () => {
  assert.equal(links.length, 2, printed);
  browser = await launch('--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', '--allow-loopback-in-peer-connection');
  [ann, bob] = [await follow(links[0]!), await follow(links[1]!)];
});
after(() => browser?.close());

test('the first page is not empty, the token is gone from the address, and the two chat', async () => {
  await ann.locator('.sidebar .entry', { hasText: 'bob' }).click();
  await ann.locator('.message', { hasText: 'Hi Ann, can you read this?' }).waitFor();
  for (const page of [ann, bob]) assert.ok(!page.url().includes('token'), page.url());
  await bob.locator('.sidebar .entry', { hasText: 'ann' }).click();
  await say(ann, 'I can, Bob');
  await bob.locator('.message', { hasText: 'I can, Bob' }).waitFor();
  await say(bob, 'so can I');
  await ann.locator('.message', { hasText: 'so can I' }).waitFor();
});

test('a picture goes over', async () => {
  await ann.locator('.composer input[type=file]').setInputFiles({ name: 'demo.png', mimeType: 'image/png', buffer: png(120, 80) });
  await ann.locator('.composer').getByRole('button', { name: 'Send', exact: true }).click();
  const picture = bob.locator('.picture img').last();
  await until('the picture is drawn', () => picture.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth > 0));
});

test('they call each other and see each other', async () => {
  await ann.getByRole('button', { name: 'Video call', exact: true }).click();
  await bob.locator('.ringing .accept').click();
  for (const page of [ann, bob]) {
    await page.locator('.call-status[data-state=active]').waitFor();
    await until('frames are drawn', async () => (await framesOf(page)) > 0);
    const before = await framesOf(page);
    await until('frames go on', async () => (await framesOf(page)) > before + 10);
  }
  await ann.getByRole('button', { name: 'Hang up' }).click();
  for (const page of [ann, bob]) await page.locator('.call').waitFor({ state: 'detached' });
});
