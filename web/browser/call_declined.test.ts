// Calls that do not come about: declined, given up, not answered, busy, refused, slowed down. The caller is told why.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { decode, encode, Op } from '@webrtc-im/client';
import { a, b, bob, browsers, call, callers, COMETS, hangUp, proven } from './call_lib.ts';
import { open, PATIENCE, until, user, type Opened } from './lib.ts';

callers();

async function rings(page: Page, uid: number): Promise<void> {
  await page.locator('input[name=callee]').fill(String(uid));
  await page.locator('button[data-kind=audio]').click();
}

/** The next answers that this page gets to a command, instead of the cluster's. Not for requests that the cluster shall see. */
async function answering(page: Page): Promise<(cmd: string, answer: object) => void> {
  const made = new Map<string, object>();
  await page.routeWebSocket(/./, (socket) => {
    const server = socket.connectToServer();
    socket.onMessage((message) => {
      const [packet] = typeof message === 'string' ? [] : decode(message);
      const cmd = packet?.op === Op.request ? (JSON.parse(String(Buffer.from(packet.body))) as { cmd: string }).cmd : '';
      const answer = made.get(cmd);
      if (!packet || !answer) return server.send(message);
      made.delete(cmd);
      socket.send(Buffer.from(encode(Op.reply, packet.seq, JSON.stringify({ ok: false, ...answer }))));
    });
  });
  await page.reload();
  await until('connected', async () => (await page.locator('.plain').count()) === 1 && (await page.locator('.bar').count()) === 0);
  return (cmd, answer) => void made.set(cmd, answer);
}

test('a call that has to wait, and those that cannot be taken: it is said why', async () => {
  const [forAnn, forBob] = [await answering(a.page), await answering(b.page)];
  forAnn('call.invite', { code: 4429, error: 'slow', retry_ms: 4000 });
  await rings(a.page, bob.uid);
  await a.page.getByText(/Too many calls in a short time: calls in \d s/).waitFor();
  for (const [answer, words] of [
    [{ code: 4406, error: 'nothing' }, 'Nothing in common with the other side'],
    [{ code: 4410, error: 'over', reason: 'no_media' }, 'Came from the old chat page'],
  ] as const) {
    forBob('call.accept', answer);
    await b.page.getByRole('button', { name: 'Accept' }).click();
    await b.page.getByText(words).waitFor();
    await a.page.getByRole('button', { name: 'Hang up' }).click();
    await until('it is over', async () => (await a.page.locator('.call').count()) === 0);
    await rings(a.page, bob.uid);
  }
  assert.equal(await a.page.getByText('Too many calls').count(), 0);
  await b.page.getByRole('button', { name: 'Decline' }).click();
  forAnn('call.invite', { code: 4429, error: 'slow' });
  await until('Ann is told', () => a.page.getByText('Declined').isVisible());
  await rings(a.page, bob.uid);
  await a.page.getByText('try again in a minute').waitFor();
});

/** A page of calls of a new user. */
async function caller(name: string): Promise<Opened & { readonly uid: number }> {
  const who = await user(name);
  const opened = await open(browsers[0]!, who, { comet: COMETS[1]!, path: 'chat/call.html' });
  await until(`${name} is connected`, async () => (await opened.page.locator('.plain').count()) === 1 && (await opened.page.locator('.bar').count()) === 0);
  return { ...opened, uid: who.uid };
}

const accept = (page: Page) => page.getByRole('button', { name: 'Accept' });

test('declined, given up; not answered, not there, unknown, busy: the caller is told, and who talks is not rung', async () => {
  const [c, d, e] = [await caller('Cal'), await caller('Dan'), await caller('Eve')];
  await rings(d.page, e.uid); // goes on while the others are at it
  await d.page.getByText('Ringing…').waitFor();
  await rings(c.page, 999_999_999);
  await c.page.getByText('cannot be called').waitFor();
  await rings(c.page, (await user('Zoe')).uid);
  await c.page.getByText('Calling…').waitFor();
  await rings(a.page, bob.uid);
  await b.page.getByRole('button', { name: 'Decline' }).click();
  await until('Ann is told', () => a.page.getByText('Declined').isVisible());
  await a.page.locator('button[data-kind=audio]').click();
  await accept(b.page).waitFor();
  await a.page.getByRole('button', { name: 'Hang up' }).click();
  await until('it stops ringing', async () => (await accept(b.page).count()) === 0);
  await call('audio');
  for (const { page } of [c, d]) await page.getByText('No answer').waitFor({ timeout: 2 * PATIENCE }); // it rings for a minute
  await until('Eve is not rung any more', async () => (await accept(e.page).count()) === 0);
  await rings(c.page, bob.uid);
  await c.page.getByText('is in another call').waitFor();
  assert.equal(await accept(b.page).count(), 0);
  await proven(false);
  for (const { context, complaints } of [c, d, e]) {
    assert.deepEqual(complaints, []);
    await context.close();
  }
  await hangUp(a.page);
});
