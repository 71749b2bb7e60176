import { useEffect, useRef, useState } from 'preact/hooks';
import type { Remote } from '@webrtc-im/call';
import { t } from '../i18n.ts';
import type { CallModel } from '../model/call_model.ts';
import { DevicesDialog } from './devices_dialog.tsx';
import { Icon, type IconName } from './icons.tsx';
import { Avatar, IconButton } from './parts.tsx';

type Name = (uid: number) => string;

/** All there is of calls on a page: what rings, what runs, how it ended. */
export function CallLayer({ model, name }: { model: CallModel; name: Name }) {
  return (
    <>
      {model.call.value && <Running model={model} name={name} />}
      {model.incoming.value && <Ringing model={model} name={name} />}
      {!model.call.value && model.ended.value && <Over model={model} name={name} />}
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

function endWords(reason: string): string {
  if (reason === 'full') return t('endFull');
  if (reason === 'busy') return t('endBusy');
  if (reason === 'rejected') return t('endRejected');
  if (reason === 'timeout') return t('callNoAnswer');
  if (reason === 'answered_elsewhere') return t('endElsewhere');
  if (reason === 'unreachable') return t('endUnreachable');
  return t(reason === 'hangup' || reason === 'cancelled' ? 'endHangup' : 'endLost');
}

function Running({ model, name }: { model: CallModel; name: Name }) {
  const [devices, setDevices] = useState(false);
  const place = useRef<HTMLElement>(null);
  const { mic, cam, screen } = model.media.value;
  const remotes = model.remotes.value;
  const pictures = remotes.flatMap((remote) => picturesOf(remote));
  const hidden = remotes.filter((remote) => picturesOf(remote).length === 0);
  const who = model.peer.value > 0 ? name(model.peer.value) : t('meeting');
  return (
    <section class="call" ref={place} aria-label={t('callWith', { who })}>
      <header>
        <b>{who}</b>
        <Status model={model} />
      </header>
      <div class={`tiles n${Math.min(pictures.length + (model.peer.value > 0 ? 0 : hidden.length), 4)}`}>
        {pictures.map(({ key, track, screen: isScreen }) => <Picture key={key} track={track} class={isScreen ? 'screen' : ''} />)}
        {model.peer.value > 0
          ? pictures.length === 0 && <NoPicture uid={model.peer.value} name={name} />
          : hidden.map((remote) => <NoPicture key={remote.party} uid={remote.uid} name={name} />)}
      </div>
      {remotes.map((remote) => <Sound key={remote.party} remote={remote} />)}
      {cam && model.local.value.get('cam') && <Picture track={model.local.value.get('cam')!} class="own" />}
      {model.problem.value && <p class="call-problem" role="alert">{t(`media_${model.problem.value}`)}</p>}
      <footer>
        <Control icon="mic" on={mic} label={t(mic ? 'micOff' : 'micOn')} onClick={() => void model.toggle('mic')} />
        <Control icon="video" on={cam} label={t(cam ? 'camOff' : 'camOn')} onClick={() => void model.toggle('cam')} />
        <Control icon="screen" on={!screen} label={t(screen ? 'screenOff' : 'screenOn')} onClick={() => void model.toggle('screen')} />
        <Control icon="gear" on label={t('devices')} onClick={() => setDevices(true)} />
        <button type="button" class="round decline" aria-label={t('hangUp')} title={t('hangUp')} onClick={() => model.hangup()}><Icon name="hangup" /></button>
      </footer>
      {devices && <DevicesDialog model={model} onClose={() => setDevices(false)} />}
    </section>
  );
}

function NoPicture({ uid, name }: { uid: number; name: Name }) {
  return (
    <div class="no-picture">
      <Avatar name={name(uid)} id={uid} />
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

function Status({ model }: { model: CallModel }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 1000);
    return () => clearInterval(timer);
  }, []);
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
  readonly track: MediaStreamTrack;
  readonly screen: boolean;
}

/** The camera and the screen of a party, as far as it says that they are on. */
function picturesOf(remote: Remote): PictureOf[] {
  const out: PictureOf[] = [];
  const screen = remote.tracks.get('screen');
  const cam = remote.tracks.get('cam');
  if (screen && remote.media.screen && screen.readyState === 'live') out.push({ key: `${remote.party} screen`, track: screen, screen: true });
  if (cam && remote.media.cam && cam.readyState === 'live') out.push({ key: `${remote.party} cam`, track: cam, screen: false });
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
