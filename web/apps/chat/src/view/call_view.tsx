import { useEffect, useRef, useState } from 'preact/hooks';
import type { CallState, Remote } from '@webrtc-im/call';
import { t } from '../i18n.ts';
import type { Words } from '../words_en.ts';
import type { ChatModel } from '../model/chat_model.ts';
import type { CallModel } from '../model/call_model.ts';
import { AddDialog } from './add_dialog.tsx';
import { DevicesDialog } from './devices_dialog.tsx';
import { Icon, type IconName } from './icons.tsx';
import { Avatar, IconButton } from './parts.tsx';

type Name = (uid: number) => string;

/** All there is of calls on a page: what rings, what runs, how it ended. */
export function CallLayer({ chat, model }: { chat: ChatModel; model: CallModel }) {
  const name: Name = (uid) => chat.people.name(uid);
  return (
    <>
      {model.call.value && <Running chat={chat} model={model} name={name} />}
      {model.waits.value && <Waiting model={model} name={name} />}
      {model.incoming.value && <Ringing model={model} name={name} />}
      {!model.call.value && model.ended.value && <Over model={model} name={name} />}
      {!model.call.value && !model.incoming.value && !model.ended.value && model.elsewhere.value && <Elsewhere model={model} />}
    </>
  );
}

function Ringing({ model, name }: { model: CallModel; name: Name }) {
  const { from, kind } = model.incoming.value!;
  const accept = useRef<HTMLButtonElement>(null);
  useEffect(() => accept.current?.focus(), []);
  return (
    <div class="ringing" role="alertdialog" aria-label={t('callFrom', { who: name(from) })}>
      <Avatar name={name(from)} id={from} />
      <div class="ringing-text">
        <b>{name(from)}</b>
        <span>{t(kind === 'audio' ? 'callsAudio' : kind === 'video' ? 'callsVideo' : 'callsScreen')}</span>
      </div>
      <button type="button" class="round decline" aria-label={t('decline')} title={t('decline')} onClick={() => model.reject()}><Icon name="hangup" /></button>
      <button type="button" ref={accept} class="round accept" aria-label={t('accept')} title={t('accept')} onClick={() => void model.accept()}><Icon name={kind === 'video' ? 'video' : 'phone'} /></button>
    </div>
  );
}

/** The cluster lets the call wait: too many of them. */
function Waiting({ model, name }: { model: CallModel; name: Name }) {
  useSeconds();
  const { peer, until } = model.waits.value!;
  return (
    <div class="ringing" role="status">
      <Avatar name={name(peer)} id={peer} />
      <div class="ringing-text">
        <b>{name(peer)}</b>
        <span>{t('callWaits', { n: Math.max(1, Math.ceil((until - Date.now()) / 1000)) })}</span>
      </div>
    </div>
  );
}

/** This user is in a call on another device. */
function Elsewhere({ model }: { model: CallModel }) {
  return (
    <div class="ringing" role="status">
      <div class="ringing-text"><span class="whole">{t('inCallOn', { device: model.elsewhere.value!.device })}</span></div>
      <button type="button" onClick={() => void model.takeOver()}>{t('takeOver')}</button>
    </div>
  );
}

function Over({ model, name }: { model: CallModel; name: Name }) {
  const { reason, peer, kind } = model.ended.value!;
  return (
    <div class="ringing" role="status">
      {peer > 0 && <Avatar name={name(peer)} id={peer} />}
      <div class="ringing-text">
        <b>{peer > 0 ? name(peer) : t('meeting')}</b>
        <span>{endWords(reason)}</span>
      </div>
      {peer > 0 && <button type="button" onClick={() => void model.start(peer, kind)}>{t('callBack')}</button>}
      <IconButton icon="close" label={t('close')} onClick={() => (model.ended.value = null)} />
    </div>
  );
}

const ends: Readonly<Record<string, keyof Words>> = {
  full: 'endFull',
  busy: 'endBusy',
  rejected: 'endRejected',
  timeout: 'callNoAnswer',
  answered_elsewhere: 'endElsewhere',
  ice_failed: 'endFailed',
  unreachable: 'endUnreachable',
  nothing_in_common: 'endNoCommon',
  no_media: 'endNoMedia',
  too_many: 'endTooMany',
  not_yet: 'endNotYet',
  kicked: 'endKicked',
  hangup: 'endHangup',
  cancelled: 'endHangup',
  ended_by_host: 'endHangup',
  max_duration: 'endHangup',
};

function endWords(reason: string): string {
  return t(ends[reason] ?? 'endLost');
}

function Running({ chat, model, name }: { chat: ChatModel; model: CallModel; name: Name }) {
  const [devices, setDevices] = useState(false);
  const [adding, setAdding] = useState(false);
  const place = useRef<HTMLElement>(null);
  const { mic, cam, screen } = model.media.value;
  const remotes = model.remotes.value;
  const hold = model.hold.value;
  const shown = (remote: Remote) => (hold ? [] : picturesOf(remote));
  const pictures = remotes.flatMap(shown);
  const hidden = remotes.filter((remote) => shown(remote).length === 0);
  const group = model.group.value;
  const called = model.peer.value > 0;
  const who = !called ? t('meeting') : group && remotes.length > 0 ? remotes.map(({ uid }) => name(uid)).join(', ') : name(model.peer.value);
  return (
    <section class="call" ref={place} aria-label={t('callWith', { who })}>
      <header>
        <b>{who}</b>
        <Status model={model} />
      </header>
      <p class="call-held" role="status">{heldWords(model, name)}</p>
      <div class={`tiles n${Math.min(pictures.length + (group ? hidden.length : 0), 4)}`}>
        {pictures.map(({ key, uid, track, screen: isScreen }) => (
          <div class="tile" key={key}>
            <Picture track={track} class={isScreen ? 'screen' : ''} />
            {group && <span class="tile-name">{name(uid)}</span>}
          </div>
        ))}
        {group
          ? hidden.map((remote) => <NoPicture key={remote.party} uid={remote.uid} name={name} held={remote.media.hold} />)
          : pictures.length === 0 && <NoPicture uid={model.peer.value} name={name} />}
      </div>
      {remotes.map((remote) => <Sound key={remote.party} remote={remote} />)}
      {cam && !hold && model.local.value.get('cam') && <Picture track={model.local.value.get('cam')!} class="own" />}
      {model.stuck.value && <p class="call-problem" role="alert">{t('callStuck')}</p>}
      {model.problem.value && <p class="call-problem" role="alert">{t(`media_${model.problem.value}`)}</p>}
      <footer>
        <Control icon={mic ? 'mic' : 'micOff'} on={mic} label={t(mic ? 'micOff' : 'micOn')} onClick={() => void model.toggle('mic')} />
        <Control icon={cam ? 'video' : 'videoOff'} on={cam} label={t(cam ? 'camOff' : 'camOn')} onClick={() => void model.toggle('cam')} />
        <Control icon="screen" on={!screen} label={t(screen ? 'screenOff' : 'screenOn')} onClick={() => void model.toggle('screen')} />
        {(hold || connectedStates.has(model.state.value)) && <Control icon={hold ? 'play' : 'pause'} on={!hold} label={t(hold ? 'holdOff' : 'holdOn')} onClick={() => model.toggleHold()} />}
        {called && model.state.value === 'active' && <Control icon="plus" on label={t('addPeople')} onClick={() => setAdding(true)} />}
        <Control icon="gear" on label={t('devices')} onClick={() => setDevices(true)} />
        <button type="button" class="round decline" aria-label={t('hangUp')} title={t('hangUp')} onClick={() => model.hangup()}><Icon name="hangup" /></button>
      </footer>
      {adding && <AddDialog chat={chat} model={model} onClose={() => setAdding(false)} />}
      {devices && <DevicesDialog model={model} onClose={() => setDevices(false)} />}
    </section>
  );
}

const connectedStates: ReadonlySet<CallState> = new Set(['active', 'reconnecting']);

/** Who holds the call. In a group those who do are named where their picture would be. */
function heldWords(model: CallModel, name: Name): string {
  const other = model.group.value ? undefined : model.remotes.value.find(({ media }) => media.hold);
  return [model.hold.value ? t('onHold') : '', other ? t('heldBy', { who: name(other.uid) }) : ''].filter(Boolean).join(' ');
}

function NoPicture({ uid, name, held = false }: { uid: number; name: Name; held?: boolean }) {
  return (
    <div class="no-picture">
      <Avatar name={name(uid)} id={uid} />
      <span>{name(uid)}</span>
      {held && <small>{t('held')}</small>}
    </div>
  );
}

function Control({ icon, on, label, onClick }: { icon: IconName; on: boolean; label: string; onClick: () => void }) {
  return (
    <button type="button" class={`round ${on ? '' : 'off'}`} aria-label={label} title={label} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}

/** Drawn anew each second. */
function useSeconds(): void {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 1000);
    return () => clearInterval(timer);
  }, []);
}

function Status({ model }: { model: CallModel }) {
  useSeconds();
  const state = model.state.value;
  const seconds = model.since.value ? Math.floor((Date.now() - model.since.value) / 1000) : 0;
  const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  const words = { ringing: t(model.rings.value ? 'itRings' : 'calling'), connecting: t('callConnecting'), active: clock, reconnecting: t('callReconnecting'), ended: '' }[state];
  return (
    <span class="call-status" data-state={state} role="status">
      {words}
      {state === 'active' && model.quality.value !== 'good' && <i class={model.quality.value}> {t('weak')}</i>}
    </span>
  );
}

interface PictureOf {
  readonly key: string;
  readonly uid: number;
  readonly track: MediaStreamTrack;
  readonly screen: boolean;
}

/** The camera and the screen of a party, as far as it says that they are on. */
function picturesOf(remote: Remote): PictureOf[] {
  const out: PictureOf[] = [];
  if (remote.media.hold) return out;
  const screen = remote.tracks.get('screen');
  const cam = remote.tracks.get('cam');
  if (screen && remote.media.screen && screen.readyState === 'live') out.push({ key: `${remote.party} screen`, uid: remote.uid, track: screen, screen: true });
  if (cam && remote.media.cam && cam.readyState === 'live') out.push({ key: `${remote.party} cam`, uid: remote.uid, track: cam, screen: false });
  return out;
}

function Picture({ track, class: name }: { track: MediaStreamTrack; class: string }) {
  const ref = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    ref.current!.srcObject = new MediaStream([track]);
  }, [track]);
  return <video ref={ref} class={name} autoPlay playsInline muted />;
}

function Sound({ remote }: { remote: Remote }) {
  const ref = useRef<HTMLAudioElement>(null);
  const tracks = [remote.tracks.get('mic'), remote.tracks.get('screen_audio')].filter((track) => track !== undefined);
  useEffect(() => {
    ref.current!.srcObject = new MediaStream(tracks);
  }, [tracks.map((track) => track.id).join()]);
  return <audio ref={ref} autoPlay />;
}
