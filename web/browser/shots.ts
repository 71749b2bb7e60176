// shots.ts FOLDER [LOOK]: a picture of every screen of the chat page: desktop, phone, dark, Chinese.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { launch, open, post, user, type User } from './lib.ts';

const folder = process.argv[2] ?? 'shots';
mkdirSync(folder, { recursive: true });
const looks = {
  desktop: { viewport: { width: 1200, height: 800 } },
  phone: { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
  dark: { viewport: { width: 1200, height: 800 }, colorScheme: 'dark' },
  chinese: { viewport: { width: 1200, height: 800 }, locale: 'zh-CN' },
} as const;

async function talk(ann: User, others: readonly User[]): Promise<void> {
  const lines = ['Hi Ann, can you read this?', 'Yes! The new page works.', 'Look at https://example.com/a/long/address?with=a&query, it has the plan.',
    'A longer message, to see how lines are broken: the quick brown fox jumps over the lazy dog, again and again, until the end of the line has come.', '👍', '早上好，今天的会议几点开始？', 'See you at ten.'];
  for (const [at, other] of others.entries()) {
    for (const [n, body] of lines.slice(0, at === 0 ? 99 : 1 + at).entries())
      await post('msg.send', { to: n % 2 ? other.uid : ann.uid, client_msg_id: `${at} ${n}`, body }, (n % 2 ? ann : other).token);
  }
}

const browser = await launch('--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream', '--allow-loopback-in-peer-connection');
const ann = await user('Ann');
const others = [await user('Bob'), await user('Chloé'), await user('王小明'), await user('A name that is much too long for its place in the list')];
await talk(ann, others);

/** What rings, a call with video, how it ended. */
async function calls(page: Page, shot: (name: string) => Promise<unknown>, options: object): Promise<void> {
  const bob = await open(browser, others[0]!, options);
  await bob.page.locator('.entry', { hasText: 'Ann' }).click();
  await bob.page.getByRole('button', { name: /Video call|视频通话/ }).click();
  await page.locator('.ringing .accept').waitFor();
  await shot('ringing');
  await page.locator('.ringing .accept').click();
  await page.locator('.call-status[data-state=active]').waitFor();
  await page.locator('.tiles video').waitFor();
  await page.waitForTimeout(2000);
  await shot('call');
  await page.locator('.call .decline').click();
  await page.locator('.ringing').waitFor();
  await shot('call-ended');
  await bob.context.close();
}

const only = process.argv[3];
for (const [look, options] of Object.entries(looks).filter(([name]) => !only || name === only)) {
  const shot = (page: Page, name: string) => page.screenshot({ path: join(folder, `${look}-${name}.png`) });
  const login = await open(browser, null, options);
  await login.page.waitForSelector('form');
  await shot(login.page, 'login');
  await login.page.locator('nav .link').first().click();
  await shot(login.page, 'register');
  await login.context.close();
  const { page, context } = await open(browser, ann, options);
  await page.waitForSelector('.entry');
  await shot(page, 'list');
  await page.locator('.entry', { hasText: 'Bob' }).click();
  await page.waitForSelector('.message');
  await page.locator('.message').nth(1).hover();
  await page.locator('.message .tools button').nth(5).click({ force: true }).catch(() => undefined);
  await shot(page, 'chat');
  await page.locator('.composer .icon-button').first().click();
  await page.locator('.menu-place button').first().click();
  await shot(page, 'open-menus');
  if (look === 'phone') await page.locator('.top .only-phone').click();
  await page.locator('.sidebar .icon-button').first().click();
  await page.waitForSelector('dialog[open]');
  await shot(page, 'settings');
  await page.keyboard.press('Escape');
  await page.locator('.sidebar .icon-button').nth(1).click();
  await page.waitForSelector('dialog[open]');
  await shot(page, 'new');
  await page.keyboard.press('Escape');
  await page.locator('.search').fill('Ann');
  await page.waitForSelector('.list, .hint');
  await page.waitForTimeout(800);
  await shot(page, 'search');
  await page.locator('.search').fill('');
  await page.locator('.tab').nth(1).click();
  await page.locator('.people-pane').waitFor();
  await shot(page, 'people');
  await page.locator('.tab').nth(2).click();
  await page.locator('.lobby .people li').first().waitFor();
  await shot(page, 'lobby');
  if (look === 'phone') await page.locator('.lobby .only-phone').click();
  await page.locator('.tab').first().click();
  await calls(page, (name) => shot(page, name), options);
  await context.close();
}
await browser.close();
