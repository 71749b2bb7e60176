import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dropMedium, ownMedia, RequestError, type Asker } from '../src/index.ts';

/** A server with so many media of this user, two on a page. */
function world(count: number) {
  const asked: Record<string, unknown>[] = [];
  const all = Array.from({ length: count }, (_, i) => ({ media_id: `m${i}` }));
  const client: Asker = {
    async request(cmd, fields) {
      asked.push({ cmd, ...fields });
      if (cmd === 'media.drop') {
        if (fields['media_id'] === 'none') throw new RequestError({ ok: false, code: 4404, error: 'no such medium' });
        if (fields['media_id'] === 'away') throw new RequestError({ ok: false, code: 4503, error: 'try again later' });
        return { ok: true };
      }
      const from = Number(fields['after'] ?? 0);
      return { ok: true, media: all.slice(from, from + 2), ...(from + 2 < count ? { next: String(from + 2) } : {}) };
    },
  };
  return { client, asked };
}

test('own media come page by page, each once', async () => {
  for (const count of [0, 1, 2, 3, 5]) {
    const { client, asked } = world(count);
    const seen: string[] = [];
    for await (const medium of ownMedia(client)) seen.push(medium.media_id);
    assert.deepEqual(seen, Array.from({ length: count }, (_, i) => `m${i}`), `${count} media`);
    assert.equal(asked.length, Math.max(1, Math.ceil(count / 2)), `${count} media`);
  }
});

test('a page that nobody looks at is not asked for', async () => {
  const { client, asked } = world(5);
  for await (const medium of ownMedia(client)) if (medium.media_id === 'm1') break;
  assert.equal(asked.length, 1);
});

test('a drop says whether there was something, and what fails otherwise fails', async () => {
  const { client } = world(0);
  assert.equal(await dropMedium(client, 'm1'), true);
  assert.equal(await dropMedium(client, 'none'), false);
  await assert.rejects(dropMedium(client, 'away'), (error: RequestError) => error.code === 4503);
});
