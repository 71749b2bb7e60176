// Calls between network namespaces: links and addresses change under them, signalling stays (tools/im/groups/calls-ns.sh).
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchCaller } from './caller.ts';
import { open, post, until, user, type Opened, type User } from './lib.ts';

const words = (name: string) => (process.env[name] ?? '').split(' ').filter(Boolean);
const [NAMESPACES, PROGRAMS, COMETS] = [words('IM_NS'), words('IM_NS_CHROMIUM'), process.env['IM_COMETS']!.split(',')];
/** How long media may be away once there is a path. */
const BACK_MS = Number(process.env['IM_NS_BACK'] ?? 15_000);
const browsers: Browser[] = [];
const users: User[] = [];
const pages: Opened[] = [];
const ip = (at: number, ...rest: string[]) => execFileSync('ip', ['-n', NAMESPACES[at]!, ...rest]);
const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function arrive(at: number, browser: Browser): Promise<Opened> {
  users[at] = await user(`User ${at}`);
  const opened = await open(browser, users[at], { path: 'chat/call.html', comet: COMETS[at % COMETS.length]! });
  await until('connected', async () => (await opened.page.locator('.plain').count()) === 1 && (await opened.page.locator('.bar').count()) === 0);
  return (pages[at] = opened);
}

before(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'im-ns-'));
  for (const at of [0, 1]) {
    browsers.push(await launchCaller(folder, at === 0 ? 'ann' : 'bob', PROGRAMS[at]));
    await arrive(at, browsers[at]!);
  }
});
after(async () => {
  for (const browser of browsers) await browser.close();
});

type Holder = { imCall: { call: { value: { connections: RTCPeerConnection[] } | null } } };

/** Frames of each connection of a page's call; empty: there is no call. */
const frames = (page: Page) =>
  page.evaluate(async () => {
    const connections = (globalThis as unknown as Holder).imCall.call.value?.connections ?? [];
    const decoded = async (pc: RTCPeerConnection) => [...((await pc.getStats()) as unknown as Map<string, Record<string, unknown>>).values()].reduce((sum, one) => sum + Number(one['framesDecoded'] ?? 0), 0);
    return Promise.all(connections.map(decoded));
  });

const ufrags = () =>
  Promise.all(pages.slice(0, 2).map(({ page }) => page.evaluate(() => {
    const pc = (globalThis as unknown as Holder).imCall.call.value?.connections[0];
    return /^a=ice-ufrag:(\S+)/m.exec(pc?.localDescription?.sdp ?? '')?.[1] ?? '';
  })));

async function call(): Promise<void> {
  await pages[0]!.page.locator('input[name=callee]').fill(String(users[1]!.uid));
  await pages[0]!.page.locator('button[data-kind=video]').click();
  await pages[1]!.page.getByRole('button', { name: 'Accept' }).click();
  await mediaComes('media comes', 60_000);
}

/** Fifteen more frames on both sides, within this time; how long it took. */
async function mediaComes(what: string, ms: number): Promise<number> {
  const begin = Date.now();
  const first = await Promise.all([0, 1].map(async (at) => (await frames(pages[at]!.page))[0] ?? 0));
  const came = async (at: number) => ((await frames(pages[at]!.page))[0] ?? 0) >= first[at]! + 15;
  await until(what, async () => (await came(0)) && (await came(1)), ms);
  return Date.now() - begin;
}

/** No frame came in for a while: the path is really gone. */
async function mediaStops(): Promise<void> {
  await until('media stops', async () => {
    const before = await frames(pages[1]!.page);
    await wait(1500);
    return (await frames(pages[1]!.page))[0] === before[0];
  });
}

async function over(): Promise<void> {
  for (const { page } of pages.slice(0, 2)) await until('the call is over', async () => (await page.locator('.call').count()) === 0, 120_000);
}

async function hangUp(): Promise<void> {
  await pages[0]!.page.getByRole('button', { name: 'Hang up' }).click();
  await over();
}

/** Why the last call of the two ended. */
async function reason(): Promise<string> {
  const { conv_id } = await post('conv.open', { to: users[1]!.uid }, users[0]!.token);
  const page = (await post('history', { conv_id }, users[0]!.token)) as { messages: { type: string; body: string; seq: number }[] };
  const last = page.messages.filter(({ type }) => type === 'call').sort((a, b) => b.seq - a.seq)[0];
  return String((JSON.parse(last?.body ?? '{}') as { reason?: string }).reason);
}

test('the address of one side changes: a restart with new credentials, and media is back', async (context) => {
  await call();
  const before = await ufrags();
  ip(0, 'address', 'delete', '10.77.0.1/24', 'dev', 'eth0');
  ip(0, 'address', 'add', '10.77.0.101/24', 'dev', 'eth0');
  context.after(() => ip(0, 'address', 'replace', '10.77.0.1/24', 'dev', 'eth0'));
  const took = await mediaComes('media is back', BACK_MS);
  context.diagnostic(`media was back ${took} ms after the change`);
  const now = await ufrags();
  assert.ok(now[0] !== before[0] && now[1] !== before[1], `new credentials: ${before.join()} and ${now.join()}`);
  await hangUp();
});

test('a link is down for 8 s: media is back, and it is the same call', async (context) => {
  await call();
  ip(0, 'link', 'set', 'eth0', 'down');
  context.after(() => ip(0, 'link', 'set', 'eth0', 'up'));
  const end = Date.now() + 8000;
  await mediaStops();
  await wait(Math.max(0, end - Date.now()));
  ip(0, 'link', 'set', 'eth0', 'up');
  const took = await mediaComes('media is back', BACK_MS);
  context.diagnostic(`media was back ${took} ms after the link`);
  await hangUp();
  assert.equal(await until('the call is in the conversation', reason), 'hangup');
});

test('a link is down for 60 s: the call ends on both sides, ice_timeout', async (context) => {
  await call();
  const begin = Date.now();
  ip(0, 'link', 'set', 'eth0', 'down');
  context.after(() => ip(0, 'link', 'set', 'eth0', 'up'));
  await over();
  context.diagnostic(`it ended after ${Date.now() - begin} ms`);
  await until('ice_timeout', async () => (await reason()) === 'ice_timeout');
});

/** The longest times, in ms, on one of the connections that were there when it began. */
interface Watched {
  /** Without a frame that was decoded. */
  stall: number;
  /** Without a packet of a picture: the other side sent none, or they were lost. */
  silent: number;
  /** Without a look of the page itself: its machine had no time for it. */
  blind: number;
  /** What became of those connections. */
  states: string[];
}

/** From here on the page looks at the connections that it has now. */
const watch = (page: Page) =>
  page.evaluate(() => {
    const holder = globalThis as unknown as Holder & { imWatched: Watched };
    const connections = [...holder.imCall.call.value!.connections];
    const watched: Watched = (holder.imWatched = { stall: 0, silent: 0, blind: 0, states: [] });
    const seen = connections.map(() => ({ frames: { count: 0, at: performance.now() }, packets: { count: 0, at: performance.now() } }));
    for (const pc of connections) pc.addEventListener('connectionstatechange', () => watched.states.push(pc.connectionState));
    const since = (count: number, last: { count: number; at: number }) => {
      const gap = performance.now() - last.at;
      if (count > last.count) Object.assign(last, { count, at: performance.now() });
      return gap;
    };
    const look = async (pc: RTCPeerConnection, last: (typeof seen)[number]) => {
      const stats = [...((await pc.getStats()) as unknown as Map<string, Record<string, unknown>>).values()].filter((one) => one['type'] === 'inbound-rtp' && one['kind'] === 'video');
      const sum = (name: string) => stats.reduce((total, one) => total + Number(one[name] ?? 0), 0);
      watched.stall = Math.max(watched.stall, since(sum('framesDecoded'), last.frames));
      watched.silent = Math.max(watched.silent, since(sum('packetsReceived'), last.packets));
    };
    let looked = performance.now();
    setInterval(() => {
      watched.blind = Math.max(watched.blind, performance.now() - looked);
      looked = performance.now();
      connections.forEach((pc, i) => void look(pc, seen[i]!));
    }, 200);
  });

/** What was seen; and from here on anew. */
const watched = (page: Page) =>
  page.evaluate(() => {
    const now = (globalThis as unknown as { imWatched: Watched }).imWatched;
    const seen = { ...now };
    now.stall = now.silent = now.blind = 0;
    return seen;
  });

async function enter(page: Page, number: string): Promise<void> {
  await page.locator('input[name=meeting]').fill(number);
  await page.getByRole('button', { name: 'Join the meeting' }).click();
}

/** Everybody of the meeting decodes all others. */
async function mesh(size: number): Promise<void> {
  for (const { page } of pages.slice(0, size)) {
    await until(`${size - 1} pictures`, async () => {
      const all = await frames(page);
      return all.length === size - 1 && all.every((count) => count > 15);
    });
  }
}

const times = (all: readonly Watched[]) => all.map(({ stall, silent, blind }) => `${Math.round(stall)} (${Math.round(silent)}, ${Math.round(blind)})`).join(', ');

/** Ten seconds of what goes on in any case. */
async function control(): Promise<string> {
  await Promise.all(three().map(watched));
  await wait(10_000);
  return times(await Promise.all(three().map(watched)));
}

/** With the two that are there. */
async function others(...places: readonly number[]): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'im-ns-'));
  for (const at of places) {
    if (pages[at]) continue;
    browsers.push(await launchCaller(folder, 'ann', PROGRAMS[at]));
    await arrive(at, browsers.at(-1)!);
  }
}

const three = () => pages.slice(0, 3).map(({ page }) => page);

/** How many pictures each of the three has. */
const shown = async () => (await Promise.all(three().map((page) => page.locator('.tiles video').count()))).join();

test('one of a meeting of three is given up and comes back: it is shown no more, then it is seen by both and sees both', async (context) => {
  await others(2);
  const number = String(100_000_000 + Math.floor(Math.random() * 899_999_999));
  for (const page of three()) await enter(page, number);
  await mesh(3);
  await until('everybody is shown', async () => (await shown()) === '2,2,2');
  ip(0, 'link', 'set', 'eth0', 'down');
  context.after(() => ip(0, 'link', 'set', 'eth0', 'up'));
  await until('it is given up', async () => (await shown()) === '0,1,1', 120_000);
  for (const page of three()) assert.equal(await page.locator('.call').count(), 1, 'everybody is in the call');
  const before = await Promise.all(three().map(frames));
  assert.deepEqual(before.map(({ length }) => length), [0, 1, 1], 'its connections are closed');
  for (const at of [1, 2]) await until('the two go on', async () => (await frames(pages[at]!.page))[0]! > before[at]![0]! + 15);
  ip(0, 'link', 'set', 'eth0', 'up');
  const begin = Date.now();
  await until('it is back', async () => (await shown()) === '2,2,2', 120_000);
  context.diagnostic(`shown again ${Date.now() - begin} ms after the link`);
  await mesh(3);
  for (const page of three()) await page.getByRole('button', { name: 'Hang up' }).click();
});

test('a meeting of three becomes four, the fifth is told that it is full: no connection is lost', async (context) => {
  await others(2, 3);
  const number = String(100_000_000 + Math.floor(Math.random() * 899_999_999));
  for (const { page } of pages.slice(0, 3)) await enter(page, number);
  await mesh(3);
  for (const page of three()) await watch(page);
  const quiet = await control();
  await enter(pages[3]!.page, number);
  await mesh(4);
  const came = await Promise.all(three().map(watched));
  const four = await control();
  const fifth = await arrive(4, browsers[0]!);
  await enter(fifth.page, number);
  await until('the fifth is told', () => fifth.page.getByText('The meeting is full').isVisible());
  const before = await Promise.all(pages.slice(0, 4).map(({ page }) => frames(page)));
  for (const [at, { page }] of pages.slice(0, 4).entries()) {
    await until('everybody goes on', async () => (await frames(page)).every((count, i) => count > before[at]![i]! + 10));
  }
  const all = await Promise.all(three().map(watched));
  context.diagnostic('the longest time without a frame (without a packet, without a look of the page), in ms, at each of the three');
  context.diagnostic(`  while a fourth came: ${times(came)}`);
  context.diagnostic(`  control, ten seconds of three: ${quiet}; of four: ${four}`);
  assert.deepEqual(all.map(({ states }) => states), [[], [], []], 'no connection of the three was ever anything but connected');
});
