// Reconnect storms through im-faultproxy on two comets: one client in Node, one in Chromium, both write all the time. Cuts after so many bytes,
// half-open connections, stalls, resets, comets that refuse or never answer. Judged by what the store keeps: every promise settles, nothing is
// lost, nothing is twice, no gap. IM_STORMS: how many (20).
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { faultProxy, type FaultProxy } from './fault_proxy.ts';
import { BASE, launch, post, until, user, type User } from './lib.ts';
import { StormSide, type Outcome, type Setup } from './storm_side.ts';

const STORMS = Number(process.env['IM_STORMS'] ?? 20);
const COMETS = (process.env['IM_COMETS'] ?? '').split(',');
/** What is done to a route; `bytes` is another number each time. */
const KINDS: readonly ((route: string, bytes: number) => string[])[] = [
  (route, bytes) => [`set ${route} up cut ${bytes}`],
  (route, bytes) => [`set ${route} down cut ${bytes}`],
  (route) => [`set ${route} both nofin on`, `set ${route} down stall on`], // half-open: what is asked is done, the answer never comes
  (route) => [`set ${route} both nofin on`, `set ${route} up stall on`], // half-open: events come, nothing goes up
  (route) => [`set ${route} both stall on`],
  (route) => [`reset ${route}`],
  (route) => [`mode ${route} refuse`, `reset ${route}`],
  (route) => [`mode ${route} blackhole`, `reset ${route}`],
];

interface Side {
  say(body: string): Promise<void>;
  outcome(): Promise<Outcome>;
}

let proxy: FaultProxy;
let browser: Browser;
let page: Page;
let ann: User;
let bob: User;
let conv: number;
let sides: Side[];
let seed = Number(process.env['IM_SEED'] ?? 1) >>> 0;
const random = (below: number) => (seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0) % below;
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** A page of the cluster's own origin that holds nothing but the client package. */
async function emptyPage(): Promise<Page> {
  const made = await (await browser.newContext()).newPage();
  await made.route(`${BASE}/storm/**`, (route) => {
    const name = new URL(route.request().url()).pathname.slice('/storm/'.length);
    if (name === '') return route.fulfill({ contentType: 'text/html', body: '<!doctype html><script type="importmap">{"imports":{"@webrtc-im/client":"./client/index.js"}}</script>' });
    const path = name === 'side.js' ? new URL('storm_side.ts', import.meta.url) : new URL(`../packages/client/dist/${name.slice('client/'.length)}`, import.meta.url);
    const text = readFileSync(path, 'utf8');
    return route.fulfill({ contentType: 'text/javascript', body: name === 'side.js' ? stripTypeScriptTypes(text) : text });
  });
  await made.goto(`${BASE}/storm/`);
  return made;
}

async function inPage(setup: Setup): Promise<Side> {
  await page.evaluate(async (how) => {
    const { StormSide: Made } = (await import('/storm/side.js' as string)) as { StormSide: new (setup: Setup) => StormSide };
    Object.assign(globalThis, { side: new Made(how) });
  }, setup);
  return {
    say: (body) => page.evaluate((text) => (globalThis as unknown as { side: StormSide }).side.say(text), body),
    outcome: () => page.evaluate(() => (globalThis as unknown as { side: StormSide }).side.outcome()),
  };
}

function inNode(setup: Setup): Side {
  const side = new StormSide(setup);
  return { say: async (body) => side.say(body), outcome: async () => side.outcome() };
}

before(async () => {
  proxy = await faultProxy({ c1: COMETS[0]!, c2: COMETS[1]! });
  [ann, bob] = [await user('Ann'), await user('Bob')];
  conv = Number((await post('msg.send', { to: bob.uid, client_msg_id: 'first', body: 'first' }, ann.token))['conv_id']);
  browser = await launch('--disable-features=LocalNetworkAccessChecks'); // a page that a test serves is of no place
  page = await emptyPage();
  const nodes = [...proxy.urls.values()];
  sides = [inNode({ nodes, token: ann.token, device: 'node', conv }), await inPage({ nodes: nodes.toReversed(), token: bob.token, device: 'page', conv })];
  await calm();
});
after(async () => {
  await browser?.close();
  proxy?.end();
  setImmediate(() => process.exit()); // the client in Node would stay connected
});

const outcomes = () => Promise.all(sides.map((side) => side.outcome()));
const calm = () =>
  until('both are connected', async () => {
    const found = await outcomes();
    if (found.every(({ connected }) => connected)) return true;
    throw new Error(found.map(({ connected, last }) => `${connected} ${last}`).join('; '));
  });
/** The rows of a page of history, newest first, until there are no more. */
async function kept(): Promise<(readonly [number, string])[]> {
  const rows: (readonly [number, string])[] = [];
  for (let more = true; more; ) {
    const before_seq = rows.at(-1)?.[0];
    const found = (await post('history', { conv_id: conv, limit: 200, ...(before_seq ? { before_seq } : {}) }, ann.token)) as { messages: { seq: number; body: string }[]; has_more: boolean };
    rows.push(...found.messages.map(({ seq, body }) => [seq, body] as const));
    more = found.has_more;
  }
  return rows.toReversed();
}

const said: string[] = [];
async function say(storm: number, count: number): Promise<void> {
  for (let i = 0; i < count; i++) {
    for (const [at, side] of sides.entries()) {
      const body = `${at ? 'bob' : 'ann'} ${storm} ${i} ${'x'.repeat(random(200))}`;
      said.push(body);
      await side.say(body);
    }
    await pause(random(60));
  }
}

async function storm(at: number): Promise<void> {
  const kind = KINDS[at % KINDS.length]!;
  const routes = ['c1', 'c2'].filter(() => random(4) > 0);
  const lost = async () => (await outcomes()).reduce((sum, one) => sum + one.lost, 0);
  const before = await lost();
  for (const route of routes.length > 0 ? routes : ['c1', 'c2']) await proxy.do(...kind(route, 1 + random(4000)));
  await say(at, 3);
  // Where only one comet is hurt, nobody may be on it: then the other one is, too.
  await until('somebody lost the connection', async () => (await lost()) > before, 4000).catch(() => proxy.do('reset c1', 'reset c2'));
  await say(at + 0.5, 1);
  await proxy.do('clear c1', 'clear c2');
  await calm();
}

test(`${STORMS} storms: every promise settles, nothing is lost, twice or out of its place`, async (t) => {
  for (let at = 0; at < STORMS; at++) await storm(at);
  await until('every promise is settled', async () => (await outcomes()).every(({ open }) => open === 0));
  const rows = await kept();
  await until('both have had every row', async () => (await outcomes()).every((one) => one.rows.length >= rows.length - 1));
  const found = await outcomes();
  for (const [at, { taken, failed, rows: heard, resets, lost, unsafe }] of found.entries()) {
    const mine = at ? 'bob' : 'ann';
    assert.deepEqual(failed, []);
    assert.equal(resets, 0);
    // Each row once, in order, without a gap: the numbers are those of the store.
    assert.deepEqual(heard.filter(([seq]) => seq > 1), rows.filter(([seq]) => seq > 1));
    assert.deepEqual(taken.toSorted(), said.filter((body) => body.startsWith(mine)).toSorted());
    assert.deepEqual(rows.map(([, body]) => body).filter((body) => body.startsWith(mine)), said.filter((body) => body.startsWith(mine)), 'in the order in which they were said, each once');
    t.diagnostic(`${mine}: ${taken.length} messages taken, ${lost} connections lost, requests that may be lost: ${JSON.stringify(unsafe)}`);
  }
  assert.ok(found.reduce((sum, { lost }) => sum + lost, 0) >= STORMS);
});
