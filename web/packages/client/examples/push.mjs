// A push client of goim: no chat, no requests; it hears what is pushed to it, to its room and to all.
//   node push.mjs, then: curl -d 'hello' 'http://127.0.0.1:3111/goim/push/room?operation=1000&type=live&room=1'
// Where users have to prove who they are (identity.kind of logic), IM_TOKEN is their token.
import { clusterNodes, ImClient } from '@webrtc-im/client';

const token = { mid: Number(process.env.IM_MID ?? 1), room_id: process.env.IM_ROOM ?? 'live://1', platform: 'node', accepts: [1000, 1001] };
if (process.env.IM_TOKEN) token.token = process.env.IM_TOKEN;
const client = new ImClient({ nodes: clusterNodes(process.env.IM_BASE ?? 'http://127.0.0.1:3113'), getToken: () => ({ text: JSON.stringify(token) }) });

client.on('push', ({ op, body }) => console.log(op, new TextDecoder().decode(body)));
client.on('online', (count) => console.log(`${count} in the room`));
client.on('state', ({ state, why }) => console.log(state, why ?? ''));
client.connect();
