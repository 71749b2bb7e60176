import { ImClient, Op, type ClientOptions, type TokenWhy } from '../src/index.ts';
import { FakeSocket, settle, TestClock } from './fakes.ts';

/** A client with two comets, and the other side of its sockets. */
export function stage(more: Partial<ClientOptions> = {}) {
  const clock = new TestClock();
  const sockets: FakeSocket[] = [];
  const whys: TokenWhy[] = [];
  const states: string[] = [];
  const client = new ImClient({
    nodes: ['ws://a/sub', 'ws://b/sub'],
    getToken: (why) => {
      whys.push(why);
      return { text: `token ${whys.length}`, expiresInMs: 3_600_000 };
    },
    hello: { device: 'd' },
    clock,
    makeSocket: (url) => {
      const socket = new FakeSocket(url);
      sockets.push(socket);
      return socket;
    },
    ...more,
  });
  client.on('state', ({ state, why }) => states.push(why ? `${state} ${why}` : state));
  const last = () => sockets.at(-1)!;
  const welcome = async () => {
    await settle();
    const socket = last();
    socket.open();
    socket.give(Op.authReply, 1);
    if (more.hello !== null && 'hello' in more && more.hello === undefined) return socket;
    socket.give(Op.reply, 2, { ok: true, epoch: 'e' });
    return socket;
  };
  return { clock, sockets, whys, states, client, last, welcome };
}
