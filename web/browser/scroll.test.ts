// A conversation of many messages scrolls: what is drawn stays small, and how long frames take stands beside a page that is empty.
// IM_MESSAGES: how many (2,000). Times of frames are printed; the first paint is held to a second, stretched as far as this machine is slower than a quiet one.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { BASE, launch, open, post, until, user, type User } from './lib.ts';

const MESSAGES = Number(process.env['IM_MESSAGES'] ?? 2000);
const LANES = 8;
const FRAMES = 300;
const PAINTS = 5;
/** The first paint of one line of text on a quiet machine. */
const QUIET_LINE_MS = 60;
/** Pixels a frame: a quick hand on a wheel. */
const STEP = 240;
/** Rows near what is seen, with room for a screen that is twice as high. */
const MOST_DRAWN = 600;
let browser: Browser;
let ann: User;

before(async () => {
  browser = await launch();
  ann = await user('Ann');
  const old = await user('Old friend');
  await post('msg.send', { to: ann.uid, client_msg_id: 'needle', body: 'the needle' }, old.token);
  const words = 'the quick brown fox jumps over the lazy dog and sees that it was good '.repeat(3);
  let next = 1;
  const lane = async () => {
    for (let i = next++; i < MESSAGES; i = next++) await post('msg.send', { to: ann.uid, client_msg_id: `m${i}`, body: `${i} ${words.slice(0, (i * 37) % 180)}` }, old.token);
  };
  await Promise.all(Array.from({ length: LANES }, lane));
});
after(() => browser?.close());

interface Frames {
  readonly median: number;
  readonly p95: number;
  readonly most: number;
  readonly drawn: number;
}

/** Scrolls `selector` up a step a frame; how long each frame took, and how many rows were drawn at most. */
function scroll(page: Page, selector: string): Promise<Frames> {
  return page.locator(selector).evaluate(
    async (box, { frames, step }) => {
      box.scrollTop = box.scrollHeight;
      const times: number[] = [];
      let drawn = 0;
      let before = await new Promise<number>(requestAnimationFrame);
      for (let i = 0; i < frames; i++) {
        if (box.scrollTop < step) box.scrollTop = box.scrollHeight;
        box.scrollTop -= step;
        const now = await new Promise<number>(requestAnimationFrame);
        times.push(now - before);
        before = now;
        drawn = Math.max(drawn, document.querySelectorAll('.message').length);
      }
      const sorted = times.sort((a, b) => a - b);
      const at = (part: number) => Math.round(10 * sorted[Math.floor((sorted.length - 1) * part)]!) / 10;
      return { median: at(0.5), p95: at(0.95), most: at(1), drawn };
    },
    { frames: FRAMES, step: STEP },
  );
}

const words = ({ median, p95, most }: Frames) => `median ${median} ms, 95 % ${p95} ms, longest ${most} ms`;

test(`${MESSAGES} messages: few are drawn, all are there`, async (t) => {
  const { page, context, complaints } = await open(browser, ann);
  await page.locator('.search').fill('needle');
  await page.locator('.sidebar .entry', { hasText: 'the needle' }).click();
  await page.locator('.message.found', { hasText: 'the needle' }).waitFor(); // every page of history is loaded by then
  const height = await page.locator('.messages').evaluate((box) => box.scrollHeight);
  assert.ok(height > MESSAGES * 20, `${height} pixels`);
  const rows = await scroll(page, '.messages');
  const control = await context.newPage();
  await control.setContent(`<div class="box" style="height: 700px; overflow-y: auto"><div style="height: ${height}px"></div></div>`);
  const nothing = await scroll(control, '.box');
  t.diagnostic(`frames while scrolling: ${words(rows)}; an empty page: ${words(nothing)}; at most ${rows.drawn} of ${MESSAGES} messages drawn`);
  assert.ok(rows.drawn > 10 && rows.drawn < MOST_DRAWN, `${rows.drawn} messages drawn`);
  await page.locator('.messages').evaluate((box) => (box.scrollTop = box.scrollHeight));
  await page.locator(`.message[data-seq="${MESSAGES}"]`).waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

/** When something of it was seen first, in milliseconds since it was asked for. */
const paintOf = (page: Page) => until('painted', () => page.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime));
const median = (all: number[]) => all.sort((x, y) => x - y)[all.length >> 1]!;

test('the first paint takes a second at most, as the same browser paints one line of text', async (t) => {
  const [pages, lines, lists]: [number[], number[], number[]] = [[], [], []];
  for (let round = 0; round < PAINTS; round++) {
    const { page, context } = await open(browser, ann);
    await page.locator('.sidebar .entry').first().waitFor();
    lists.push(await page.evaluate(() => performance.now()));
    pages.push(await paintOf(page));
    const control = await context.newPage();
    await control.route('**/line', (route) => route.fulfill({ contentType: 'text/html', body: '<p>a line</p>' }));
    await control.goto(`${BASE}/line`);
    lines.push(await paintOf(control));
    await context.close();
  }
  const [page, line] = [median(pages), median(lines)];
  t.diagnostic(`first paint after ${Math.round(page)} ms, a line of text after ${Math.round(line)} ms, the list was there before ${Math.round(median(lists))} ms; medians of ${PAINTS}`);
  const most = 1000 * Math.max(1, line / QUIET_LINE_MS);
  assert.ok(page <= most, `${Math.round(page)} ms, at most ${Math.round(most)} ms where a line takes ${Math.round(line)} ms`);
});
