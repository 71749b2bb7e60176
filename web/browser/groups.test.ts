// Groups, mentions, contacts with live presence, the lobby, two devices of one user, and search, in the page.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launch, open, post, until, user, type Opened, type User } from './lib.ts';

const COMETS = (process.env['IM_COMETS'] ?? '').split(',');
const HELLO = `hello <everybody> & all ${Date.now()}`;
let browser: Browser;
let ann: User;
let bob: User;
let eve: User;
let a: Opened;
let b: Opened;
let e: Opened;

const entry = (page: Page, name: string) => page.locator('.sidebar .entry', { hasText: name });
const tab = (page: Page, name: string) => page.locator('.tab', { hasText: name }).click();
const said = (page: Page, text: string) => page.locator('.message .text', { hasText: text }).waitFor();
const system = (page: Page, text: string) => page.locator('.system', { hasText: text }).waitFor();
async function say(page: Page, text: string): Promise<void> {
  await page.locator('.write textarea').fill(text);
  await page.keyboard.press('Enter');
}
async function about(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'More', exact: true }).click();
  await page.getByRole('button', { name: 'About the group' }).click();
  await page.locator('dialog[open] .members li').first().waitFor();
}
/** What cannot be taken back is asked once more. By its name: the dialog that holds it would be taken until it is open. */
const sure = (page: Page, button: string) => page.getByRole('dialog', { name: 'Are you sure?' }).getByRole('button', { name: button }).click();
const member = (page: Page, name: string) => page.locator('dialog[open] .members li', { has: page.locator('.entry-name', { hasText: name }) });
async function manage(page: Page, name: string, action: string): Promise<void> {
  await member(page, name).locator('summary').click();
  await member(page, name).getByRole('button', { name: action }).click();
}

before(async () => {
  browser = await launch();
  [ann, bob, eve] = [await user('Ann'), await user('Bob'), await user('Eve')];
  a = await open(browser, ann, { comet: COMETS[0]! });
  b = await open(browser, bob, { comet: COMETS[1]! });
  e = await open(browser, eve, { comet: COMETS[0]! });
});
after(() => browser?.close());

test('the empty page says what to do', async () => {
  await a.page.locator('.sidebar .empty', { hasText: 'No conversations yet' }).waitFor();
  await a.page.locator('.nothing .empty').waitFor();
});

test('a group is made, talked in, and joined by somebody whom an admin lets in', async () => {
  await a.page.getByRole('button', { name: 'New chat' }).click();
  await a.page.locator('dialog').getByRole('button', { name: 'New group' }).click();
  await a.page.getByLabel('Group name').fill('The team');
  await a.page.getByLabel(/^Members/).fill(`nobody-here, ${bob.login}`);
  await a.page.getByRole('button', { name: 'Create' }).click();
  await a.page.locator('dialog .error', { hasText: 'nobody-here' }).waitFor();
  await a.page.getByLabel(/^Members/).fill(bob.login);
  await a.page.getByRole('button', { name: 'Create' }).click();
  await say(a.page, 'welcome');
  await entry(b.page, 'The team').click();
  await said(b.page, 'welcome');
  await system(b.page, 'Ann created the group');
  await about(a.page);
  const id = /(\d+)/.exec(await a.page.locator('dialog[open] p.muted').innerText())![1]!;
  await a.page.keyboard.press('Escape');
  await e.page.getByRole('button', { name: 'New chat' }).click();
  await e.page.locator('dialog').getByRole('button', { name: 'Join a group' }).click();
  await e.page.getByLabel('Group number').fill(id);
  await e.page.getByRole('button', { name: 'Join', exact: true }).click();
  await e.page.locator('dialog .note', { hasText: 'Asked' }).waitFor();
  await e.page.keyboard.press('Escape');
  await a.page.getByRole('button', { name: 'Wants to join' }).click();
  await member(a.page, 'Eve').getByRole('button', { name: 'Accept' }).click();
  await until('three members', async () => (await a.page.locator('dialog[open] .members').last().locator('li').count()) === 3);
  await a.page.keyboard.press('Escape');
  await entry(e.page, 'The team').click();
  await system(e.page, 'Eve joined');
});

test('a member is named with @, and sees that it is meant', async () => {
  const field = a.page.locator('.write textarea');
  await field.fill('');
  await field.pressSequentially('look, @bo');
  await a.page.getByRole('option', { name: 'Bob' }).waitFor();
  await a.page.keyboard.press('Enter');
  await field.pressSequentially('is here');
  await a.page.keyboard.press('Enter');
  await b.page.locator('.message.mentioned', { hasText: 'look, @Bob is here' }).waitFor();
  await said(e.page, 'look, @Bob is here');
  assert.equal(await e.page.locator('.message.mentioned').count(), 0);
});

test('who is muted cannot write, and can again', async () => {
  await about(a.page);
  await manage(a.page, 'Eve', 'May not write');
  await member(a.page, 'may not write').waitFor();
  await say(e.page, 'am I heard?');
  await e.page.locator('.message.failed', { hasText: 'am I heard?' }).waitFor();
  await manage(a.page, 'Eve', 'May write again');
  await until('not muted', async () => (await member(a.page, 'may not write').count()) === 0);
  await e.page.locator('.message.failed').getByRole('button', { name: 'Retry' }).click();
  await said(b.page, 'am I heard?');
  await a.page.keyboard.press('Escape');
});

test('roles, name, announcement, removal, transfer and leaving', async () => {
  await about(a.page);
  await manage(a.page, 'Bob', 'Make admin');
  await member(a.page, 'admin').waitFor();
  await a.page.getByLabel('Group name').fill('The crew');
  await a.page.getByRole('button', { name: 'Save' }).first().click();
  await entry(b.page, 'The crew').waitFor();
  await a.page.getByLabel('Announcement').fill('Friday off');
  await a.page.getByRole('button', { name: 'Save' }).last().click();
  await a.page.locator('dialog[open] .note', { hasText: 'Friday off' }).waitFor();
  await a.page.keyboard.press('Escape');
  await about(b.page);
  assert.equal(await member(b.page, 'Ann').locator('summary').count(), 0, 'an admin is not above the owner');
  await manage(b.page, 'Eve', 'Remove Eve');
  await until('two members', async () => (await b.page.locator('dialog[open] .members li').count()) === 2);
  await b.page.keyboard.press('Escape');
  await system(a.page, 'Bob removed Eve');
  await about(a.page);
  await manage(a.page, 'Bob', 'Make owner');
  await member(a.page, 'owner').filter({ hasText: 'Bob' }).waitFor();
  await a.page.getByRole('button', { name: 'Leave the group' }).click();
  await sure(a.page, 'Leave the group');
  await until('it is gone from the list', async () => (await entry(a.page, 'The crew').count()) === 0);
  await system(b.page, 'Ann left');
  await about(b.page);
  await b.page.getByRole('button', { name: 'Close the group for everybody' }).click();
  await sure(b.page, 'Close the group for everybody');
  await until('closed', async () => (await entry(b.page, 'The crew').count()) === 0);
});

test('contacts ask, accept, and see each other come and go', async () => {
  await tab(a.page, 'People');
  await a.page.locator('.people-pane .empty').waitFor();
  await a.page.getByLabel('Add a contact').fill(bob.login);
  await a.page.locator('.people-pane').getByRole('button', { name: 'Add' }).click();
  await a.page.locator('.known', { hasText: 'asked, no answer yet' }).waitFor();
  await until('Bob is told', async () => (await b.page.locator('.tab .badge').allTextContents()).includes('1'));
  await tab(b.page, 'People');
  await b.page.locator('.asking', { hasText: 'Ann' }).getByRole('button', { name: 'Accept' }).click();
  await a.page.locator('.known', { hasText: 'Bob' }).locator('.dot.is-online').waitFor();
  await b.page.getByRole('button', { name: 'Settings' }).click();
  await b.page.getByLabel('What you are at').fill('lunch');
  await b.page.getByLabel('Your state').selectOption('busy');
  await b.page.keyboard.press('Escape');
  await a.page.locator('.known', { hasText: 'busy: lunch' }).waitFor();
  await b.page.goto('about:blank');
  await a.page.locator('.known', { hasText: 'last seen' }).waitFor();
  await b.page.goBack();
  await a.page.locator('.known .dot.is-busy').waitFor();
  await a.page.locator('.known .entry', { hasText: 'Bob' }).click();
  await say(a.page, 'from the list of contacts');
  await tab(b.page, 'Chats');
  await entry(b.page, 'Ann').click();
  await said(b.page, 'from the list of contacts');
});

test('unread counts are the same on two devices, and one that reads clears both', async () => {
  const login = await post('account.login', { login: bob.login, password: 'correct horse', device: 'second' });
  const second = await open(browser, { ...bob, token: String(login['token']) }, { comet: COMETS[0]! });
  await b.page.locator('.conversation').waitFor();
  for (const [at, text] of ['one', 'two'].entries()) await post('msg.send', { to: bob.uid, client_msg_id: `u${at}`, body: text }, eve.token);
  for (const { page } of [b, second]) await until('two unread', async () => (await entry(page, 'Eve').locator('.badge').textContent()) === '2');
  await entry(second.page, 'Eve').click();
  await until('none on the other device', async () => (await entry(b.page, 'Eve').locator('.badge').count()) === 0);
  await say(second.page, 'from the second device');
  await entry(b.page, 'Eve').click();
  await said(b.page, 'from the second device');
  await second.context.close();
});

test('search leads to an old message', async () => {
  const old = await user('Oldie');
  await post('msg.send', { to: ann.uid, client_msg_id: 'needle', body: 'the needle is here' }, old.token);
  for (let i = 0; i < 120; i++) await post('msg.send', { to: ann.uid, client_msg_id: `hay${i}`, body: `hay ${i}` }, old.token);
  await tab(a.page, 'Chats');
  await a.page.locator('.search').fill('needle');
  await entry(a.page, 'the needle is here').click();
  await until('it is in sight', async () => {
    const place = await a.page.locator('.message.found', { hasText: 'the needle is here' }).boundingBox();
    return place !== null && place.y > 0 && place.y < 800;
  });
  await a.page.locator('.search').fill('');
});

test('the lobby: lines to everybody, who is there, live', async () => {
  await tab(a.page, 'Lobby');
  await tab(b.page, 'Lobby');
  await a.page.locator('.people li', { hasText: 'Bob' }).waitFor();
  await b.page.locator('.people li', { hasText: 'You' }).waitFor();
  await a.page.locator('.lobby .field').fill(HELLO);
  await a.page.keyboard.press('Enter');
  for (const { page } of [a, b]) await said(page, HELLO);
  assert.equal(await a.page.locator('.message.mine', { hasText: HELLO }).count(), 1);
  await entry(b.page, 'Ann').click();
  await until('Bob has left', async () => (await a.page.locator('.people li', { hasText: 'Bob' }).count()) === 0);
  await tab(b.page, 'Lobby');
  await said(b.page, HELLO);
});

test('the pages complained of nothing', () => {
  assert.deepEqual([...a.complaints, ...b.complaints, ...e.complaints], []);
});
