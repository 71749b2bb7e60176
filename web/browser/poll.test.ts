// A network that lets no WebSocket through: a proxy that cuts every upgrade. The page goes by long-poll, and back when it may.
import assert from 'node:assert/strict';
import { createServer, connect, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launch, open, post, until, user, type Opened, type User } from './lib.ts';

const COMETS = (process.env['IM_COMETS'] ?? '').split(',');
const target = new URL(COMETS[0]!);
const seen = { upgrades: 0, polls: 0 };
const sockets = new Set<Socket>();
const proxy = createServer((client) => {
  sockets.add(client);
  client.on('close', () => sockets.delete(client)).on('error', () => undefined);
  client.once('data', (head: Buffer) => {
    if (/upgrade: websocket/i.test(head.toString('latin1'))) {
      seen.upgrades += 1;
      return client.destroy();
    }
    seen.polls += 1;
    const server = connect(Number(target.port), target.hostname);
    server.on('error', () => client.destroy()).on('close', () => client.destroy());
    client.on('close', () => server.destroy());
    server.write(head);
    client.pipe(server).pipe(client);
  });
});
let browser: Browser;
let ann: User;
let bob: User;
let a: Opened;
let b: Opened;
const lines = (page: Page) => page.locator('.message .text').allTextContents();
async function say(page: Page, text: string): Promise<void> {
  await page.locator('.write textarea').fill(text);
  await page.keyboard.press('Enter');
}
const sees = (page: Page, text: string) => until(`"${text}" is shown`, async () => (await lines(page)).includes(text));

before(async () => {
  await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
  browser = await launch();
  [ann, bob] = [await user('Ann'), await user('Bob')];
  await post('msg.send', { to: ann.uid, client_msg_id: 'first', body: 'hello Ann' }, bob.token);
  const { port } = proxy.address() as { port: number };
  a = await open(browser, ann, { comet: `ws://127.0.0.1:${port}/sub` });
  b = await open(browser, bob, { comet: COMETS[1]! });
});
after(async () => {
  await browser?.close();
  for (const socket of sockets) socket.destroy();
  proxy.close();
});

test('the page connects without a WebSocket, and chats both ways', async () => {
  await a.page.locator('.entry', { hasText: 'Bob' }).click();
  await b.page.locator('.entry', { hasText: 'Ann' }).click();
  await sees(a.page, 'hello Ann');
  assert.ok(seen.upgrades >= 2 && seen.polls > 0, JSON.stringify(seen));
  for (let i = 0; i < 10; i++) {
    await say(a.page, `up ${i}`);
    await say(b.page, `down ${i}`);
  }
  await sees(b.page, 'up 9');
  await sees(a.page, 'down 9');
  for (const [page, word] of [[a.page, 'down'], [b.page, 'up']] as const)
    assert.deepEqual((await lines(page)).filter((text) => text.startsWith(word)), Array.from({ length: 10 }, (_, i) => `${word} ${i}`));
  await until('Bob types', async () => {
    await b.page.locator('.write textarea').pressSequentially('h'); // at most one event in three seconds
    return (await a.page.locator('.top-name p').innerText()).includes('Bob');
  });
  await b.page.locator('.write textarea').fill('');
});

test('a cut of all its requests loses nothing', async () => {
  for (const socket of sockets) socket.destroy();
  await say(a.page, 'after the cut');
  await say(b.page, 'to the one that was cut');
  await sees(b.page, 'after the cut');
  await sees(a.page, 'to the one that was cut');
  assert.equal((await lines(b.page)).filter((text) => text === 'after the cut').length, 1);
});

test('a session that is taken over is told so', async () => {
  const other = await open(browser, ann, { comet: COMETS[1]! });
  await until('it says so', () => a.page.getByRole('button', { name: 'Use here' }).isVisible());
  await other.context.close();
  assert.deepEqual([...a.complaints, ...b.complaints], []);
});
