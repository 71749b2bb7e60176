// A video message after a call that was declined: recorded with fake devices, uploaded, played and jumped in by the other side.
import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchCaller } from './caller.ts';
import { open, post, until, user, type Opened, type User } from './lib.ts';

const COMETS = (process.env['IM_COMETS'] ?? '').split(',');
let browser: Browser;
let ann: User;
let bob: User;
let a: Opened;
let b: Opened;

before(async () => {
  browser = await launchCaller(mkdtempSync(join(tmpdir(), 'im-video-')), 'ann');
  ann = await user('Ann');
  bob = await user('Bob');
  a = await open(browser, ann, { comet: COMETS[0]!, path: 'chat/call.html' });
  b = await open(browser, bob, { comet: COMETS[1]!, path: 'chat/call.html' });
  for (const { page } of [a, b]) await until('connected', async () => (await page.locator('.plain').count()) === 1 && (await page.locator('.bar').count()) === 0);
});
after(() => browser?.close());

/** What a player of this page says, and the colour of what it shows. */
const player = (page: Page) =>
  page.locator('figure.video-message video').evaluate((element) => {
    const video = element as HTMLVideoElement;
    const canvas = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
    const context = canvas.getContext('2d')!;
    context.drawImage(video, 0, 0, 1, 1);
    const [r, g, b] = context.getImageData(0, 0, 1, 1).data;
    const end = video.seekable.length > 0 ? video.seekable.end(0) : 0;
    return { duration: video.duration, width: video.videoWidth, at: video.currentTime, seeking: video.seeking, ready: video.readyState, end, red: r! > 2 * g! && r! > 2 * b! };
  });

const jump = (page: Page, to: number) => page.locator('figure.video-message video').evaluate((video, at) => void ((video as HTMLVideoElement).currentTime = at), to);

async function declined(): Promise<void> {
  await a.page.locator('input[name=callee]').fill(String(bob.uid));
  await a.page.locator('button[data-kind=video]').click();
  await b.page.getByRole('button', { name: 'Decline' }).click();
}

test('Ann, declined, leaves a video message; Bob sees how long it is, its poster, plays it and jumps in it', async () => {
  await declined();
  await a.page.getByRole('button', { name: 'Leave a video message' }).click();
  await until('three seconds are recorded', () => a.page.locator('.video-message video').evaluate((video) => (video as HTMLVideoElement).currentTime > 3));
  await a.page.getByRole('button', { name: 'Send' }).click();
  await a.page.getByText('The video message was sent.').waitFor();

  const shown = await until('the player knows it', async () => {
    const now = await player(b.page);
    return now.ready >= 1 ? now : null;
  });
  assert.ok(Number.isFinite(shown.duration) && shown.duration > 2, `a duration of ${shown.duration}`);
  assert.ok(shown.width > 0);
  assert.ok(Math.abs(shown.end - shown.duration) < 0.1, 'seekable to its end');
  assert.match(await b.page.locator('figure.video-message time').innerText(), /^0:0[2-9]$|^0:[1-5]\d$/);
  const poster = await b.page.locator('figure.video-message video').getAttribute('poster');
  const size = await b.page.evaluate(async (src) => (await createImageBitmap(await (await fetch(src)).blob())).width, poster!);
  assert.ok(size > 0, 'a poster');
  for (const to of [shown.duration - 0.5, 1]) {
    await jump(b.page, to);
    await until(`it shows ${to} s`, async () => {
      const now = await player(b.page);
      return !now.seeking && Math.abs(now.at - to) < 0.1 && now.ready >= 2 && now.red;
    });
  }
  await b.page.locator('figure.video-message video').evaluate((video) => (video as HTMLVideoElement).play());
  await until('it plays', async () => (await player(b.page)).at > 1.3);
  assert.deepEqual([...a.complaints, ...b.complaints], []);
});

test('the message has what the books need', async () => {
  const { conv_id } = await post('conv.open', { to: ann.uid }, bob.token);
  const { messages } = (await post('history', { conv_id }, bob.token)) as { messages: { type: string; body: string }[] };
  const body = JSON.parse(messages.find(({ type }) => type === 'video')!.body) as { duration_ms: number; size: number; mime: string; poster: { width: number } };
  assert.equal(body.mime, 'video/webm');
  assert.ok(body.duration_ms > 2000 && body.size > 1000 && body.poster.width > 0, JSON.stringify(body));
  assert.ok(Math.abs(body.duration_ms / 1000 - (await player(b.page)).duration) < 0.1);
});

test('given up: nothing is sent', async () => {
  await declined();
  await a.page.getByRole('button', { name: 'Leave a video message' }).click();
  await a.page.getByRole('button', { name: 'Cancel' }).click();
  await until('no preview', async () => (await a.page.locator('.video-message').count()) === 0);
  assert.equal(await b.page.locator('figure.video-message').count(), 1);
});
