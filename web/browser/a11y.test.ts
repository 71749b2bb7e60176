// axe over the main screens, light and dark, and the page with the keyboard alone. Every screen: screens.test.ts.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { faults } from './axe.ts';
import { launch, open, post, until, user, type User } from './lib.ts';

let browser: Browser;
let ann: User;

before(async () => {
  browser = await launch();
  ann = await user('Ann');
  const bob = await user('Bob');
  for (const [i, body] of ['hello', 'see https://example.com/', 'third'].entries()) await post('msg.send', { to: i % 2 ? bob.uid : ann.uid, client_msg_id: `${i}`, body }, (i % 2 ? ann : bob).token);
});
after(() => browser?.close());

for (const colorScheme of ['light', 'dark'] as const) {
  test(`login, ${colorScheme}`, async () => {
    const { page, context } = await open(browser, null, { colorScheme });
    await page.locator('form').waitFor();
    assert.deepEqual(await faults(page), []);
    await context.close();
  });
  test(`list, conversation, menus and dialogs, ${colorScheme}`, async () => {
    const { page, context } = await open(browser, ann, { colorScheme });
    await page.locator('.entry').first().waitFor();
    assert.deepEqual(await faults(page), []);
    await page.locator('.entry').first().click();
    await page.locator('.message').first().waitFor();
    await page.locator('.message').first().hover();
    assert.deepEqual(await faults(page), []);
    await page.getByRole('button', { name: 'More' }).click();
    await page.getByRole('button', { name: 'Emoji' }).click();
    assert.deepEqual(await faults(page), []);
    for (const name of ['Settings', 'New chat']) {
      await page.getByRole('button', { name }).click();
      await until('the dialog is open', () => page.locator('dialog[open]').isVisible());
      assert.deepEqual(await faults(page), []);
      await page.keyboard.press('Escape');
    }
    await context.close();
  });
}

test('light and dark are what was chosen, whatever the system has', async () => {
  const { page, context } = await open(browser, ann);
  await page.locator('.entry').first().waitFor();
  const seen: string[] = [];
  for (const [chosen, system] of [['dark', 'light'], ['light', 'dark'], ['', 'dark'], ['', 'light']] as const) {
    await page.emulateMedia({ colorScheme: system });
    await page.evaluate((name) => (name ? localStorage.setItem('im.theme', name) : localStorage.removeItem('im.theme')), chosen);
    await page.reload();
    await page.locator('.entry').first().waitFor();
    const light = await page.evaluate(() => /\((\d+)/.exec(getComputedStyle(document.body).backgroundColor)![1]!);
    seen.push(Number(light) > 128 ? 'light' : 'dark');
  }
  assert.deepEqual(seen, ['dark', 'light', 'dark', 'light']);
  await context.close();
});

test('a message can be written and sent with the keyboard alone', async () => {
  const { page, context } = await open(browser, ann);
  await page.locator('.entry').first().waitFor();
  const focused = () => page.evaluate(() => document.activeElement?.className + ' ' + document.activeElement?.tagName);
  const tabTo = async (part: string) => {
    for (let i = 0; i < 60 && !(await focused()).includes(part); i++) await page.keyboard.press('Tab');
    assert.ok((await focused()).includes(part), `${part} is not reached`);
  };
  await tabTo('entry');
  await page.keyboard.press('Enter');
  await until('the field has the focus', async () => (await focused()).includes('TEXTAREA'));
  await page.keyboard.type('by keyboard');
  await page.keyboard.press('Enter');
  await until('it is there', () => page.locator('.message.mine.sent', { hasText: 'by keyboard' }).isVisible());
  await context.close();
});
