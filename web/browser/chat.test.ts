// Two pages on two comets in a real Chromium: talk, marks, a comet that dies, a network that goes, text that would be code.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launch, open, post, until, user, type Opened, type User } from './lib.ts';

const COMETS = (process.env['IM_COMETS'] ?? '').split(',');
const IM = process.env['IM_SCRIPT'] ?? '';
let browser: Browser;
let ann: User;
let bob: User;
let a: Opened;
let b: Opened;

const im = (...words: string[]) => execFileSync(IM, words, { stdio: 'ignore', timeout: 60_000 });
const lines = (page: Page) => page.locator('.message .text').allTextContents(); // innerText is empty where nothing is drawn
const entry = (page: Page, name: string) => page.locator('.entry', { hasText: name });
async function say(page: Page, text: string): Promise<void> {
  await page.locator('.write textarea').fill(text);
  await page.keyboard.press('Enter');
}
const sees = (page: Page, text: string) => until(`"${text}" is shown`, async () => (await lines(page)).includes(text));
const settled = (page: Page) => until('everything is sent', async () => (await page.locator('.message.queued, .message.failed').count()) === 0);

before(async () => {
  browser = await launch();
  ann = await user('Ann');
  bob = await user('Bob');
  await post('msg.send', { to: ann.uid, client_msg_id: 'first', body: 'hello Ann' }, bob.token);
  a = await open(browser, ann, { comet: COMETS[0]! });
  b = await open(browser, bob, { comet: COMETS[1]! });
  await entry(a.page, 'Bob').click();
  await entry(b.page, 'Ann').click();
});
after(async () => {
  await browser?.close();
});

test('a message goes over and comes back, with marks', async () => {
  await sees(a.page, 'hello Ann');
  await say(a.page, 'hello Bob');
  await sees(b.page, 'hello Bob');
  await until('Ann sees that it was read', () => a.page.locator('.message.mine .state.is-read').last().isVisible());
});

test('typing is shown, and goes', async () => {
  await b.page.locator('.write textarea').pressSequentially('hm');
  await until('Bob types', async () => (await a.page.locator('.top-name p').innerText()).includes('Bob'));
  await b.page.locator('.write textarea').fill('');
  await until('it goes', async () => !(await a.page.locator('.top-name p').innerText()).includes('Bob'));
});

test('edit, reaction, reply and recall reach the other side', async () => {
  await say(a.page, 'a mistkae');
  await sees(b.page, 'a mistkae');
  await settled(a.page);
  await a.page.locator('.write textarea').press('ArrowUp');
  await a.page.locator('.write textarea').fill('a mistake');
  await a.page.keyboard.press('Enter');
  await sees(b.page, 'a mistake');
  const row = b.page.locator('.message', { hasText: 'a mistake' });
  await row.hover();
  await row.getByRole('button', { name: 'React', exact: true }).click();
  await row.getByRole('button', { name: 'React 👍' }).click();
  await until('Ann sees the reaction', () => a.page.locator('.reaction', { hasText: '👍' }).isVisible());
  await row.hover();
  await row.getByRole('button', { name: 'Reply' }).click();
  await say(b.page, 'no problem');
  await until('the quote is there', () => a.page.locator('.message', { hasText: 'no problem' }).locator('blockquote').isVisible());
  const mine = a.page.locator('.message', { hasText: 'a mistake' }).first();
  await mine.hover();
  await mine.getByRole('button', { name: 'Recall' }).click();
  await sees(b.page, 'Message recalled');
});

test('what is typed right after arrow up stays, and what is typed after Enter is a new message', async () => {
  await say(a.page, 'soon changed');
  await sees(b.page, 'soon changed');
  await settled(a.page);
  const typed = await a.page.evaluate(async () => {
    const field = document.querySelector<HTMLTextAreaElement>('.write textarea')!;
    const press = (key: string) => field.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
    const moment = () => new Promise((resolve) => setTimeout(resolve, 0)); // before a frame is drawn
    const frames = () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    press('ArrowUp');
    await moment();
    field.value = 'changed';
    await frames();
    const kept = field.value;
    press('Enter');
    await moment();
    field.value = 'the next one';
    return kept;
  });
  assert.equal(typed, 'changed');
  await sees(b.page, 'changed');
  assert.equal(await a.page.locator('.write textarea').inputValue(), 'the next one');
  await a.page.locator('.write textarea').press('Enter');
  await sees(b.page, 'the next one');
});

test('unread counts on another conversation, and search finds', async () => {
  const eve = await user('Eve');
  await post('msg.send', { to: ann.uid, client_msg_id: 'e1', body: 'the needle in it' }, eve.token);
  await until('one unread', async () => (await entry(a.page, 'Eve').locator('.badge').innerText()) === '1');
  await a.page.locator('.search').fill('needle');
  await until('found', () => entry(a.page, 'Eve').locator('.entry-last', { hasText: 'needle' }).isVisible());
  await a.page.locator('.search').fill('');
});

test('history comes page by page', async () => {
  const old = await user('Old');
  for (let i = 0; i < 130; i++) await post('msg.send', { to: ann.uid, client_msg_id: `h${i}`, body: `line ${i}` }, old.token);
  await entry(a.page, 'Old').click();
  await sees(a.page, 'line 129');
  const seen = new Set<string>();
  await until('the first line', async () => {
    await a.page.locator('.messages').evaluate((element) => (element.scrollTop = Math.max(0, element.scrollTop - 600)));
    for (const line of (await lines(a.page)).reverse()) seen.add(line);
    return seen.has('line 0');
  });
  assert.deepEqual([...seen], Array.from({ length: 130 }, (_, i) => `line ${129 - i}`)); // each once, in order, without a gap
  await entry(a.page, 'Bob').click();
});

test('offline and back: nothing is lost, nothing twice', async () => {
  await a.context.setOffline(true);
  for (let i = 0; i < 5; i++) await say(a.page, `from afar ${i}`);
  await post('msg.send', { to: ann.uid, client_msg_id: 'away', body: 'while you were away' }, bob.token);
  await a.context.setOffline(false);
  await settled(a.page);
  await sees(a.page, 'while you were away');
  await until('Bob has all', async () => (await lines(b.page)).filter((text) => text.startsWith('from afar')).length === 5);
  assert.deepEqual((await lines(b.page)).filter((text) => text.startsWith('from afar')), [0, 1, 2, 3, 4].map((i) => `from afar ${i}`));
});

test('a comet dies while Ann types', async () => {
  await a.page.locator('.write textarea').pressSequentially('before the cr');
  im('kill', 'comet-1');
  await a.page.locator('.write textarea').pressSequentially('ash');
  await a.page.keyboard.press('Enter');
  await until('the bar says so', () => a.page.locator('.bar').isVisible());
  await say(b.page, 'are you there?');
  im('start', 'comet-1');
  await sees(b.page, 'before the crash');
  await sees(a.page, 'are you there?');
  await settled(a.page);
  assert.equal((await lines(b.page)).filter((text) => text === 'before the crash').length, 1);
  await until('the bar goes', async () => (await a.page.locator('.bar').count()) === 0);
});

test('a second window takes over, and gives back', async () => {
  const second = await a.context.newPage();
  await second.goto(`${new URL(a.page.url()).origin}/chat/#uid=${ann.uid}&token=${ann.token}`);
  await entry(second, 'Bob').waitFor();
  await a.page.getByRole('button', { name: 'Use here' }).click();
  await until('the second says so', () => second.getByRole('button', { name: 'Use here' }).isVisible());
  await second.close();
});

test('the pages complained of nothing', () => {
  assert.deepEqual([...a.complaints, ...b.complaints], []);
});
