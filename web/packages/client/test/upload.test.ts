import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { RequestError, Sha256, sha256Of, upload, type Asker } from '../src/index.ts';

const bytes = (size: number, seed = 1) => Uint8Array.from({ length: size }, (_, i) => (i * 31 + seed * 17 + (i >> 8)) & 255);
const right = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');

test('SHA-256 is that of everybody, however the bytes come', async () => {
  for (const size of [0, 1, 55, 56, 63, 64, 65, 119, 128, 1000, 70_001]) {
    const data = bytes(size, size);
    assert.equal(new Sha256().update(data).hex(), right(data), `${size} bytes`);
    const pieces = new Sha256();
    for (let at = 0, step = 1; at < size; at += step, step = (step * 3) % 97 || 1) pieces.update(data.subarray(at, Math.min(size, at + step)));
    assert.equal(pieces.hex(), right(data), `${size} bytes in pieces`);
  }
  const large = bytes((1 << 20) + 5);
  assert.equal(await sha256Of(new Blob([large])), right(large));
});

/** A server of uploads; `fails` says what becomes of each PUT. */
function world(fails: (put: number) => 'ok' | 'cut before' | 'cut after' | 'refuse' | 'stall' = () => 'ok') {
  const state = { stored: [] as number[], size: 0, sha256: '', puts: 0, begins: 0 };
  const client: Asker = {
    async request(_cmd, fields) {
      state.begins += 1;
      Object.assign(state, { size: fields['size'], sha256: fields['sha256'] });
      return { ok: true, media_id: 'm', offset: state.stored.length, done: state.stored.length === state.size && state.size > 0, upload: '/media/upload/m', token: 't' };
    },
  };
  const place = () => Response.json({ ok: true, offset: state.stored.length, done: state.stored.length === state.size });
  const get = async (_: unknown, init?: RequestInit) => {
    assert.equal((init!.headers as Record<string, string>)['Authorization'], 'Bearer t');
    init?.signal?.throwIfAborted();
    if (init!.method !== 'PUT') return place();
    const fate = fails(++state.puts);
    if (fate === 'cut before') throw new TypeError('network');
    if (fate === 'stall') {
      setImmediate(() => deadlines.at(-1)?.());
      return new Promise<Response>((_, reject) => init?.signal?.addEventListener('abort', () => reject(init.signal!.reason as Error)));
    }
    if (fate === 'refuse') return Response.json({ ok: false, code: 4413, error: 'too large' }, { status: 413 });
    const from = Number(/bytes (\d+)-/.exec((init!.headers as Record<string, string>)['Content-Range']!)?.[1]);
    if (from !== state.stored.length) return Response.json({ ok: false, code: 4409, error: 'the next byte is another one', offset: state.stored.length }, { status: 409 });
    state.stored.push(...new Uint8Array(await (init!.body as Blob).arrayBuffer()));
    if (fate === 'cut after') throw new TypeError('network');
    return place();
  };
  /** Waits between tries end at once, deadlines of parts when a test says so. */
  const deadlines: (() => void)[] = [];
  const clock = { now: () => 0, random: () => 0, set: (run: () => void, ms: number) => (ms < 60_000 ? setImmediate(run) : deadlines.push(run)), clear: () => undefined };
  return { state, client, options: { name: 'a', conv_id: 1, part: 1000, fetch: get as typeof fetch, clock } };
}

test('an upload goes in parts and tells how far it is', async () => {
  const { state, client, options } = world();
  const data = bytes(3500);
  const told: number[] = [];
  assert.equal(await upload(client, new Blob([data]), { ...options, onProgress: (sent) => told.push(sent) }), 'm');
  assert.deepEqual(told, [0, 1000, 2000, 3000, 3500]);
  assert.equal(state.sha256, right(data));
  assert.deepEqual(Uint8Array.from(state.stored), data);
});

test('cuts before and after the bytes arrived: each byte is there once', async () => {
  const { state, client, options } = world((put) => (put % 3 === 1 ? 'cut before' : put % 3 === 2 ? 'cut after' : 'ok'));
  const data = bytes(9500);
  await upload(client, new Blob([data]), options);
  assert.deepEqual(Uint8Array.from(state.stored), data);
});

test('what is there already is not sent again, a refusal is an error, an end is an end', async () => {
  const { state, client, options } = world();
  const data = bytes(2500);
  await upload(client, new Blob([data]), options);
  const puts = state.puts;
  await upload(client, new Blob([data]), options);
  assert.equal(state.puts, puts);
  const other = world(() => 'refuse');
  await assert.rejects(upload(other.client, new Blob([data]), other.options), (error) => error instanceof RequestError && error.code === 4413);
  const away = world(() => 'cut before');
  await assert.rejects(upload(away.client, new Blob([data]), away.options), /network/);
  const stop = new AbortController();
  const third = world();
  await assert.rejects(upload(third.client, new Blob([data]), { ...third.options, signal: stop.signal, onProgress: (sent) => sent > 0 && stop.abort(new Error('enough')) }), /enough/);
  assert.equal(third.state.puts, 1);
});

test('a part without an answer is lost after its time, and the upload goes on', async () => {
  const { state, client, options } = world((put) => (put === 2 ? 'stall' : 'ok'));
  const data = bytes(3500);
  await upload(client, new Blob([data]), options);
  assert.deepEqual(Uint8Array.from(state.stored), data);
  assert.equal(state.puts, 5);
});
