// Pictures, files, voice and video notes in the chat page: sent, shown on the other side, played by ranges, in history, forwarded, recalled.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Browser, Locator, Page } from 'playwright-core';
import { bytes, png } from './files.ts';
import { launch, open, post, until, user, type Opened, type User } from './lib.ts';

const COMETS = (process.env['IM_COMETS'] ?? '').split(',');
let browser: Browser;
let ann: User;
let bob: User;
let a: Opened;
let b: Opened;
const ranges: number[] = [];

const chooser = (page: Page) => page.locator('.composer input[type=file]');
const press = (page: Page, name: string) => page.locator('.composer').getByRole('button', { name, exact: true }).click();
const shown = (place: Locator) => until('the picture is drawn', () => place.evaluate((image: HTMLImageElement) => image.complete && image.naturalWidth > 0));
const settled = (page: Page) => until('everything is sent', async () => (await page.locator('.message.queued, .message.failed').count()) === 0);
/** Gives files to the page as a paste or a drop does. */
const give = (page: Page, selector: string, event: 'paste' | 'drop', name: string, data: Buffer, type: string) =>
  page.locator(selector).evaluate(
    (element, { kind, name: fileName, base64, mime }) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0))], fileName, { type: mime }));
      const options = { bubbles: true, cancelable: true };
      element.dispatchEvent(kind === 'paste' ? new ClipboardEvent(kind, { ...options, clipboardData: transfer }) : new DragEvent(kind, { ...options, dataTransfer: transfer }));
    },
    { kind: event, name, base64: data.toString('base64'), mime: type },
  );

before(async () => {
  browser = await launch('--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream');
  ann = await user('Ann');
  bob = await user('Bob');
  await post('msg.send', { to: bob.uid, client_msg_id: 'first', body: 'hello Bob' }, ann.token);
  a = await open(browser, ann, { comet: COMETS[0]! });
  b = await open(browser, bob, { comet: COMETS[1]! });
  b.page.on('response', (response) => new URL(response.url()).pathname.startsWith('/media/') && ranges.push(response.status()));
  await a.page.locator('.entry', { hasText: 'Bob' }).click();
  await b.page.locator('.entry', { hasText: 'Ann' }).click();
  await a.page.locator('.message').first().waitFor();
});
after(() => browser?.close());

test('a picture is chosen, seen before it goes, and comes with its caption', async () => {
  await chooser(a.page).setInputFiles({ name: 'one.png', mimeType: 'image/png', buffer: png(800, 400) });
  await shown(a.page.locator('.tray img'));
  await a.page.locator('.write textarea').fill('red and blue');
  await press(a.page, 'Send');
  const there = b.page.locator('.message', { hasText: 'red and blue' }).locator('.picture');
  await shown(there.locator('img'));
  const { width, height } = (await there.boundingBox())!;
  assert.ok(Math.abs(width / height - 2) < 0.1, `${width} x ${height}`);
  await settled(a.page);
  await shown(a.page.locator('.picture img'));
  await there.click();
  await shown(b.page.locator('dialog[open] .whole'));
  await b.page.keyboard.press('Escape');
});

test('a picture is pasted, another one dropped, and one is taken back before', async () => {
  await give(a.page, '.write textarea', 'paste', 'pasted.png', png(60, 60), 'image/png');
  await a.page.locator('.tray li').waitFor();
  await give(a.page, '.conversation', 'drop', 'dropped.png', png(50, 90), 'image/png');
  await give(a.page, '.conversation', 'drop', 'unwanted.png', png(20, 20), 'image/png');
  await a.page.getByRole('button', { name: 'Remove unwanted.png' }).click();
  assert.equal(await a.page.locator('.tray li').count(), 2);
  await press(a.page, 'Send');
  await until('both are there', async () => (await b.page.locator('.picture img').count()) === 3);
  await settled(a.page);
});

test('a picture is taken with the camera, looked at, and sent', async () => {
  const before = await b.page.locator('.picture img').count();
  await press(a.page, 'Take a picture with the camera');
  await a.page.locator('.record').waitFor();
  await a.page.keyboard.press('Escape');
  await a.page.locator('.record').waitFor({ state: 'detached' });
  assert.equal(await a.page.locator('.tray li').count(), 0);
  await press(a.page, 'Take a picture with the camera');
  await until('the camera gives a picture', () => a.page.locator('.record video').evaluate((video: HTMLVideoElement) => video.videoWidth > 0));
  await a.page.getByRole('button', { name: 'Take the picture' }).click();
  await shown(a.page.locator('.tray img'));
  await press(a.page, 'Send');
  await until('it is there', async () => (await b.page.locator('.picture img').count()) === before + 1);
  await shown(b.page.locator('.picture img').last());
  await settled(a.page);
});

test('a file shows how far it is, can be cancelled, and comes byte for byte', async () => {
  await a.page.route('**/media/upload/*', async (route) => {
    await new Promise((resolve) => setTimeout(resolve, 300));
    await route.continue().catch(() => undefined);
  });
  await chooser(a.page).setInputFiles({ name: 'never.bin', mimeType: 'application/octet-stream', buffer: bytes(3_000_000, 9) });
  await press(a.page, 'Send');
  const never = a.page.locator('.message', { hasText: 'never.bin' });
  await until('some of it is up', () => never.locator('progress').evaluate((bar: HTMLProgressElement) => bar.value > 0 && bar.value < bar.max));
  await never.getByRole('button', { name: 'Cancel' }).click();
  await until('it is gone', async () => (await never.count()) === 0);
  await a.page.unroute('**/media/upload/*');
  const content = bytes(700_000);
  await chooser(a.page).setInputFiles({ name: 'plan.bin', mimeType: 'application/octet-stream', buffer: content });
  await press(a.page, 'Send');
  const there = b.page.getByRole('button', { name: /^plan.bin/ });
  await there.waitFor();
  assert.match(await there.innerText(), /700 kB/);
  const [download] = await Promise.all([b.page.waitForEvent('download'), there.click()]);
  assert.equal(download.suggestedFilename(), 'plan.bin');
  assert.ok(readFileSync(await download.path()).equals(content));
  assert.equal(await b.page.locator('.message', { hasText: 'never.bin' }).count(), 0);
});

test('an upload goes on after a cut', async () => {
  let cuts = 0;
  await a.page.route('**/media/upload/*', (route) => (route.request().method() === 'PUT' && ++cuts % 2 === 1 ? route.abort('connectionreset') : route.continue()));
  await chooser(a.page).setInputFiles({ name: 'cut.bin', mimeType: 'application/octet-stream', buffer: bytes(600_000, 3) });
  await press(a.page, 'Send');
  await b.page.getByRole('button', { name: /^cut.bin/ }).waitFor();
  assert.ok(cuts >= 3, `${cuts} requests`);
  await a.page.unroute('**/media/upload/*');
  await settled(a.page);
});

test('a voice note has a wave and a length, and is heard by ranges', async () => {
  await press(a.page, 'Record a voice message');
  await until('two seconds are recorded', async () => /0:0[2-9]/.test(await a.page.locator('.recording').innerText()));
  await a.page.locator('.record').getByRole('button', { name: 'Send' }).click();
  const voice = b.page.locator('.voice').last();
  await voice.waitFor();
  assert.ok((await voice.locator('.wave i').count()) > 5);
  assert.match(await voice.locator('.muted').innerText(), /0:0[1-9]/);
  ranges.length = 0;
  await voice.getByRole('button', { name: 'Play' }).click();
  await until('it is heard', () => voice.locator('audio').evaluate((sound: HTMLAudioElement) => sound.currentTime > 0.3 || sound.ended));
  assert.ok(ranges.includes(206), ranges.join());
});

test('a recording can be thrown away', async () => {
  const before = await a.page.locator('.message').count();
  await press(a.page, 'Record a voice message');
  await a.page.locator('.recording').waitFor();
  await a.page.locator('.record').getByRole('button', { name: 'Cancel' }).click();
  await until('the field is back', () => a.page.locator('.write textarea').isVisible());
  assert.equal(await a.page.locator('.message').count(), before);
});

test('a video note has a poster and plays', async () => {
  await press(a.page, 'Record a video message');
  await until('two seconds are recorded', async () => /0:0[2-9]/.test(await a.page.locator('.recording').innerText()));
  await a.page.locator('.record').getByRole('button', { name: 'Send' }).click();
  const film = b.page.locator('video.film').last();
  await film.waitFor();
  await until('its poster is known', async () => (await film.getAttribute('poster'))!.startsWith('http'));
  await until('it plays', () => film.evaluate(async (video: HTMLVideoElement) => (await video.play(), video.currentTime > 0.2 || video.ended)));
  assert.ok(await film.evaluate((video: HTMLVideoElement) => video.videoWidth > 0));
});

test('everything is in the history of a page that comes later', async () => {
  await b.page.reload();
  await b.page.locator('.entry', { hasText: 'Ann' }).click();
  await b.page.locator('video.film').waitFor();
  await shown(b.page.locator('.picture img').first());
  assert.equal(await b.page.locator('.picture').count(), 4);
  assert.equal(await b.page.locator('.voice').count(), 1);
  assert.equal(await b.page.locator('.document').count(), 2);
});

test('a picture is forwarded to somebody else, and a recalled one is gone', async () => {
  const eve = await user('Eve');
  await post('msg.send', { to: bob.uid, client_msg_id: 'eve', body: 'hi' }, eve.token);
  await b.page.locator('.entry', { hasText: 'Eve' }).waitFor();
  const first = b.page.locator('.message', { hasText: 'red and blue' });
  await first.hover();
  await first.getByRole('button', { name: 'Forward' }).click();
  await b.page.locator('dialog[open] .entry', { hasText: 'Eve' }).click();
  await shown(b.page.locator('.message.mine .picture img'));
  const e = await open(browser, eve, { comet: COMETS[0]! });
  await e.page.locator('.entry', { hasText: 'Bob' }).click();
  await shown(e.page.locator('.picture img'));
  await e.context.close();
  const mine = a.page.locator('.message', { has: a.page.locator('video.film') });
  await mine.hover();
  await mine.getByRole('button', { name: 'Recall' }).click();
  await b.page.locator('.entry', { hasText: 'Ann' }).click();
  await until('the video is gone', async () => (await b.page.locator('video.film').count()) === 0);
});

test('the pages complained of nothing', () => {
  assert.deepEqual([...a.complaints, ...b.complaints], []);
});
