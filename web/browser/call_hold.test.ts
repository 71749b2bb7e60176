// A call that one of the two puts on hold: pictures and voices stop both ways, both pages say who did it, and all comes back.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { a, b, call, callers, hangUp, proven, state } from './call_lib.ts';
import { until } from './lib.ts';
import { heard } from './media.ts';

callers();

const count = (page: Page) => page.locator('.tiles video, .call video.own').count();
const words = (page: Page) => page.locator('.call-held').textContent();
/** The page says that the other one holds, by the name that it has for them: a number, as long as it knows no other. */
async function saysHeld(page: Page): Promise<boolean> {
  const who = (await page.locator('section.call').getAttribute('aria-label'))?.replace('Call with ', '');
  return (await words(page)) === `${who} has put the call on hold.`;
}

/** Packets of media that have come in and gone out. Black and silence are packets, too. */
async function packets(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const { connections } = (globalThis as unknown as { imCall: { call: { value: { connections: RTCPeerConnection[] } } } }).imCall.call.value;
    const stats = [...((await connections[0]!.getStats()) as unknown as Map<string, Record<string, unknown>>).values()];
    return stats.reduce((sum, one) => sum + Number(one['type'] === 'inbound-rtp' ? one['packetsReceived'] : one['type'] === 'outbound-rtp' ? one['packetsSent'] : 0), 0);
  });
}

/** Nothing goes either way; what was on its way has come. */
async function stands(page: Page): Promise<void> {
  let before = await packets(page);
  await until('no packet in a second', async () => {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    const now = await packets(page);
    const moved = now - before;
    before = now;
    if (moved === 0) return true;
    throw new Error(`${moved} packets`);
  });
}

const press = async (page: Page, name: string) => {
  const button = page.getByRole('button', { name, exact: true });
  await button.focus();
  await page.keyboard.press('Enter');
};

test('on hold by the caller, by the callee and by both: who it was is said, nothing goes either way, and all comes back', async () => {
  await call('video');
  await proven(true);
  const negotiated = (page: Page) => page.evaluate(() => (globalThis as unknown as { imCall: { call: { value: { connections: RTCPeerConnection[] } } } }).imCall.call.value.connections[0]!.localDescription!.sdp);
  const before = await Promise.all([negotiated(a.page), negotiated(b.page)]);
  for (const [holder, other] of [[a, b], [b, a]] as const) {
    await press(holder.page, 'Put on hold');
    await until('the holder says so', async () => (await words(holder.page))?.startsWith('On hold'));
    await until('the other one says who it was', () => saysHeld(other.page));
    for (const { page } of [a, b]) await stands(page);
    assert.equal(await count(holder.page), 0, 'neither picture');
    assert.equal(await count(other.page), 1, 'its own');
    assert.deepEqual([await state(a.page), await state(b.page)], ['active', 'active']);
    await press(holder.page, 'Resume the call');
    for (const { page } of [a, b]) await until('it is said no more', async () => (await words(page)) === '');
    await proven(true);
  }
  await press(a.page, 'Put on hold');
  await press(b.page, 'Put on hold');
  await until('both are named', async () => /^On hold: .*resume\. .* has put the call on hold\.$/.test((await words(a.page)) ?? ''));
  await press(a.page, 'Resume the call');
  await until('Bob holds it on', () => saysHeld(a.page));
  await stands(a.page);
  await press(b.page, 'Resume the call');
  await proven(true);
  assert.deepEqual(await Promise.all([negotiated(a.page), negotiated(b.page)]), before, 'nothing was negotiated');
  await hangUp(a.page);
});

test('muted while it is on hold: pictures come back, the voice does not', async () => {
  await call('video');
  await proven(true);
  await press(a.page, 'Put on hold');
  await press(a.page, 'Mute microphone');
  await stands(a.page);
  await press(a.page, 'Resume the call');
  const first = await until('statistics', () => heard(b.page));
  await until('frames of Ann', async () => ((await heard(b.page))?.frames ?? 0) > first.frames + 15);
  const from = await until('statistics', () => heard(b.page));
  await until('sound, and it is silence', async () => {
    const now = (await heard(b.page))!;
    return now.samples > from.samples + 48_000 && now.energy - from.energy < 1e-6;
  });
  assert.equal(await a.page.getByRole('button', { name: 'Unmute microphone' }).count(), 1);
  await hangUp(b.page);
});

test('the callee of an audio call holds it by keyboard; the next call begins without', async () => {
  await call('audio');
  await press(b.page, 'Put on hold');
  await until('Ann is told', () => saysHeld(a.page));
  await hangUp(b.page);
  await call('audio');
  for (const { page } of [a, b]) assert.equal(await words(page), '');
  await proven(false);
  await hangUp(a.page);
});
