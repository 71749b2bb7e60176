// Calls between two Chromiums with fake devices on two comets: media is proven, a comet dies, media goes over TURN only.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchCaller } from './caller.ts';
import { open, post, until, user, type Opened, type User } from './lib.ts';
import { colour, heard, tone } from './media.ts';

const COMETS = (process.env['IM_COMETS'] ?? '').split(',');
const im = (...words: string[]) => execFileSync(process.env['IM_SCRIPT']!, words, { stdio: 'ignore', timeout: 60_000 });
const folder = mkdtempSync(join(tmpdir(), 'im-call-'));
const browsers: Browser[] = [];
let ann: User;
let bob: User;
let a: Opened;
let b: Opened;

const browserOf = async (who: 'ann' | 'bob') => void browsers.push(await launchCaller(folder, who));

async function pages(path: string): Promise<void> {
  await a?.context.close();
  await b?.context.close();
  a = await open(browsers[0]!, ann, { comet: COMETS[0]!, path });
  b = await open(browsers[1]!, bob, { comet: COMETS[1]!, path });
  for (const { page } of [a, b]) await until('connected', async () => (await page.locator('.plain').count()) === 1 && (await page.locator('.bar').count()) === 0);
}

const state = (page: Page) => page.locator('.call-status').getAttribute('data-state', { timeout: 1000 });
async function call(kind: 'audio' | 'video' | 'screen'): Promise<void> {
  await a.page.locator('input[name=callee]').fill(String(bob.uid));
  await a.page.locator(`button[data-kind=${kind}]`).click();
  await b.page.getByRole('button', { name: 'Accept' }).click();
  for (const { page } of [a, b]) await until(`the ${kind} call is active`, async () => (await state(page)) === 'active');
}

/** Frames and samples come in on both sides, and are those of the other one. */
async function proven(video: boolean): Promise<void> {
  for (const [page, colourOfPeer, hz] of [[a.page, 'blue', 880], [b.page, 'red', 440]] as const) {
    const first = await until('statistics', () => heard(page));
    await until('media comes in', async () => {
      const now = await heard(page);
      return now && now.samples > first.samples + 48_000 && (!video || now.frames >= first.frames + 15);
    });
    if (video) await until(`the picture is ${colourOfPeer}`, async () => (await colour(page)) === colourOfPeer);
    await until(`the tone is ${hz} Hz`, async () => Math.abs((await tone(page)) - hz) < 40);
    await page.evaluate(() => void delete (globalThis as { imEar?: unknown }).imEar);
  }
}

async function hangUp(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Hang up' }).click();
  for (const one of [a, b]) await until('the call is over', async () => (await one.page.locator('.call').count()) === 0);
}

before(async () => {
  await browserOf('ann');
  await browserOf('bob');
  ann = await user('Ann');
  bob = await user('Bob');
  await pages('chat/call.html');
});
after(async () => {
  for (const browser of browsers) await browser.close();
});
afterEach(() => assert.deepEqual([...a.complaints, ...b.complaints], []));

test('an audio call: each hears the tone of the other', async () => {
  await call('audio');
  await proven(false);
  await hangUp(a.page);
  const { conv_id } = await post('conv.open', { to: bob.uid }, ann.token);
  const messages = await until('the call is in the conversation', async () => {
    const page = (await post('history', { conv_id }, ann.token)) as { messages: { type: string; body: string }[] };
    return page.messages.length > 0 ? page.messages : null;
  });
  assert.deepEqual(messages.map(({ type, body }) => [type, (JSON.parse(body) as { outcome: string }).outcome]), [['call', 'answered']]);
});

test('a video call, muted without a negotiation, then a screen beside the camera', async () => {
  await call('video');
  await proven(true);
  const offers = () => a.page.evaluate(() => (globalThis as unknown as { imCall: { call: { value: { connections: RTCPeerConnection[] } } } }).imCall.call.value.connections[0]!.localDescription!.sdp);
  const before = await offers();
  await a.page.getByRole('button', { name: 'Turn camera off' }).click();
  await until('Bob sees no camera', async () => (await b.page.locator('.tiles video').count()) === 0);
  assert.equal(await offers(), before);
  await a.page.getByRole('button', { name: 'Turn camera on' }).click();
  await until('Bob sees it again', async () => (await colour(b.page)) === 'red');
  await a.page.getByRole('button', { name: 'Share screen' }).click();
  await until('Bob sees both', async () => (await b.page.locator('.tiles video').count()) === 2 && (await colour(b.page, true)) !== null);
  await a.page.getByRole('button', { name: 'Stop sharing' }).click();
  await until('the screen goes', async () => (await b.page.locator('.tiles video.screen').count()) === 0);
  await hangUp(b.page);
});

test('declined, given up, busy', async () => {
  await a.page.locator('input[name=callee]').fill(String(bob.uid));
  await a.page.locator('button[data-kind=audio]').click();
  await b.page.getByRole('button', { name: 'Decline' }).click();
  await until('Ann is told', () => a.page.getByText('Declined').isVisible());
  await a.page.locator('button[data-kind=audio]').click();
  await b.page.getByRole('button', { name: 'Accept' }).waitFor();
  await a.page.getByRole('button', { name: 'Hang up' }).click();
  await until('it stops ringing', async () => (await b.page.getByRole('button', { name: 'Accept' }).count()) === 0);
});

/** Frames of Ann come in at Bob's, second after second. */
async function framesGoOn(seconds: number): Promise<void> {
  let before = (await heard(b.page))!.frames;
  for (let second = 0; second < seconds; second++) {
    await until('frames come in', async () => ((await heard(b.page))?.frames ?? 0) > before, 5000);
    before = (await heard(b.page))!.frames;
    await new Promise((resolve) => setTimeout(resolve, 1000));
  }
}

test('the comet of the caller dies in a call: frames never stop, and the hang-up works elsewhere', async () => {
  await a.page.unroute('**/v1/nodes');
  await a.page.route('**/v1/nodes', (route) => route.fulfill({ json: { ok: true, nodes: COMETS } }));
  await call('video');
  await proven(true);
  im('kill', 'comet-1');
  try {
    await framesGoOn(8);
    await until('Ann is connected again', async () => (await a.page.locator('.bar').count()) === 0);
    await hangUp(a.page);
    await until('Bob is told why', () => b.page.getByText('Call ended').isVisible());
  } finally {
    im('start', 'comet-1');
  }
});

test('a meeting of three: everybody sees two others, and one who leaves is gone', async () => {
  const eve = await user('Eve');
  const c = await open(browsers[0]!, eve, { path: 'chat/call.html' });
  const number = String(100_000_000 + Math.floor(Math.random() * 899_999_999));
  for (const { page } of [a, b, c]) {
    await page.locator('input[name=meeting]').fill(number);
    await page.getByRole('button', { name: 'Join the meeting' }).click();
    await page.locator('.call').waitFor();
  }
  for (const { page } of [a, b, c]) await until('two pictures', async () => (await page.locator('.tiles video').count()) === 2);
  const frames = (page: Page) =>
    page.evaluate(async () => {
      const { connections } = (globalThis as unknown as { imCall: { call: { value: { connections: RTCPeerConnection[] } } } }).imCall.call.value;
      const decoded = async (pc: RTCPeerConnection) => [...((await pc.getStats()) as unknown as Map<string, Record<string, unknown>>).values()].reduce((sum, one) => sum + Number(one['framesDecoded'] ?? 0), 0);
      return Promise.all(connections.map(decoded));
    });
  for (const { page } of [a, b, c]) await until('both decode', async () => (await frames(page)).length === 2 && (await frames(page)).every((count) => count > 15));
  await c.page.getByRole('button', { name: 'Hang up' }).click();
  for (const { page } of [a, b]) await until('one picture is left', async () => (await page.locator('.tiles video').count()) === 1);
  await c.context.close();
  await a.page.getByRole('button', { name: 'Hang up' }).click();
  await b.page.getByRole('button', { name: 'Hang up' }).click();
  for (const { page } of [a, b]) await until('the call is over', async () => (await page.locator('.call').count()) === 0);
});

for (const protocol of ['udp', 'tcp']) {
  test(`over TURN only, ${protocol}`, async () => {
    await pages(`chat/call.html?relay=${protocol}`);
    await call('video');
    await proven(true);
    const stats = (await heard(a.page))!;
    assert.deepEqual([stats.local, stats.remote, stats.protocol], ['relay', 'relay', protocol]);
    await hangUp(a.page);
  });
}

for (const name of ['logic-1', 'router-1']) {
  test(`${name} dies in a call and comes back: frames never stop, and the hang-up reaches the other side`, async () => {
    await pages('chat/call.html');
    await call('video');
    im('kill', name);
    try {
      await framesGoOn(3);
    } finally {
      im('start', name);
    }
    await framesGoOn(3);
    await hangUp(a.page);
  });
}
