// A party of a call of two, as docs/calls.md says it: descriptions, candidates, reports, and the end.
import { randomUUID } from 'node:crypto';
import { RTCPeerConnection } from 'werift';
import { Refused } from './link.mjs';
import { Heard, pictures, playing, sound } from './media.mjs';

const STATE = { mic: true, cam: true, screen: false, hold: false };
const ufragOf = (sdp) => /^a=ice-ufrag:(\S+)/m.exec(sdp ?? '')?.[1] ?? '';

export class Party {
  heard = new Heard();
  ended = new Promise((resolve) => (this.over = resolve));
  #link;
  #say;
  #ids = {};
  #peer = '';
  #cseq = 0;
  #neg = 0;
  #theirs = 0;
  #told = new Set();
  #early = [];
  #clips = [];
  #timer;

  constructor(link, say) {
    this.#link = link;
    this.#say = say;
  }

  async call(uid) {
    this.#enter(await this.#link.ask('call.invite', { client_call_id: randomUUID(), callee: [uid], kind: 'video', caps: ['vp8'] }));
  }

  async answer(call_id) {
    await this.#link.ask('call.ringing', { call_id });
    const answer = await this.#link.ask('call.accept', { call_id, caps: ['vp8'], media: STATE });
    this.#enter(answer);
    this.#peer = answer.peer_party;
    await this.#ask('call.media', { state: STATE });
  }

  hangup() {
    return this.#ask('call.hangup', { reason: 'hangup' });
  }

  async close() {
    clearInterval(this.#timer);
    for (const clip of this.#clips) clip.stop();
    await this.pc.close();
  }

  /** Events come at least once; one that has a number counts once. */
  async event(event) {
    if (event.call_id !== this.#ids.call_id || (event.to_party ?? this.#ids.party_id) !== this.#ids.party_id) return;
    if (event.eseq !== undefined && this.#told.has(event.eseq)) return;
    this.#told.add(event.eseq);
    if (event.cmd === 'call.accepted') await this.#accepted(event);
    else if (event.cmd === 'call.sdp') await this.#described(event);
    else if (event.cmd === 'call.ice') await this.#candidates(event);
    else if (event.cmd === 'call.ended') this.over(event.reason);
  }

  #enter({ call_id, party_id, ice }) {
    this.#ids = { call_id, party_id };
    this.pc = new RTCPeerConnection({ iceServers: ice.iceServers.flatMap(({ urls, ...rest }) => urls.map((one) => ({ urls: one, ...rest }))), iceAdditionalHostAddresses: ['127.0.0.1'] });
    this.pc.onTrack.subscribe((track) => this.heard.take(track));
    this.pc.onIceCandidate.subscribe((candidate) => void this.#gathered(candidate));
    this.pc.connectionStateChange.subscribe((state) => void this.#changed(state));
    this.#timer = setInterval(() => void this.#report(), 10_000);
  }

  #ask(cmd, fields) {
    return this.#link.ask(cmd, { ...this.#ids, cseq: ++this.#cseq, ...fields });
  }

  async #accepted({ peer_party, role }) {
    this.#peer = peer_party;
    await this.#ask('call.media', { state: STATE });
    if (role !== 'caller') return;
    this.#show(['audio', 'video']);
    const offer = await this.pc.createOffer();
    await this.#describe(offer, ++this.#neg);
  }

  /** Adds what this side sends, once each. An answer has room for what was offered and no more. */
  #show(kinds) {
    const add = (kind, make) => {
      if (!kinds.includes(kind) || this.#clips.some(({ track }) => track.kind === kind)) return;
      const clip = make();
      this.#clips.push(clip);
      this.pc.addTrack(clip.track);
    };
    add('audio', () => playing('audio', sound(process.env.IM_OGG), { ms: 20, ticks: 960 }));
    add('video', () => playing('video', pictures(process.env.IM_IVF), { ms: 100, ticks: 9000 }));
  }

  /** The description goes before the candidates that the library finds while it sets it. */
  async #describe(description, neg) {
    await this.pc.setLocalDescription(description);
    const { type, sdp } = this.pc.localDescription;
    const tracks = this.pc.getTransceivers().map(({ mid, kind }) => ({ mid, source: kind === 'audio' ? 'mic' : 'cam' }));
    await this.#ask('call.sdp', { to_party: this.#peer, pc: 'p2p', neg, description: { type, sdp }, tracks });
  }

  async #described({ neg, description }) {
    const offer = description.type === 'offer';
    if (offer ? neg <= this.#theirs : neg !== this.#neg) return;
    await this.pc.setRemoteDescription(description);
    for (const one of this.#early.splice(0)) await this.#candidates(one);
    if (!offer) return;
    this.#theirs = neg;
    this.#show(this.pc.getTransceivers().map(({ kind }) => kind));
    await this.#describe(await this.pc.createAnswer(), neg);
  }

  async #candidates(event) {
    if (ufragOf(this.pc.remoteDescription?.sdp) !== event.ufrag) return void this.#early.push(event);
    for (const { candidate, mid, mline } of event.candidates) await this.pc.addIceCandidate({ candidate, sdpMid: mid, sdpMLineIndex: mline });
  }

  async #gathered(found) {
    const local = this.pc.localDescription;
    if (!local) return;
    const candidates = found ? [{ candidate: found.candidate, mid: found.sdpMid ?? '', mline: found.sdpMLineIndex ?? 0 }] : [];
    await this.#ask('call.ice', { to_party: this.#peer, pc: 'p2p', neg: local.type === 'offer' ? this.#neg : this.#theirs, ufrag: ufragOf(local.sdp), candidates, end: !found });
  }

  async #changed(state) {
    if (state === 'connected') this.#say('connected');
    await this.#report();
  }

  async #report() {
    if (!this.#peer || this.pc.connectionState === 'closed') return;
    try {
      await this.#ask('call.report', { pc_state: this.pc.connectionState, inbound_ok: this.heard.counters.audio_frames > 0 });
    } catch (error) {
      if (!(error instanceof Refused) || ![4404, 4410].includes(error.code)) throw error; // it has ended meanwhile
    }
  }
}
