// The examples of the client package run as they stand: a bot and a push client in Node, a plain page in Chromium. IM_API is the push port.
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { BASE, launch, post, until, user } from './lib.ts';

const folder = new URL('../packages/client/', import.meta.url);
const running: ChildProcess[] = [];
after(() => running.forEach((one) => one.kill()));

function example(name: string, env: Record<string, string>): { out: () => string; program: ChildProcess } {
  const program = spawn(process.execPath, [fileURLToPath(new URL(`examples/${name}`, folder))], { env: { ...process.env, IM_BASE: BASE, ...env }, stdio: ['ignore', 'pipe', 'inherit'] });
  running.push(program);
  let out = '';
  program.stdout!.on('data', (bytes) => (out += String(bytes)));
  return { out: () => out, program };
}
const bodies = async (conv_id: unknown, token: string) => ((await post('history', { conv_id }, token)) as { messages: { body: string }[] }).messages.map(({ body }) => body);

test('bot.mjs answers, and ends by itself when it is told to', async () => {
  const login = `robot-${process.pid}-${Date.now()}`;
  const bot = example('bot.mjs', { IM_LOGIN: login, IM_PASSWORD: 'correct horse' });
  const uid = await until('it listens', () => /user (\d+) listens/.exec(bot.out())?.[1]);
  const ann = await user('Ann');
  const { conv_id } = await post('msg.send', { to: Number(uid), client_msg_id: '1', body: 'hello' }, ann.token);
  await until('it answers', async () => (await bodies(conv_id, ann.token)).includes('You said: hello'));
  bot.program.kill('SIGINT');
  await until('it ends', () => bot.program.exitCode === 0);
});

test('push.mjs hears what is pushed to its room', async () => {
  const { uid, token } = await user('Listener');
  const room = `live://${uid}`;
  const listener = example('push.mjs', { IM_MID: String(uid), IM_ROOM: room, IM_TOKEN: token });
  await until('it is connected', () => listener.out().includes('connected'));
  await fetch(`${process.env['IM_API']!}/goim/push/room?operation=1000&type=live&room=${uid}`, { method: 'POST', body: 'to the room' });
  await until('it hears', () => listener.out().includes('1000 to the room'));
});

test('page.html talks in a browser, without a build', async () => {
  const browser = await launch('--disable-features=LocalNetworkAccessChecks'); // a page that a test serves is of no place
  after(() => browser.close());
  const ann = await user('Ann');
  const page = await (await browser.newContext()).newPage();
  await page.route(`${BASE}/example/**`, (route) => {
    const name = new URL(route.request().url()).pathname.slice('/example/'.length);
    const file = name === 'page.html' ? new URL(`examples/${name}`, folder) : new URL(`dist/${name.replace(/^client\//, '')}`, folder);
    return route.fulfill({ contentType: name.endsWith('.js') ? 'text/javascript' : 'text/html', body: readFileSync(file, 'utf8') });
  });
  await page.goto(`${BASE}/example/page.html?base=${BASE}&to=${ann.uid}`);
  await until('it is connected', async () => (await page.locator('#state').innerText()) === 'connected');
  await page.locator('input').fill('from a plain page');
  await page.keyboard.press('Enter');
  await page.locator('li', { hasText: 'from a plain page' }).waitFor();
  const { conversations } = (await post('sync.all', {}, ann.token)) as { conversations: { conv_id: number; last: { body: string } }[] };
  assert.deepEqual(conversations.map(({ last }) => last.body), ['from a plain page']);
  await post('msg.send', { conv_id: conversations[0]!.conv_id, client_msg_id: 'back', body: 'and back' }, ann.token);
  await page.locator('li', { hasText: 'and back' }).waitFor();
});
