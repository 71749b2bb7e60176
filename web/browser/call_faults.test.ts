// Calls when something dies: a comet, the TURN server, a logic, a router; and media over TURN only.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { a, b, bob, call, callers, COMETS, hangUp, im, neverStop, pages, proven, state } from './call_lib.ts';
import { until } from './lib.ts';
import { colour, heard } from './media.ts';
import { partOf } from './sample.ts';

callers();

test('the comet of the caller dies in a call: frames never stop, and the hang-up works elsewhere', async () => {
  await a.page.unroute('**/v1/nodes');
  await a.page.route('**/v1/nodes', (route) => route.fulfill({ json: { ok: true, nodes: COMETS } }));
  await call('video');
  await proven(true);
  try {
    await neverStop(8, () => im('kill', 'comet-1'));
    await until('Ann is connected again', async () => (await a.page.locator('.bar').count()) === 0);
    await hangUp(a.page);
    await until('Bob is told why', () => b.page.getByText('Call ended').isVisible());
  } finally {
    im('start', 'comet-1');
  }
});

const kinds = ['audio', 'video', 'screen'] as const;
const kind = partOf('kinds of calls over TURN only', kinds.length);
const begun = (['udp', 'tcp'] as const).flatMap((protocol, at) => (kind === null ? kinds : [kinds[(kind + at) % kinds.length]!]).map((one) => [protocol, one] as const));
for (const [protocol, first] of begun) {
  test(`over TURN only, ${protocol}: a call that begins with ${first}, then voice, cameras and a screen`, async () => {
    await pages(`chat/call.html?relay=${protocol}`);
    await call(first);
    await proven(first === 'video', 'relay');
    assert.equal((await heard(a.page))!.protocol, protocol);
    if (first !== 'screen') await a.page.getByRole('button', { name: 'Share screen' }).click();
    await until('Bob sees the screen', async () => (await colour(b.page, true)) !== null);
    if (first !== 'video') for (const { page } of [a, b]) await page.getByRole('button', { name: 'Turn camera on' }).click();
    await proven(true, 'relay');
    await hangUp(a.page);
  });
}

/** The page's TURN credentials are made false on their way to the browser; what the server said to them is kept. */
const falsify = (page: Page, credentials: { username?: string; credential?: string }) =>
  page.evaluate((changed) => {
    const holder = globalThis as unknown as { RTCPeerConnection: typeof RTCPeerConnection; imErrors: number[] };
    holder.imErrors = [];
    const Real = holder.RTCPeerConnection;
    holder.RTCPeerConnection = class extends Real {
      constructor(config: RTCConfiguration = {}) {
        super({ ...config, iceServers: (config.iceServers ?? []).map((one) => (one.username === undefined ? one : { ...one, ...changed })) });
        this.addEventListener('icecandidateerror', (event) => holder.imErrors.push(event.errorCode));
      }
    };
  }, credentials);

test('TURN with a wrong secret on one side, a user name that is over on the other: both browsers are told 401, the call ends and says why', async () => {
  await pages('chat/call.html?relay=udp');
  await falsify(a.page, { credential: 'bm90aGluZw==' });
  await falsify(b.page, { username: '1000000000:1' });
  await a.page.locator('input[name=callee]').fill(String(bob.uid));
  await a.page.locator('button[data-kind=audio]').click();
  await b.page.getByRole('button', { name: 'Accept' }).click();
  for (const { page } of [a, b]) await until('401', () => page.evaluate(() => (globalThis as unknown as { imErrors: number[] }).imErrors.includes(401)));
  for (const { page } of [a, b]) await until('it ends, and it is said why', () => page.getByText('No connection came about').isVisible(), 120_000);
});

test('the TURN server dies in a call and comes back: media is back over it, in the same call', async () => {
  await pages('chat/call.html?relay=udp');
  await call('video');
  im('kill', 'turn');
  try {
    await until('it is noticed', async () => (await state(a.page)) === 'reconnecting');
  } finally {
    im('start', 'turn');
  }
  for (const { page } of [a, b]) await until('the call is active again', async () => (await state(page)) === 'active');
  await proven(true, 'relay');
  await hangUp(a.page);
});

for (const name of ['logic-1', 'router-1']) {
  test(`${name} dies in a call and comes back: frames never stop, and the hang-up reaches the other side`, async () => {
    await pages('chat/call.html');
    await call('video');
    await proven(true);
    try {
      await neverStop(4, () => im('kill', name));
    } finally {
      im('start', name);
    }
    await neverStop(4, () => undefined);
    await hangUp(a.page);
  });
}
