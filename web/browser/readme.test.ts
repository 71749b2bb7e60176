// The example of the client's README runs in Node as it stands.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { BASE, post, until, user } from './lib.ts';

test('the example of the README sends a message', async () => {
  const readme = readFileSync(new URL('../packages/client/README.md', import.meta.url), 'utf8');
  const code = /```js\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
  assert.ok(code.trim().split('\n').length <= 12);
  const bob = await user('Bob');
  const env = { ...process.env, IM_BASE: BASE, IM_TO: String(bob.uid) };
  const example = spawn(process.execPath, ['--input-type=module', '-e', code], { env, stdio: ['ignore', 'pipe', 'inherit'] });
  let out = '';
  example.stdout.on('data', (bytes) => (out += String(bytes)));
  try {
    const id = await until('it says where the message is kept', () => /kept as (\S+)/.exec(out)?.[1]);
    const { conversations } = (await post('sync.all', {}, bob.token)) as { conversations: { last: { msg_id: string; body: string } }[] };
    assert.deepEqual(conversations.map(({ last }) => [last.msg_id, last.body]), [[id, 'hello']]);
    assert.match(out, /^1 hello$/m);
  } finally {
    example.kill();
  }
});
