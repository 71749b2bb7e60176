// A bot in Node: says back what is said to it, and says goodbye at Ctrl-C.
//   IM_BASE=http://127.0.0.1:3113 IM_LOGIN=robot IM_PASSWORD='correct horse' node bot.mjs
import { Chat, clusterNodes, ImClient, Session } from '@webrtc-im/client';

const base = process.env.IM_BASE ?? 'http://127.0.0.1:3113';
const [login, password] = [process.env.IM_LOGIN ?? 'robot', process.env.IM_PASSWORD ?? 'correct horse'];
const session = new Session(base);
const { uid } = await session.logIn(login, password, 'bot').catch(() => session.register(login, password, 'Robot', 'bot'));
const client = new ImClient({ nodes: clusterNodes(base), getToken: session.getToken, hello: { device: 'bot' } });
const chat = new Chat(client);

chat.on('rows', ({ conv_id, rows }) => {
  for (const { kind, type, sender, body, seq } of rows)
    if (kind === 'message' && type === 'text' && sender !== uid) void chat.send({ conv_id, body: `You said: ${body}`, reply_to: seq }).sent.catch(console.error);
});
client.on('state', ({ state, why }) => console.log(state, why ?? ''));
client.on('retry', ({ delayMs, error }) => console.log(`again in ${Math.round(delayMs)} ms: ${error?.message}`));
chat.on('synced', () => console.log(`user ${uid} listens`));
process.once('SIGINT', () => client.close()); // nothing is left that would keep Node
client.connect();
