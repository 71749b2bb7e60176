import { useRef } from 'preact/hooks';
import type { Kind } from '@webrtc-im/call';
import { t } from '../i18n.ts';
import type { CallModel } from '../model/call_model.ts';
import type { ChatModel } from '../model/chat_model.ts';
import { CallLayer } from './call_view.tsx';
import { Icon, type IconName } from './icons.tsx';
import { ConnectionBar } from './shell.tsx';
import { VideoMessagesPart } from './video_messages.tsx';

const kinds: readonly (readonly [Kind, 'startCall' | 'startVideo' | 'startScreen', IconName])[] = [
  ['audio', 'startCall', 'phone'],
  ['video', 'startVideo', 'video'],
  ['screen', 'startScreen', 'screen'],
];

/** Calls and nothing else: a number and three buttons. */
export function CallPage({ chat, model }: { chat: ChatModel; model: CallModel }) {
  const field = useRef<HTMLInputElement>(null);
  const meeting = useRef<HTMLInputElement>(null);
  const join = () => {
    const meeting_no = meeting.current!.value.replace(/\D/g, '');
    if (meeting_no) void model.join({ meeting_no }, 'video');
  };
  const start = (kind: Kind) => {
    const uid = Number(field.current!.value.replace(/^#/, ''));
    if (Number.isSafeInteger(uid) && uid > 0) void model.start(uid, kind);
  };
  return (
    <main class="plain">
      <ConnectionBar />
      <div class="card">
        <h1>{t('callPage')}</h1>
        <p class="muted">{t('uid', { n: chat.me })}</p>
        <label>
          {t('whomToCall')}
          <input ref={field} name="callee" inputMode="numeric" placeholder={t('calleeNumber')} />
        </label>
        <div class="choice">
          {kinds.map(([kind, words, icon]) => (
            <button type="button" key={kind} data-kind={kind} onClick={() => start(kind)}><Icon name={icon} /> {t(words)}</button>
          ))}
        </div>
        <hr />
        <label>
          {t('meetingNumber')}
          <input ref={meeting} name="meeting" inputMode="numeric" placeholder="123 456 789" />
        </label>
        <button type="button" onClick={join}>{t('joinMeeting')}</button>
      </div>
      <VideoMessagesPart chat={chat} model={model} />
      <CallLayer chat={chat} model={model} />
    </main>
  );
}
