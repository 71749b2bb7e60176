// What the types promise: this file is compiled, its tests only say that it was.
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import type { ChatEvents, Events, ImClient, Row, SocketMaker, Way } from '../src/index.ts';
import { Chat, ImClient as Client, NoAnswerError, RequestError } from '../src/index.ts';

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const holds = <T extends true>(): T => true as T;

test('events have their types, and wrong uses do not compile', () => {
  holds<Same<ChatEvents['rows'], { readonly conv_id: number; readonly rows: readonly Row[] }>>();
  holds<Same<Events['online'], number>>();
  holds<Same<Way, 'websocket' | 'poll'>>();
  holds<Same<ReturnType<ImClient['send']>, boolean>>();
  const client = new Client({ nodes: ['ws://127.0.0.1:1/sub'], getToken: () => ({ text: '' }) });
  const off: () => void = client.on('state', ({ state }) => assert.ok(state satisfies 'disconnected' | 'connecting' | 'connected'));
  off();
  // @ts-expect-error there is no such event
  client.on('nothing', () => undefined);
  // @ts-expect-error a client needs a token
  new Client({ nodes: [] });
  // @ts-expect-error a message has a body
  assert.throws(() => new Chat({} as ImClient).send({ to: 1 }));
  // @ts-expect-error there are two ways
  const way: Way = 'pigeon';
  assert.ok(way);
  const make: SocketMaker = (url) => new WebSocket(url) as unknown as ReturnType<SocketMaker>;
  assert.equal(typeof make, 'function');
  holds<Same<RequestError['code'], number>>();
  holds<Same<NoAnswerError['why'], 'lost' | 'timeout' | 'closed' | 'full' | 'network'>>();
});

test('require() and import give the same package', { skip: process.env['IM_BUILT'] ? false : 'the package is not built' }, async () => {
  const required = createRequire(import.meta.url)('@webrtc-im/client') as Record<string, unknown>;
  const imported = (await import('@webrtc-im/client' as string)) as Record<string, unknown>;
  assert.deepEqual(Object.keys(required).sort(), Object.keys(imported).sort());
  assert.equal(typeof required['ImClient'], 'function');
});
