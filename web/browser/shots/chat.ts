// Screens of the chat page: signing in, lists, conversations, groups, people, media, and what goes wrong.
import type { Browser, Page } from 'playwright-core';
import { bytes, png } from '../files.ts';
import { open, until, user, type User } from '../lib.ts';
import { recorded, type Seed } from './seed.ts';
import { entry, escape, shot, type Look } from './stage.ts';

const press = (page: Page, icon: string) => page.locator(icon).first().click();
const back = async (page: Page, look: Look) => (look.phone ? press(page, '.top .only-phone') : undefined);
const show = async (page: Page, name: string) => {
  await entry(page, name).click();
  await page.locator('.message, .system').first().waitFor();
};

export async function signingIn(browser: Browser, look: Look): Promise<void> {
  const { page, context } = await open(browser, null, look.options);
  await page.waitForSelector('form');
  await shot(page, look, 'login');
  await page.locator('input[name=login]').fill('nobody');
  await page.locator('input[name=password]').fill('not the word');
  await page.keyboard.press('Enter');
  await page.locator('.card .error').waitFor();
  await shot(page, look, 'login-wrong');
  for (const name of ['register', 'guest']) {
    await page.locator('nav .link').nth(name === 'register' ? 0 : 1).click();
    await shot(page, look, name);
  }
  await context.close();
}

/** Somebody new: nothing is there yet. */
export async function empty(browser: Browser, look: Look, bob: User): Promise<void> {
  const { page, context } = await open(browser, await user('Newcomer'), look.options);
  await page.locator('.sidebar .empty').waitFor();
  await shot(page, look, 'empty-list');
  await page.locator('.tab').nth(1).click();
  await page.locator('.people-pane .empty').waitFor();
  await shot(page, look, 'empty-people');
  await page.locator('.sidebar header .icon-button').last().click();
  await page.locator('dialog[open] input[name=who]').fill('nobody-of-this-name');
  await page.keyboard.press('Enter');
  await page.locator('dialog[open] .error').waitFor();
  await shot(page, look, 'new-chat-nobody');
  await page.locator('dialog[open] input[name=who]').fill(bob.login);
  await page.keyboard.press('Enter');
  await page.locator('.conversation .empty').waitFor();
  await shot(page, look, 'empty-conversation');
  await context.close();
}

export async function talk(page: Page, look: Look): Promise<void> {
  await page.waitForSelector('.entry');
  await shot(page, look, 'list');
  await show(page, 'Bob');
  await shot(page, look, 'chat');
  await page.locator('.message').nth(2).hover();
  await page.locator('.message').nth(2).locator('.tools button').first().click();
  await shot(page, look, 'chat-react');
  await page.locator('.message').nth(3).hover();
  await page.locator('.message').nth(3).locator('.tools button').nth(1).click();
  if (!look.phone) await page.locator('.composer .icon-button[aria-pressed]').click(); // a phone's keyboard has emoji
  await press(page, '.menu-place button');
  await shot(page, look, 'chat-menus');
  await page.keyboard.press('Escape');
  await page.locator('.context .icon-button').click();
  await page.locator('.message').nth(3).hover();
  await page.locator('.message').nth(3).locator('.tools button').nth(2).click();
  await page.locator('dialog[open] .entry').first().waitFor();
  await shot(page, look, 'forward');
  await escape(page);
  await back(page, look);
}

export async function groups(page: Page, look: Look): Promise<void> {
  await show(page, 'Climbing');
  await shot(page, look, 'group');
  await page.locator('.write textarea').pressSequentially('I ask @b');
  await page.locator('.mention-box button').first().waitFor();
  await shot(page, look, 'group-mention');
  await page.locator('.write textarea').fill('');
  await press(page, '.menu-place button');
  await page.locator('.menu button').first().click();
  await page.locator('dialog[open] .members li').first().waitFor();
  await shot(page, look, 'group-about');
  await page.locator('dialog[open] .members').last().locator('summary').first().click();
  await page.locator('dialog[open] .members').last().locator('.menu').first().scrollIntoViewIfNeeded();
  await shot(page, look, 'group-manage');
  await escape(page);
  await back(page, look);
}

export async function media(page: Page, look: Look): Promise<void> {
  await show(page, 'Chloé');
  await until('the pictures are drawn', () => page.locator('.picture img').evaluateAll((all) => all.length === 2 && all.every((one) => (one as HTMLImageElement).complete)));
  await shot(page, look, 'media');
  await page.locator('.messages').evaluate((element) => (element.scrollTop = 0));
  await page.locator('.to-end').waitFor();
  await shot(page, look, 'media-above');
  await page.locator('.picture').first().click();
  await page.locator('dialog[open] .whole').waitFor();
  await shot(page, look, 'picture');
  await escape(page);
  await page.locator('.composer input[type=file]').setInputFiles([
    { name: 'one.png', mimeType: 'image/png', buffer: png(80, 50) },
    { name: 'a very long name of a file.tar.gz', mimeType: 'application/gzip', buffer: bytes(12_345) },
  ]);
  await page.locator('.tray img').waitFor();
  await shot(page, look, 'tray');
  while ((await page.locator('.tray .icon-button').count()) > 0) await page.locator('.tray .icon-button').first().click();
  for (const [kind, at] of [['voice', -3], ['video', -2]] as const) {
    await page.locator('.write > .icon-button').nth(at).click();
    await recorded(page, 1);
    await shot(page, look, `record-${kind}`);
    await page.keyboard.press('Escape');
    await page.locator('.record .icon-button').first().click().catch(() => undefined);
  }
  await page.locator('.write > .icon-button').nth(-4).click();
  await until('the camera gives a picture', () => page.locator('.record video').evaluate((video: HTMLVideoElement) => video.videoWidth > 0));
  await shot(page, look, 'camera');
  await page.keyboard.press('Escape');
  await page.route('**/media/upload/*', () => undefined);
  await page.locator('.composer input[type=file]').setInputFiles({ name: 'big.bin', mimeType: 'application/octet-stream', buffer: bytes(2_000_000) });
  await page.locator('.composer .icon-button.primary').click();
  await page.locator('.upload').waitFor();
  await shot(page, look, 'upload');
  await page.locator('.upload .link').click();
  await page.unroute('**/media/upload/*');
  await back(page, look);
}

export async function dialogs(page: Page, look: Look): Promise<void> {
  await page.locator('.sidebar header .icon-button').first().click();
  await page.waitForSelector('dialog[open]');
  await shot(page, look, 'settings');
  await escape(page);
  await page.locator('.sidebar header .icon-button').last().click();
  await page.waitForSelector('dialog[open]');
  await shot(page, look, 'new-chat');
  for (const name of ['new-group', 'join-group']) {
    await page.locator('dialog[open] nav .link').nth(name === 'new-group' ? 0 : 1).click();
    await shot(page, look, name);
  }
  await escape(page);
  for (const [name, text] of [['search', 'ten'], ['search-none', 'zzzqqq']] as const) {
    await page.locator('.search').fill(text);
    await page.locator(name === 'search' ? '.list .entry mark, .list .entry' : '.sidebar .hint, .sidebar .empty').first().waitFor();
    await page.waitForTimeout(800); // the search waits until nobody writes, and answers then
    await shot(page, look, name);
  }
  await page.locator('.search').fill('');
}

export async function people(page: Page, look: Look): Promise<void> {
  await page.locator('.tab').nth(1).click();
  await page.locator('.asking').waitFor();
  await page.locator('.known .dot').first().waitFor();
  await shot(page, look, 'people');
  await page.locator('.tab').nth(2).click();
  await page.locator('.lobby .people li').first().waitFor();
  await page.locator('.lobby .field').fill('Hello, everybody! 大家好');
  await page.keyboard.press('Enter');
  await page.locator('.lobby .message.mine').last().waitFor();
  await shot(page, look, 'lobby');
  if (look.phone) await press(page, '.lobby .only-phone');
  await page.locator('.tab').first().click();
}

/** No network, another window, a login that has ended. */
export async function trouble(browser: Browser, look: Look, { ann }: Seed): Promise<void> {
  const silent = await open(browser, ann, { ...look.options, comet: 'ws://127.0.0.1:9/sub' });
  await silent.page.locator('.bar').waitFor();
  await shot(silent.page, look, 'connecting');
  await silent.context.close();
  const { page, context } = await open(browser, ann, look.options);
  await page.locator('.entry').first().waitFor();
  await show(page, 'Bob');
  await context.setOffline(true);
  await page.locator('.write textarea').fill('written without a network');
  await page.keyboard.press('Enter');
  await page.locator('.bar button').waitFor();
  await shot(page, look, 'offline');
  await context.setOffline(false);
  await page.locator('.bar').waitFor({ state: 'detached' });
  const second = await context.newPage();
  await second.goto(page.url().split('#')[0]! + `#uid=${ann.uid}&token=${ann.token}`);
  await second.locator('.entry').first().waitFor();
  await page.locator('.bar button').waitFor();
  await shot(page, look, 'elsewhere');
  await context.close();
}

export async function muted(browser: Browser, look: Look, who: User): Promise<void> {
  const { page, context } = await open(browser, who, look.options);
  await show(page, 'Climbing');
  await page.locator('.write textarea').fill('Am I heard?');
  await page.keyboard.press('Enter');
  await page.locator('.message.failed').waitFor();
  await shot(page, look, 'not-sent');
  await page.locator('.message.failed .link').last().click();
  await context.close();
}
