import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { RequestError, type Answer } from '@webrtc-im/client';
import { sendVideo, upload, videoOf, videoUrls } from '../src/index.ts';

/** A server of docs/media.md; `cuts`: how many PUTs are broken off after their first half. */
class FakeMedia {
  readonly asked: Answer[] = [];
  readonly files: { got: Uint8Array<ArrayBuffer>; size: number; sha256: string }[] = [];
  cuts = 0;
  /** So many PUTs get no answer. */
  stalls = 0;
  refuse: Answer | null = null;
  /** A file that the server has already, up to here. */
  known = 0;

  readonly request = async (cmd: string, fields: Answer = {}): Promise<Answer> => {
    this.asked.push({ cmd, ...fields });
    if (cmd === 'conv.open') return { ok: true, conv_id: 5 };
    if (cmd === 'msg.send') return { ok: true, msg_id: 'm1', conv_id: 5, seq: 1, ts: 1 };
    if (cmd === 'media.get') return { ok: true, urls: { file: '/media/f', poster: '/media/p' } };
    const size = Number(fields['size']);
    this.files.push({ got: new Uint8Array(this.known), size, sha256: String(fields['sha256']) });
    return { ok: true, media_id: `id${this.files.length}`, offset: this.known, size, done: this.known === size, upload: `/media/upload/${this.files.length - 1}`, token: 'secret' };
  };

  readonly fetch = (async (url: string, init: RequestInit) => {
    const headers = new Headers(init.headers);
    assert.equal(headers.get('Authorization'), 'Bearer secret');
    const file = this.files[Number(url.split('/').at(-1))]!;
    if (init.method === 'HEAD') return new Response(null, { headers: { 'Upload-Offset': String(file.got.length) } });
    if (this.refuse) return Response.json(this.refuse);
    if (this.stalls-- > 0) return new Promise<Response>((_, reject) => init.signal?.addEventListener('abort', () => reject(init.signal!.reason as Error)));
    const [, first, last, size] = /^bytes (\d+)-(\d+)\/(\d+)$/.exec(headers.get('Content-Range')!)!.map(Number);
    assert.equal(size, file.size);
    if (first !== file.got.length) return Response.json({ ok: false, code: 4409, error: 'elsewhere', offset: file.got.length });
    const body = init.body as Uint8Array<ArrayBuffer>;
    assert.equal(body.length, last! - first! + 1);
    const cut = this.cuts-- > 0;
    file.got = new Uint8Array([...file.got, ...body.subarray(0, cut ? body.length >> 1 : body.length)]);
    if (cut) throw new TypeError('network');
    return Response.json({ ok: true, offset: file.got.length, done: file.got.length === file.size });
  }) as typeof fetch;
}

const bytes = Uint8Array.from({ length: 1_300_000 }, (_, i) => (i * 31) % 251);
const blob = new Blob([bytes], { type: 'video/webm' });
const options = (media: FakeMedia, parts: number[] = []) => ({ get: media.fetch, waitMs: 0, onProgress: (part: number) => parts.push(part) });

test('in parts, and after cuts from where the server is', async () => {
  const media = new FakeMedia();
  media.cuts = 3;
  const parts: number[] = [];
  assert.equal(await upload(media, blob, { conv_id: 5, name: 'v.webm' }, options(media, parts)), 'id1');
  assert.deepEqual(media.files[0]!.got, bytes);
  assert.equal(media.files[0]!.sha256, createHash('sha256').update(bytes).digest('hex'));
  assert.deepEqual(parts, parts.toSorted((a, b) => a - b));
  assert.equal(parts.at(-1), 1);
});

test('a part without an answer is lost after its time', async () => {
  const media = new FakeMedia();
  media.stalls = 2;
  assert.equal(await upload(media, blob, { conv_id: 5, name: 'v.webm' }, { ...options(media), partMs: 50 }), 'id1');
  assert.deepEqual(media.files[0]!.got, bytes);
});

test('what is there already is not sent again', async () => {
  const media = new FakeMedia();
  media.known = bytes.length;
  assert.equal(await upload(media, blob, { conv_id: 5, name: 'v.webm' }, options(media)), 'id1');
  assert.equal(media.asked.length, 1);
});

test('a refusal ends it, and so does a server that never takes a part', async () => {
  const media = new FakeMedia();
  media.refuse = { ok: false, code: 4422, error: 'the hash is another one' };
  await assert.rejects(upload(media, blob, { conv_id: 5, name: 'v.webm' }, options(media)), (error) => error instanceof RequestError && error.code === 4422);
  media.refuse = { ok: false, code: 4503, error: 'the disk takes no more' };
  await assert.rejects(upload(media, blob, { conv_id: 5, name: 'v.webm' }, options(media)), (error) => error instanceof RequestError && error.code === 4503);
});

test('a video message names its file and its poster', async () => {
  const media = new FakeMedia();
  await sendVideo(media, 7, { video: blob, poster: new Blob(['jpeg'], { type: 'image/jpeg' }) }, options(media));
  assert.deepEqual(media.asked.map(({ cmd }) => cmd), ['conv.open', 'media.begin', 'media.begin', 'msg.send']);
  const { type, body, conv_id } = media.asked.at(-1)!;
  assert.deepEqual([type, conv_id, JSON.parse(String(body))], ['video', 5, { media: 'id2', poster: 'id1' }]);
});

test('what a row says', async () => {
  const row = { conv_id: 5, seq: 1, kind: 'message', type: 'video', body: '{"media":"a","name":"v.webm","mime":"video/webm","size":9,"duration_ms":3000}' };
  assert.equal(videoOf(row)?.duration_ms, 3000);
  for (const other of [{ ...row, type: 'text' }, { ...row, recalled: true }, { ...row, body: '{' }, { ...row, body: '{"media":1}' }, { ...row, kind: 'edit' }]) assert.equal(videoOf(other), null);
  assert.deepEqual(await videoUrls(new FakeMedia(), 'm1'), { file: '/media/f', poster: '/media/p' });
});
