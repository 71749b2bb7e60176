// Calls between two Chromiums with fake devices on two comets: media is proven, of each kind and after each other, when offers cross and answers are no use.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { a, ann, b, bob, browserOf, browsers, call, callers, cameSoon, comesFrom, COMETS, connected, hangUp, neverStop, pages, proven, state } from './call_lib.ts';
import { open, post, until, user, type Opened } from './lib.ts';
import { colour, colours, heard, tones } from './media.ts';

callers();

test('an audio call: each hears the tone of the other', async () => {
  await call('audio');
  await cameSoon();
  await proven(false, 'host');
  await hangUp(a.page);
  const { conv_id } = await post('conv.open', { to: bob.uid }, ann.token);
  const messages = await until('the call is in the conversation', async () => {
    const page = (await post('history', { conv_id }, ann.token)) as { messages: { type: string; body: string }[] };
    return page.messages.length > 0 ? page.messages : null;
  });
  assert.deepEqual(messages.map(({ type, body }) => [type, (JSON.parse(body) as { outcome: string }).outcome]), [['call', 'answered']]);
});

/** The browser of this page gives no device, or the real thing again. */
const deviceless = (page: Page, on: boolean) =>
  page.evaluate((refuse) => {
    if (!refuse) return void delete (navigator.mediaDevices as Partial<MediaDevices>).getUserMedia;
    navigator.mediaDevices.getUserMedia = () => Promise.reject(new DOMException('refused', 'NotAllowedError'));
  }, on);

test('a caller whose microphone is refused calls and hears all the same; once it is allowed it is heard', async () => {
  await deviceless(a.page, true);
  await call('audio');
  await comesFrom('bob', a.page, false);
  await deviceless(a.page, false);
  await a.page.getByRole('button', { name: 'Unmute microphone' }).click();
  await comesFrom('ann', b.page, false);
  await hangUp(a.page);
});

test('a video call, muted without a negotiation, then a screen beside the camera', async () => {
  await call('video');
  await cameSoon();
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

test('a screen call: the screen of the caller alone, and both voices; then a camera beside it', async () => {
  await call('screen');
  await cameSoon();
  await proven(false);
  await until('Bob sees the screen', async () => (await b.page.locator('.tiles video.screen').count()) === 1 && (await colour(b.page, true)) !== null);
  assert.equal(await a.page.locator('.tiles video').count(), 0, 'Bob shows nothing');
  await b.page.getByRole('button', { name: 'Turn camera on' }).click();
  await until('Ann sees Bob', async () => (await colour(a.page)) === 'blue');
  await a.page.getByRole('button', { name: 'Stop sharing' }).click();
  await a.page.getByRole('button', { name: 'Turn camera on' }).click();
  await until('Bob sees Ann', async () => (await colour(b.page)) === 'red');
  await hangUp(b.page);
});

type Held = { imCall: { call: { value: { connections: RTCPeerConnection[] } } } };
const signalling = (page: Page) => page.evaluate(() => (globalThis as unknown as Held).imCall.call.value.connections[0]!.signalingState);
const fragment = (page: Page) => page.evaluate(() => /^a=ice-ufrag:(\S+)/m.exec((globalThis as unknown as Held).imCall.call.value.connections[0]!.remoteDescription!.sdp)![1]!);

/** The next answers that come to this page are of no use. */
const spoilAnswers = (page: Page, count: number) =>
  page.evaluate((many) => {
    const pc = (globalThis as unknown as Held).imCall.call.value.connections[0]!;
    let left = many;
    const real = pc.setRemoteDescription.bind(pc) as (description: RTCSessionDescriptionInit) => Promise<void>;
    pc.setRemoteDescription = (description) => {
      const spoilt = description.type === 'answer' && left-- > 0;
      return real(spoilt ? { type: 'answer', sdp: 'v=0\r\nnothing of use\r\n' } : description);
    };
  }, count);

test('offers that cross, twenty times; then both turn the camera on at once, and the first answer cannot be applied', async () => {
  await call('audio');
  for (let round = 0; round < 20; round++) {
    const before = await Promise.all([a, b].map(({ page }) => fragment(page)));
    await Promise.all([a, b].map(({ page }) => page.evaluate(() => (globalThis as unknown as Held).imCall.call.value.connections[0]!.restartIce())));
    for (const [at, { page }] of [a, b].entries())
      await until(`round ${round} is through`, async () => (await signalling(page)) === 'stable' && (await fragment(page)) !== before[at]);
  }
  for (const { page } of [a, b]) await spoilAnswers(page, 1);
  await Promise.all([a, b].map(({ page }) => page.getByRole('button', { name: 'Turn camera on' }).click()));
  await proven(true);
  assert.deepEqual(await Promise.all([a, b].map(({ page }) => signalling(page))), ['stable', 'stable']);
  await hangUp(a.page);
});

/** The next offer that comes to this page finds one of its own on the way, with a screen, which is taken back for it. */
const crossWithScreen = (page: Page) =>
  page.evaluate(() => {
    const { imCall } = globalThis as unknown as Held & { imCall: { toggle(source: string): Promise<void> } };
    const pc = imCall.call.value.connections[0]!;
    const real = pc.setRemoteDescription.bind(pc) as (description: RTCSessionDescriptionInit) => Promise<void>;
    pc.setRemoteDescription = async (description) => {
      pc.setRemoteDescription = real;
      void imCall.toggle('screen');
      while (pc.signalingState !== 'have-local-offer') await new Promise((resolve) => setTimeout(resolve, 10));
      return real(description);
    };
  });

test('an offer with a screen is taken back for one that crosses it: the screen comes, and pictures that are shown anew are there', async () => {
  await call('video');
  await proven(true);
  await crossWithScreen(b.page);
  await a.page.evaluate(() => (globalThis as unknown as Held).imCall.call.value.connections[0]!.restartIce());
  await until("Ann sees Bob's screen", async () => (await colour(a.page, true)) !== null);
  await a.page.getByRole('button', { name: 'Turn camera off' }).click();
  await until('no camera', async () => (await b.page.locator('.tiles video').count()) === 0);
  await a.page.getByRole('button', { name: 'Turn camera on' }).click();
  await until('Bob sees Ann again', async () => (await colour(b.page)) === 'red');
  await hangUp(a.page);
});

test('two answers that cannot be applied: it is said, voices go on, and another try is a try', async () => {
  await call('audio');
  await spoilAnswers(a.page, 2);
  await a.page.getByRole('button', { name: 'Turn camera on' }).click();
  await until('Ann is told', () => a.page.getByText('A picture cannot be shown').isVisible());
  assert.equal(await colour(b.page), null);
  await voices();
  await a.page.getByRole('button', { name: 'Share screen' }).click();
  await until('Bob sees the camera and the screen', async () => (await colour(b.page)) === 'red' && (await colour(b.page, true)) !== null);
  assert.equal(await a.page.getByText('A picture cannot be shown').count(), 0);
  await hangUp(b.page);
});

/** Both hear the other's microphone, and it is not silence. */
async function voices(): Promise<void> {
  for (const { page } of [a, b]) {
    const first = await until('statistics', () => heard(page));
    await until('a voice comes in', async () => ((await heard(page))?.samples ?? 0) > first.samples + 24_000 && ((await heard(page))?.energy ?? 0) > first.energy);
  }
}

test('calls of the same pages, each kind after each: whoever answers is always heard', async () => {
  for (const kind of ['audio', 'audio', 'video', 'video', 'screen', 'screen', 'audio', 'screen', 'video', 'audio'] as const) {
    await call(kind);
    await voices();
    await hangUp(a.page);
  }
});

for (const late of ['audio', 'display'] as const) {
  test(`a screen call whose caller has the ${late === 'audio' ? 'microphone' : 'screen'} last`, async () => {
    await pages('chat/call.html');
    await a.page.evaluate((slow) => {
      const media = navigator.mediaDevices;
      const after = <T,>(ms: number, open: () => Promise<T>) => new Promise((resolve) => setTimeout(resolve, ms)).then(open);
      const [user, display] = [media.getUserMedia.bind(media), media.getDisplayMedia.bind(media)];
      if (slow === 'audio') media.getUserMedia = (wanted) => after(500, () => user(wanted));
      else media.getDisplayMedia = (wanted) => after(500, () => display(wanted));
    }, late);
    await call('screen');
    await until('Bob sees the screen', async () => (await b.page.locator('.tiles video.screen').count()) === 1);
    await voices();
    await hangUp(a.page);
  });
}

/** By the number of the user, in the dialog of the call. */
async function add(page: Page, uid: number): Promise<void> {
  await page.getByRole('button', { name: 'Add people' }).click();
  const dialog = page.getByRole('dialog', { name: 'Add people' });
  await dialog.getByLabel('Who shall come into the call?').fill(String(uid));
  await dialog.getByRole('button', { name: 'Add', exact: true }).click();
  await dialog.getByText('is rung').waitFor();
  await page.keyboard.press('Escape');
}

test('a video call of two grows: who is added declines, is asked again, is seen and heard by both, and leaves; the two never stop', async () => {
  const eve = await user('Eve');
  const c = await open(browsers[await browserOf('eve')]!, eve, { comet: COMETS[1]!, path: 'chat/call.html' });
  await connected(c.page);
  await call('video');
  await proven(true);
  await neverStop(2, async () => {
    await add(a.page, eve.uid);
    await c.page.getByRole('button', { name: 'Decline' }).click();
    await add(b.page, eve.uid);
    await c.page.getByRole('button', { name: 'Accept' }).click();
    for (const [{ page }, seen, hz] of [[a, ['blue', 'green'], [880, 1320]], [b, ['green', 'red'], [440, 1320]], [c, ['blue', 'red'], [440, 880]]] as const) {
      await until(`both others are seen: ${seen.join()}`, async () => assert.deepEqual(await colours(page), seen) ?? true);
      await until(`and heard: ${hz.join()} Hz`, async () => {
        const found = await tones(page);
        assert.ok(found.length === 2 && found.every((tone, at) => Math.abs(tone - hz[at]!) < 40), found.join());
        return true;
      });
    }
    await c.page.getByRole('button', { name: 'Hang up' }).click();
    for (const { page } of [a, b]) await until('one picture is left', async () => (await page.locator('.tiles video').count()) === 1);
  }, 10_000); // three browsers instead of two share the machine, which the control does not have
  assert.deepEqual(c.complaints, []);
  await c.context.close();
  await hangUp(a.page);
});

/** Ann on another device of hers, in Eve's browser: what it shows and says is not what the first one does. */
async function annElsewhere(): Promise<Opened> {
  const { token } = await post('account.login', { login: ann.login, password: 'correct horse', device: 'tablet' });
  const opened = await open(browsers[await browserOf('eve')]!, { ...ann, token: String(token) }, { comet: COMETS[1]!, path: 'chat/call.html' });
  await connected(opened.page);
  return opened;
}

const saysWhere = (page: Page) => until('it is said where the call goes on', () => page.getByText('You are in a call on Chrome (Linux)').isVisible());

test('a video call is taken to another device of the caller, and back: seen and heard from each, and the other one says where it is', async () => {
  const c = await annElsewhere();
  const cameras = (page: Page) => page.evaluate(() => [...(globalThis as unknown as { imCall: { local: { value: Map<string, object> } } }).imCall.local.value.keys()]);
  await call('video');
  await saysWhere(c.page);
  await c.page.getByRole('button', { name: 'Continue here' }).click();
  await comesFrom('eve', b.page, true);
  await comesFrom('bob', c.page, true);
  await saysWhere(a.page);
  assert.deepEqual([await a.page.locator('.call').count(), await cameras(a.page)], [0, []]);
  assert.deepEqual([await state(b.page), await b.page.locator('.tiles video').count()], ['active', 1]);
  await a.page.getByRole('button', { name: 'Continue here' }).click();
  await until('Bob sees the first device again', async () => (await colour(b.page)) === 'red');
  await until('and it sees Bob', async () => (await colour(a.page)) === 'blue');
  await saysWhere(c.page);
  await hangUp(b.page);
  await until('nothing is left of it', async () => (await c.page.locator('.ringing').count()) === 0);
  assert.deepEqual(c.complaints, []);
  await c.context.close();
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
