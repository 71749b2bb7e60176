// Two callers in two Chromiums, each at a comet of its own, and what proves that they hear and see each other.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchCaller, looks } from './caller.ts';
import { open, until, user, type Opened, type User } from './lib.ts';
import { awaitMedia, colour, controlOfMedia, firstMedia, heard, stopListening, tone, watch, watched } from './media.ts';

export const COMETS = (process.env['IM_COMETS'] ?? '').split(',');
export const im = (...words: string[]): void => void execFileSync(process.env['IM_SCRIPT']!, words, { stdio: 'ignore', timeout: 60_000 });
const folder = mkdtempSync(join(tmpdir(), 'im-call-'));
export const browsers: Browser[] = [];
export let ann: User;
export let bob: User;
export let a: Opened;
export let b: Opened;

const places = new Map<keyof typeof looks, number>();
/** Its place in `browsers`. */
export async function browserOf(who: keyof typeof looks): Promise<number> {
  const place = places.get(who) ?? browsers.push(await launchCaller(folder, who)) - 1;
  places.set(who, place);
  return place;
}

export const connected = (page: Page) => until('connected', async () => (await page.locator('.plain').count()) === 1 && (await page.locator('.bar').count()) === 0);

export async function pages(path: string): Promise<void> {
  await a?.context.close();
  await b?.context.close();
  a = await open(browsers[0]!, ann, { comet: COMETS[0]!, path });
  b = await open(browsers[1]!, bob, { comet: COMETS[1]!, path });
  for (const { page } of [a, b]) await connected(page);
}

export const state = (page: Page) => page.locator('.call-status').getAttribute('data-state', { timeout: 1000 });
/** When the other side accepted the last call, and of what kind it is. */
let accepted = { at: 0, kind: '' };
export async function call(kind: 'audio' | 'video' | 'screen'): Promise<void> {
  await a.page.locator('input[name=callee]').fill(String(bob.uid));
  await a.page.locator(`button[data-kind=${kind}]`).click();
  const button = b.page.getByRole('button', { name: 'Accept' });
  await button.waitFor();
  for (const { page } of [a, b]) await awaitMedia(page, kind === 'video');
  accepted = { at: Date.now(), kind };
  await button.click();
  for (const { page } of [a, b]) await until(`the ${kind} call is active`, async () => (await state(page)) === 'active');
}

/** calls.md asks for media within 5 s of the answer, on a quiet machine; on a busy one a multiple of what two connections of one page take without a cluster. */
const SOON_MS = 5000;
const SLOWER = 4;

/** Media came soon after the answer, beside a control. Once a call. */
export async function cameSoon(): Promise<void> {
  const { at, kind } = accepted;
  const took = [];
  for (const { page } of [a, b]) took.push((await until('the first media', async () => (await firstMedia(page)) || null)) - at);
  const control = Math.round(await controlOfMedia(a.page, kind === 'video'));
  console.log(`${kind} call: media ${took.join(' and ')} ms after the answer; control ${control} ms`);
  for (const ms of took) assert.ok(ms <= Math.max(SOON_MS, SLOWER * control), `media ${ms} ms after the answer, control ${control} ms`);
}

/** Of the samples of three seconds few are made up for packets that did not come (docs/calls.md). */
async function hearsWell(page: Page): Promise<void> {
  const [window, most] = [3 * 48_000, 0.3];
  let from = await until('statistics', () => heard(page));
  await until('a voice without holes', async () => {
    const now = await heard(page);
    if (!now || now.samples < from.samples + window) return false;
    const concealed = (now.concealed - from.concealed) / (now.samples - from.samples);
    from = now;
    if (concealed < most) return true;
    throw new Error(`${Math.round(100 * concealed)} % concealed`);
  });
}

const colourOf = { ann: 'red', bob: 'blue', eve: 'green' } as const;

/**
 * Frames and samples come in here, are those of the other one's devices, and come by `path`: directly, or over TURN. Without one it is only said: on
 * a busy machine a browser may choose the relay before it has tried its own address.
 */
export async function comesFrom(who: keyof typeof looks, page: Page, video: boolean, path?: 'host' | 'relay'): Promise<void> {
  const first = await until('statistics', () => heard(page));
  await until('media comes in', async () => {
    const now = await heard(page);
    return now && now.samples > first.samples + 48_000 && (!video || (now.frames >= first.frames + 15 && now.keyFrames >= 1));
  });
  if (video) await until(`the picture is ${colourOf[who]}`, async () => (await colour(page)) === colourOf[who]);
  await until(`the tone is ${looks[who].hz} Hz`, async () => Math.abs((await tone(page)) - looks[who].hz) < 40);
  await stopListening(page);
  await hearsWell(page);
  // A candidate that a check brought is one of another kind until its signal is here.
  const ends = async () => heard(page).then((now) => [now?.local, now?.remote]);
  if (path) await until(`the path is ${path}`, async () => assert.deepEqual(await ends(), [path, path]) ?? true);
  else console.log(`path: ${(await ends()).join(' and ')}`);
}

/** On both sides. */
export async function proven(video: boolean, path?: 'host' | 'relay'): Promise<void> {
  await comesFrom('bob', a.page, video, path);
  await comesFrom('ann', b.page, video, path);
}

export async function hangUp(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Hang up' }).click();
  for (const one of [a, b]) await until('the call is over', async () => (await one.page.locator('.call').count()) === 0);
}

/** Before and after the tests of a file. */
export function callers(): void {
  before(async () => {
    await browserOf('ann');
    await browserOf('bob');
    ann = await user('Ann');
    bob = await user('Bob');
    await pages('chat/call.html');
  });
  after(async () => {
    for (const browser of browsers) await browser.close();
  });
  afterEach(() => assert.deepEqual([...a.complaints, ...b.complaints], []));
}

/** Frames come in on both sides for so many seconds. */
async function framesGoOn(seconds: number): Promise<void> {
  for (const end = Date.now() + 1000 * seconds; Date.now() < end;) {
    for (const { page } of [a, b]) {
      const before = (await heard(page))!.frames;
      await until('frames come in', async () => ((await heard(page))?.frames ?? 0) > before);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** So long no frame may be missing, or so many times longer than while nothing is done: the machine may be busy. */
const GAP_MS = 3000;

/** While `work` is done, and for some seconds more, frames never stop on either side and no connection changes its state. */
export async function neverStop(seconds: number, work: () => Promise<void> | void, most = GAP_MS): Promise<void> {
  const seen = async (during: () => Promise<void> | void) => {
    for (const { page } of [a, b]) await watch(page);
    await during();
    await framesGoOn(seconds);
    return [await watched(a.page), await watched(b.page)];
  };
  const control = Math.max(...(await seen(() => undefined)).map(({ longest }) => Math.round(longest)));
  const found = await seen(work);
  console.log(`longest time without a frame: ${found.map(({ longest }) => Math.round(longest)).join(' and ')} ms; control ${control} ms`);
  for (const { states, longest } of found) {
    assert.deepEqual(states, []);
    assert.ok(longest < Math.max(most, SLOWER * control), `${Math.round(longest)} ms without a frame, control ${control} ms`);
  }
}
