// Pages that stand for the seed's own, in a real Chromium on two comets: the chat page, over WebSocket and with WebSocket taken away, and
// the room demo with web/compat/socket.io.js in the place of Socket.IO's script.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { BASE, launch, until } from './lib.ts';

const PORTS = (process.env['IM_WEBIM'] ?? '').split(',');
const file = (name: string) => readFileSync(new URL(name, import.meta.url), 'utf8');
const FILES = new Map(['chat.html', 'chat.js', 'room.html', 'room.js'].map((name) => [name, file(`old/${name}`)]));
FILES.set('socket.io.js', file('../compat/socket.io.js'));
const PNG = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');

let browser: Browser;
const opened: BrowserContext[] = [];

/** A page of its own on the public port's origin, whose config.js names this comet; `sockets`: false takes WebSocket away. */
async function open(name: string, comet: number, sockets = true): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext();
  opened.push(context);
  const port = PORTS[comet % PORTS.length];
  const config = `var webim = { server: 'ws://127.0.0.1:${port}/', rooms: 'http://127.0.0.1:${port}' };`;
  const type = (path: string) => (path.endsWith('.js') ? 'text/javascript' : 'text/html; charset=utf-8');
  await context.route(/\/(chat|room)\.(html|js)$|\/socket\.io\.js$|\/config\.js$/, (route) => {
    const path = new URL(route.request().url()).pathname.slice(1);
    return route.fulfill({ contentType: type(path), body: path === 'config.js' ? config : FILES.get(path)! });
  });
  if (!sockets) await context.addInitScript(() => Reflect.deleteProperty(window, 'WebSocket'));
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(`${BASE}/${name}.html`);
  return { page, complaints };
}

async function enter(page: Page, name: string): Promise<string> {
  await page.locator('#name').fill(name);
  await page.locator('#login button').click();
  return until(`${name} is in`, () => page.evaluate('state.fd === null ? null : String(state.fd)')) as Promise<string>;
}
async function say(page: Page, text: string, to = ''): Promise<void> {
  await page.waitForTimeout(300); // sooner than webim.message_gap, 200 ms here, is error 104
  await page.locator('#text').fill(text);
  await page.locator('#to').fill(to);
  await page.locator('#say button').click();
}
const sees = (page: Page, kind: string, text: string) => until(`"${text}" is shown`, async () => (await page.locator(`p.${kind}:not(.mine) span`).allTextContents()).includes(text));
const lists = (page: Page, fd: string) => page.locator(`#people [data-fd="${fd}"]`).count();

before(async () => {
  browser = await launch(
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream',
    '--allow-loopback-in-peer-connection',
    '--disable-features=WebRtcHideLocalIpsWithMdns,LocalNetworkAccessChecks,LocalNetworkAccessChecksWebRTC',
  );
});
after(async () => {
  for (const context of opened) await context.close().catch(() => undefined);
  await browser?.close();
});

test('two chat pages, one without WebSocket: login, list, lobby, private, picture, refresh, leave', async () => {
  const ann = await open('chat', 0);
  const bob = await open('chat', 1, false);
  const annFd = await enter(ann.page, 'Ann');
  const bobFd = await enter(bob.page, 'Bob');
  assert.equal(await ann.page.evaluate('state.transport'), 'websocket');
  assert.equal(await bob.page.evaluate('state.transport'), 'poll');
  assert.match(bobFd, /^[0-9a-f]{32}$/);
  await sees(ann.page, 'system', 'Bob上线了');
  await until('each lists the other', async () => (await lists(ann.page, bobFd)) === 1 && (await lists(bob.page, annFd)) === 1);

  await say(ann.page, 'hello to all');
  await sees(bob.page, 'lobby', 'hello\u00a0to all');
  await say(bob.page, 'and #3# back');
  await sees(ann.page, 'lobby', 'and\u00a03 back');
  await say(ann.page, 'psst', bobFd);
  await sees(bob.page, 'private', 'psst');
  await say(bob.page, 'yes?', annFd);
  await sees(ann.page, 'private', 'yes?');

  await ann.page.locator('#picture').setInputFiles({ name: 'a.png', mimeType: 'image/png', buffer: PNG });
  await say(ann.page, '');
  const picture = bob.page.locator('p.lobby:not(.mine) img');
  await until('the picture is drawn', () => picture.evaluate((image: HTMLImageElement) => image.naturalWidth === 1));
  assert.match(String(await picture.getAttribute('src')), /^\/upload\/[0-9a-f]{32}\.(jpg|png)$/);

  await ann.page.reload();
  await sees(bob.page, 'system', 'Ann下线了');
  const again = await enter(ann.page, 'Ann');
  assert.notEqual(again, annFd);
  await sees(ann.page, 'history', 'and\u00a03 back');
  await until('the history has the picture', async () => (await ann.page.locator('p.history img').count()) > 0);
  assert.equal((await ann.page.locator('p.history span').allTextContents()).includes('psst'), false, 'private words are in the history');

  await ann.page.evaluate('leave()');
  await until('Bob lists Ann no more', async () => (await lists(bob.page, again)) === 0 && (await lists(bob.page, annFd)) === 0);
  assert.deepEqual([...ann.complaints, ...bob.complaints], []);
});

interface Said { event: string; from?: string; to?: string; id?: string }
const log = (page: Page) => page.evaluate('log') as Promise<Said[]>;
const count = async (page: Page, event: string) => (await log(page)).filter((said) => said.event === event).length;

test('three pages in one room exchange offers, answers and candidates, and see each other; who is outside reaches nobody', async () => {
  const inside = [];
  for (const comet of [0, 1, 0]) {
    const one = await open('room', comet);
    await until('connected', () => one.page.evaluate('socket.id'));
    await one.page.evaluate('join("demo")');
    await until('in the room', async () => (await count(one.page, 'created')) === 1);
    inside.push(one);
  }
  for (const { page } of inside) {
    await until('two others are seen', async () => {
      const frames = (await page.evaluate('frames_of()')) as number[];
      return frames.length === 2 && frames.every((shown) => shown > 5);
    });
    assert.ok((await count(page, 'candidate')) > 0);
    assert.equal(await count(page, 'failed'), 0, JSON.stringify(await log(page)));
  }
  const [first, second, third] = inside.map(({ page }) => page) as [Page, Page, Page];
  assert.deepEqual([await count(first, 'offer'), await count(first, 'answer')], [2, 0], 'the newcomer makes the offers');
  assert.deepEqual([await count(third, 'offer'), await count(third, 'answer')], [0, 2]);

  const outside = await open('room', 1);
  const [from, to] = [await second.evaluate('socket.id'), await first.evaluate('socket.id')];
  await until('connected', () => outside.page.evaluate('socket.id'));
  await outside.page.evaluate(`join("elsewhere"); socket.emit("offer", { from: "${from}", to: "${to}", room: "demo", sdp: "evil" }); socket.emit("exit", { from: "${from}", room: "demo" });`);
  await until('all of it was dealt with', async () => (await count(outside.page, 'created')) === 1);
  await outside.page.evaluate('socket.emit("createAndJoinRoom", { room: "fence" })');
  await until('the fence', async () => (await count(outside.page, 'created')) === 2);

  await second.evaluate('leave()');
  await until('the room hears of it', async () => (await count(first, 'exit')) === 1 && (await count(third, 'exit')) === 1);
  await third.close();
  await until('and of one that is closed', async () => (await count(first, 'exit')) === 2);
  assert.deepEqual([await count(first, 'offer'), await count(outside.page, 'exit')], [2, 0]);
  assert.deepEqual(inside.flatMap(({ complaints }) => complaints), []);
});
