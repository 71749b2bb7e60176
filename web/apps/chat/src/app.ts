import { computed, signal } from '@preact/signals';
import { clusterNodes, ImClient, Session, type StopWhy } from '@webrtc-im/client';
import { t } from './i18n.ts';
import { CallModel } from './model/call_model.ts';
import { ChatModel } from './model/chat_model.ts';
import { deviceName } from './model/device_name.ts';
import { PageLogins } from './model/login_store.ts';
import { notifyOf } from './notify.ts';

/** Who is in, and the connection: one for the life of a login. */
export const logins = new PageLogins();
export const session = new Session('', { store: logins });
export const model = signal<ChatModel | null>(null);
export const callModel = signal<CallModel | null>(null);
export const stopped = signal<StopWhy | null>(null);
export const online = signal(false);
/** When the next try begins; 0: one is under way. */
export const retryAt = signal(0);
export const notice = signal('');

export const title = computed(() => {
  const unread = model.value?.unread.value ?? 0;
  return unread > 0 ? `(${unread}) ${t('title')}` : t('title');
});

/** Of this window: others of the user read it, "You are in a call on …". */
function deviceId(): string {
  const kept = sessionStorage.getItem('im.device') ?? `${deviceName(navigator.userAgent)} ${crypto.randomUUID().slice(0, 4)}`;
  sessionStorage.setItem('im.device', kept);
  return kept;
}

export function begin(): void {
  const login = logins.load();
  if (!login) return;
  const client = new ImClient({
    nodes: clusterNodes(''),
    getToken: session.getToken,
    hello: { device: deviceId(), platform: 'web', caps: ['chat', 'call'] },
  });
  client.on('state', ({ state, why }) => {
    online.value = state === 'connected';
    if (state !== 'disconnected') return;
    stopped.value = why === 'closed' || why === 'lost' || why === undefined ? null : why;
    if (why === 'unauthorized') leave(t('ended'));
  });
  client.on('retry', ({ delayMs }) => (retryAt.value = Date.now() + delayMs));
  client.on('ready', () => (retryAt.value = 0));
  stopped.value = null;
  const next = new ChatModel(client, login.uid);
  next.onMessage = (row) => notifyOf(next, row);
  model.value = next;
  callModel.value = new CallModel(client, new URLSearchParams(location.search).get('relay'), { unheard: { storage: localStorage, key: `im.calls.${login.uid}` } });
  Object.assign(globalThis, { imCall: callModel.value }); // for statistics and tests
  client.connect();
}

/** Back to the login page; what was not sent stays kept for this user. */
export function leave(why = ''): void {
  callModel.value?.end();
  callModel.value = null;
  model.value?.end();
  model.value = null;
  online.value = false;
  notice.value = why;
}

export async function signOut(): Promise<void> {
  const gone = session.logOut();
  leave();
  await gone;
}

/** This window takes the connection back from the other one. */
export function takeBack(): void {
  leave();
  begin();
}

export function wake(): void {
  model.value?.client.wake();
  model.value?.markRead();
}
