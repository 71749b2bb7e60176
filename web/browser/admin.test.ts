// The admin page in Chromium, beside clients that feel what it does: kick, removal of a message, a comet that is drained; guesses, axe, keyboard.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { confirm, go, logIn, openAdmin, PASSWORD, row, SECTIONS } from './admin_lib.ts';
import { launch, open, post, until, user, type Opened, type User } from './lib.ts';

const AXE = readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
let browser: Browser;
let admin: Opened;
let ann: User;
let bob: User;
let group = '';
const LINES = 'an angry needle';

async function faults(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const axe = (globalThis as unknown as { axe: { run(): Promise<{ violations: { impact: string; id: string; nodes: { html: string }[] }[] }> } }).axe;
    const { violations } = await axe.run();
    return violations.filter(({ impact }) => impact === 'serious' || impact === 'critical').map(({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(({ html }) => html.slice(0, 160)).join(' | ')}`);
  });
}
const said = (text: string) => until(`"${text}" is said`, () => admin.page.locator('.toast', { hasText: text }).isVisible());

before(async () => {
  browser = await launch();
  ann = await user('Ann');
  bob = await user(`Bob <b>${Date.now()}`);
  await post('msg.send', { to: bob.uid, client_msg_id: '1', body: LINES }, ann.token);
  group = `group ${Date.now()}`;
  await post('group.create', { name: group, members: [bob.uid] }, ann.token);
  admin = await openAdmin(browser);
});
after(() => browser?.close());

/** One try at the form: the status of its answer, and what the page says. */
async function tried(login: string, password: string): Promise<[number, string]> {
  const answer = admin.page.waitForResponse((response) => response.url().endsWith('/api/login'));
  await logIn(admin.page, login, password);
  const status = (await answer).status();
  const words = await until('it says why', async () => (await admin.page.locator('.primary').isEnabled()) ? admin.page.locator('.error').innerText() : undefined);
  return [status, words];
}

test('a wrong password is refused with the same words for every login', async () => {
  const words = 'The login or the password is wrong.';
  assert.deepEqual(await tried('admin', 'wrong'), [401, words]);
  assert.deepEqual(await tried('nobody', 'wrong'), [401, words]);
});

test('guesses are locked out', async () => {
  for (let i = 0; i < 5; i++) assert.equal((await tried('guessed', `guess ${i}`))[0], 401);
  const [status, words] = await tried('guessed', 'one more');
  assert.equal(status, 429);
  assert.match(words, /Too many wrong passwords/);
});

test('log in with the keyboard alone; nodes, rates and figures are there', async () => {
  await admin.page.reload();
  await admin.page.locator('input[name=login]:focus').waitFor();
  await admin.page.keyboard.type('admin');
  await admin.page.keyboard.press('Tab');
  await admin.page.keyboard.type(PASSWORD);
  await admin.page.keyboard.press('Enter');
  await go(admin.page, 'nodes');
  for (const name of ['comet-1', 'comet-2', 'logic-1', 'router-1', 'job-1']) await row(admin.page, name).waitFor();
  await until('memory is read', async () => /MiB/.test(await row(admin.page, 'comet-1').innerText()));
  await go(admin.page, 'overview');
  await until('a chart is drawn', async () => (await admin.page.locator('.chart canvas').count()) === 4);
  await admin.page.reload();
  await until('the session stays', () => admin.page.locator('nav').isVisible());
});

test('those online are listed, and those who are not are not', async () => {
  const client = await open(browser, ann);
  await client.page.locator('.entry').first().waitFor();
  await go(admin.page, 'overview');
  await admin.page.getByRole('link', { name: 'Users online' }).click();
  const numbered = (one: User) => row(admin.page, String(one.uid)).filter({ has: admin.page.locator(`span:text-is("${one.uid}")`) });
  await numbered(ann).waitFor();
  assert.equal(await numbered(bob).count(), 0);
  await client.context.close();
  await until('Ann is gone', async () => (await numbered(ann).count()) === 0);
  await admin.page.getByLabel('Only those online').uncheck();
  await numbered(bob).waitFor();
});

test('who is kicked is disconnected', async () => {
  const client = await open(browser, bob);
  let closed = 0;
  client.page.on('websocket', (socket) => socket.on('close', () => closed++));
  await client.page.reload();
  await client.page.locator('.entry').first().waitFor();
  await go(admin.page, 'users');
  await admin.page.locator('main input[type=search]').fill(bob.name);
  await admin.page.keyboard.press('Enter');
  await until('Bob is online', () => row(admin.page, bob.name).locator('.mark.good').isVisible());
  await row(admin.page, bob.name).getByRole('button').click();
  assert.deepEqual(await faults(admin.page), []);
  const before_ = closed;
  await admin.page.locator('dialog[open]').getByRole('button', { name: 'Kick' }).click();
  await confirm(admin.page, 'Kick');
  await said('connections were closed');
  await until('the connection of the client ended', () => closed > before_);
  await admin.page.keyboard.press('Escape');
  await client.context.close();
});

test('a message that is removed is recalled in a client that shows it', async () => {
  const client = await open(browser, bob);
  await client.page.locator('.entry', { hasText: LINES }).click();
  await until('it is shown', async () => (await client.page.locator('.message .text').allTextContents()).includes(LINES));
  await go(admin.page, 'messages');
  await admin.page.locator('input[name=q]').fill('needle');
  await admin.page.locator('input[name=from]').fill(String(ann.uid));
  await admin.page.keyboard.press('Enter');
  await row(admin.page, LINES).getByRole('button', { name: 'Remove' }).click();
  assert.deepEqual(await faults(admin.page), []);
  await confirm(admin.page, 'Remove');
  await until('it is recalled', async () => {
    const lines = await client.page.locator('.message .text').allTextContents();
    return lines.includes('Message recalled') && !lines.includes(LINES);
  });
  await client.context.close();
});

test('a group is renamed, loses a member, is dissolved', async () => {
  await go(admin.page, 'groups');
  await admin.page.locator('main input[type=search]').fill(group);
  await admin.page.keyboard.press('Enter');
  await row(admin.page, group).getByRole('button').click();
  const dialog = admin.page.locator('dialog[open]').first();
  await dialog.locator('input[name=name]').fill(`${group} anew`);
  await admin.page.keyboard.press('Enter');
  await said('anew');
  await dialog.getByRole('button', { name: `Remove ${bob.name}` }).click();
  await confirm(admin.page, 'Remove');
  await until('Bob is out', async () => !(await dialog.innerText()).includes(bob.name));
  assert.deepEqual(await faults(admin.page), []);
  await dialog.getByRole('button', { name: 'Dissolve' }).click();
  await confirm(admin.page, 'Dissolve');
  await until('it is dissolved', () => row(admin.page, `${group} anew`).locator('.mark.bad').isVisible());
  await admin.page.keyboard.press('Escape');
});

test('the push tool pushes and shows the same with curl', async () => {
  await go(admin.page, 'push');
  await admin.page.locator('main input').first().fill(String(bob.uid));
  await admin.page.locator('textarea').fill("it's");
  assert.equal(await admin.page.locator('pre').innerText(), `curl --data-binary 'it'\\''s' 'http://127.0.0.1:3111/goim/push/mids?operation=1000&mids=${bob.uid}'`);
  await admin.page.getByRole('button', { name: 'Push', exact: true }).click();
  await said('The push was accepted');
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`nothing serious in any section, ${colorScheme}, on a desk and on a phone`, async () => {
    for (const viewport of [{ width: 1200, height: 800 }, { width: 390, height: 780 }]) {
      const { page, context, complaints } = await openAdmin(browser, { colorScheme, viewport });
      assert.deepEqual(await faults(page), []);
      await logIn(page);
      for (const section of SECTIONS) {
        await go(page, section);
        assert.deepEqual(await faults(page), [], section);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(wide <= 0, `${section} is ${wide} px wider than the window`);
      }
      assert.deepEqual(complaints, []);
      await context.close();
    }
  });
}

test('a comet that is drained leaves the list, and the log says by whom', async () => {
  await go(admin.page, 'nodes');
  await admin.page.getByRole('button', { name: 'Drain comet-2' }).click();
  await confirm(admin.page, 'Drain');
  await until('it is gone', async () => (await row(admin.page, 'comet-1').count()) === 1 && (await row(admin.page, 'comet-2').count()) === 0);
  await go(admin.page, 'log');
  await until('the log has it', () => row(admin.page, 'comet/drain').first().locator('.mark.good').isVisible());
  for (const action of ['user/kick', 'message/remove', 'group/dissolve', 'push', 'login']) assert.ok((await row(admin.page, action).count()) > 0, action);
});

test('who signs out is out', async () => {
  await admin.page.getByRole('button', { name: 'Sign out' }).click();
  await admin.page.locator('input[name=login]').waitFor();
  await admin.page.reload();
  await admin.page.locator('input[name=login]').waitFor();
  assert.deepEqual(admin.complaints, []);
});
