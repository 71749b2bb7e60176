// Screens of calls, in the chat page and on the page of calls.
import type { Browser, Page } from 'playwright-core';
import { open, user, type Opened } from '../lib.ts';
import type { Seed } from './seed.ts';
import { entry, escape, shot, type Look } from './stage.ts';

const active = async ({ page }: Opened) => {
  await page.locator('.call-status[data-state=active]').waitFor();
  await page.waitForTimeout(1500); // the first frames
};
const callFrom = async ({ page }: Opened, name: string, button: RegExp) => {
  await entry(page, name).click();
  await page.getByRole('button', { name: button }).click();
};
const VIDEO = /^(Video call|视频通话)$/;
const ADD = /^(Add people|添加成员)$/;
const DEVICES = /^(Devices|设备)$/;
const AUDIO = /^(Call|语音通话)$/;

/** Ann's page is open; Bob calls. */
export async function oneToOne(browser: Browser, page: Page, look: Look, { bob }: Seed): Promise<void> {
  const caller = await open(browser, bob, look.options);
  await callFrom(caller, 'Ann', VIDEO);
  await page.locator('.ringing .accept').waitFor();
  await shot(page, look, 'ringing');
  await shot(caller.page, look, 'calling');
  await page.locator('.ringing .accept').click();
  await page.locator('.tiles video').waitFor();
  await active(caller);
  await shot(page, look, 'call-video');
  await page.getByRole('button', { name: ADD }).click();
  await page.locator('dialog[open]').waitFor();
  await shot(page, look, 'call-add');
  await escape(page);
  await page.getByRole('button', { name: DEVICES }).click();
  await page.locator('dialog[open] option').first().waitFor({ state: 'attached' });
  await shot(page, look, 'call-devices');
  await escape(page);
  await page.locator('.call footer .round').nth(2).click();
  await caller.page.locator('.tiles video.screen').waitFor();
  await caller.page.waitForTimeout(1500); // the first frames
  await shot(caller.page, look, 'call-screen');
  await page.locator('.call .decline').click();
  await page.locator('.ringing').waitFor();
  await shot(page, look, 'call-ended');
  await page.locator('.ringing .icon-button').click();
  await caller.page.locator('.ringing .icon-button').click();
  await caller.page.getByRole('button', { name: AUDIO }).click();
  await page.locator('.ringing .accept').click();
  await active({ page } as Opened);
  await shot(page, look, 'call-audio');
  await caller.page.locator('.call .decline').click();
  await caller.page.locator('.ringing .icon-button').click();
  await page.locator('.ringing .icon-button').click();
  await caller.page.getByRole('button', { name: AUDIO }).click();
  await page.locator('.ringing .accept').waitFor();
  await caller.page.locator('.call .decline').click();
  await page.locator('.ringing .accept').waitFor({ state: 'detached' });
  await entry(page, 'Bob').waitFor();
  await shot(page, look, 'call-missed');
  await entry(page, 'Bob').click();
  await page.locator('.message').last().waitFor();
  await shot(page, look, 'call-missed-chat');
  await caller.context.close();
}

export async function meeting(browser: Browser, look: Look): Promise<void> {
  const number = String(100_000_000 + Math.floor(Math.random() * 899_999_999));
  const all: Opened[] = [];
  for (const name of ['Ann', 'Bob', '王小明']) all.push(await open(browser, await user(name), { ...look.options, path: 'chat/call.html' }));
  const first = all[0]!;
  await first.page.locator('.plain').waitFor();
  await shot(first.page, look, 'call-page');
  for (const { page } of all) {
    await page.locator('input[name=meeting]').fill(number);
    await page.locator('.plain input[name=meeting] >> xpath=following::button[1]').click();
    await page.locator('.call').waitFor();
  }
  await first.page.locator('.tiles video').nth(1).waitFor();
  await first.page.waitForTimeout(2000); // the first frames
  await shot(first.page, look, 'meeting');
  for (const { context } of all) await context.close();
}
