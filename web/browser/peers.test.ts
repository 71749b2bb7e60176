// Foreign peers (tests/system/peers) call the page in Chromium and are called by it: media is proven on both sides.
import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, before, test, type TestContext } from 'node:test';
import type { Browser } from 'playwright-core';
import { launchCaller, looks } from './caller.ts';
import { open, until, user, type Opened, type User } from './lib.ts';
import { colour, heard, stopListening, tone } from './media.ts';

/** IM_PEERS: `NAME=COMMAND` a line. */
const PEERS = (process.env['IM_PEERS'] ?? '').split('\n').filter(Boolean).map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1).split(' ')] as const);
/** What the peers say; tests/system/peers/python/media.py. */
const PEER_HZ = 660;

type Line = Record<string, unknown> & { event: string };

/** One peer in one call: a process that prints what it sees. */
class Peer {
  readonly lines: Line[] = [];
  readonly #process: ChildProcess;
  #errors = '';

  constructor([program, ...words]: readonly string[], token: string, ...more: string[]) {
    this.#process = spawn(program!, [...words, ...more], { env: { ...process.env, IM_TOKEN: token } });
    createInterface({ input: this.#process.stdout! }).on('line', (line) => this.lines.push(JSON.parse(line) as Line));
    this.#process.stderr!.on('data', (data) => (this.#errors += String(data)));
  }

  last(event: string): Line | undefined {
    return this.lines.findLast((line) => line.event === event);
  }

  /** The newest line of this kind that fits. */
  line(event: string, fits: (line: Line) => boolean = () => true): Promise<Line> {
    return until(`the peer says ${event}`, () => {
      const found = this.last(event);
      if (found && fits(found)) return found;
      if (this.#process.exitCode !== null) throw new Error(`it ended with ${this.#process.exitCode}: ${this.#errors}`);
      throw new Error(`it said ${JSON.stringify(found ?? this.lines)}; ${this.#errors}`);
    });
  }

  hangup(): void {
    this.#process.stdin!.write('hangup\n');
  }

  end(): void {
    this.#process.kill('SIGKILL');
  }
}

let browser: Browser;
let bob: User;
let page: Opened;

before(async () => {
  browser = await launchCaller(mkdtempSync(join(tmpdir(), 'im-peers-')), 'bob');
  bob = await user('Bob');
  page = await open(browser, bob, { path: 'chat/call.html', comet: process.env['IM_COMETS']!.split(',')[1]! });
  await page.page.evaluate(() => {
    const open = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
    navigator.mediaDevices.getUserMedia = async (wanted) => {
      await new Promise((resolve) => setTimeout(resolve, (globalThis as { imLate?: number }).imLate ?? 0));
      return open(wanted);
    };
  });
  await until('connected', async () => (await page.page.locator('.plain').count()) === 1 && (await page.page.locator('.bar').count()) === 0);
});
after(() => browser?.close());

/** Chromium decodes the peer's green and hears its tone. */
async function seenByChromium(): Promise<void> {
  const first = await until('statistics', () => heard(page.page));
  await until('media comes in', async () => {
    const now = await heard(page.page);
    return now && now.samples > first.samples + 48_000 && now.frames >= first.frames + 15;
  });
  await until('the picture is green', async () => (await colour(page.page)) === 'green');
  await until(`the tone is ${PEER_HZ} Hz`, async () => {
    const hz = await tone(page.page);
    if (Math.abs(hz - PEER_HZ) >= 40) throw new Error(`it is ${hz} Hz`);
    return true;
  });
  await stopListening(page.page);
}

/** Frames come in at the peer; one that decodes sees blue and hears 880 Hz, others read the size from the key frames. */
async function seenByPeer(peer: Peer): Promise<void> {
  const number = (line: Line | undefined, name: string) => Number(line?.[name] ?? 0);
  const first = await peer.line('media', (line) => number(line, 'video_frames') > 0);
  const now = await peer.line('media', (line) => number(line, 'video_frames') >= number(first, 'video_frames') + 15 && number(line, 'audio_frames') >= number(first, 'audio_frames') + 50);
  if ('colour' in now) await peer.line('media', (line) => line['colour'] === 'blue' && Math.abs(number(line, 'hz') - looks.bob.hz) < 40);
  else await peer.line('media', (line) => number(line, 'key_frames') >= 1 && number(line, 'width') > 0 && number(line, 'width') * 3 === number(line, 'height') * 4);
}

async function over(): Promise<void> {
  await until('the call is over', async () => (await page.page.locator('.call').count()) === 0);
  assert.deepEqual(page.complaints, []);
}

assert.ok(PEERS.length > 0, 'IM_PEERS names no peer');
for (const [name, command] of PEERS) {
  for (const late of [0, 3000]) {
    test(`${name} calls Chromium, which hangs up${late > 0 ? '; its devices open late, so it offers too' : ''}`, async (context) => {
      await page.page.evaluate((ms) => void ((globalThis as { imLate?: number }).imLate = ms), late);
      context.after(() => page.page.evaluate(() => void delete (globalThis as { imLate?: number }).imLate));
      const peer = new Peer(command, (await user(name)).token, 'call', String(bob.uid));
      context.after(() => peer.end());
      await page.page.getByRole('button', { name: 'Accept' }).click({ timeout: 60_000 });
      await peer.line('connected');
      await seenByChromium();
      await seenByPeer(peer);
      await page.page.getByRole('button', { name: 'Hang up' }).click();
      assert.equal((await peer.line('ended'))['reason'], 'hangup');
      await over();
    });
  }

  const called = async (context: TestContext, kind: 'audio' | 'video'): Promise<Peer> => {
    const who = await user(name);
    const peer = new Peer(command, who.token, 'answer');
    context.after(() => peer.end());
    await peer.line('ready');
    await page.page.locator('input[name=callee]').fill(String(who.uid));
    await page.page.locator(`button[data-kind=${kind}]`).click();
    await peer.line('connected');
    return peer;
  };

  test(`Chromium calls ${name}, which hangs up`, async (context) => {
    const peer = await called(context, 'video');
    await seenByPeer(peer);
    await seenByChromium();
    peer.hangup();
    assert.equal((await peer.line('ended'))['reason'], 'hangup');
    await over();
  });

  test(`Chromium calls ${name} and turns its camera on later: a second offer`, async (context) => {
    const peer = await called(context, 'audio');
    await peer.line('media', (line) => Number(line['audio_frames']) >= 50);
    await page.page.getByRole('button', { name: 'Turn camera on' }).click();
    await seenByPeer(peer);
    await seenByChromium();
    await page.page.getByRole('button', { name: 'Hang up' }).click();
    await peer.line('ended');
    await over();
  });
}
