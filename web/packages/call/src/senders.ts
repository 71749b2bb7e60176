import { openLines } from './sdp.ts';
import type { Source, Track } from './types.ts';

interface Sending {
  readonly source: Source;
  readonly transceiver: RTCRtpTransceiver;
  /** What is shown in it; while nothing is sent, that is what comes back. */
  track: MediaStreamTrack | null;
}

/** What this side shows over one connection, and in which m-lines. */
export class Senders {
  readonly #pc: RTCPeerConnection;
  #sending: Sending[] = [];
  /** M-lines of the other side's newest offer that take media, by `mid`. */
  #open: ReadonlySet<string> = new Set();
  #listening: RTCRtpTransceiver | undefined;
  #paused = false;

  constructor(pc: RTCPeerConnection) {
    this.#pc = pc;
  }

  get tracks(): Track[] {
    return this.#sending.flatMap(({ source, transceiver }) => (transceiver.mid === null ? [] : [{ mid: transceiver.mid, source }]));
  }

  /** Sound goes both ways, and nothing is said yet: a microphone that comes later needs no negotiation. */
  listen(): void {
    this.#listening = this.#pc.addTransceiver('audio', { direction: 'sendrecv' });
  }

  /** An offer of the other side was applied. */
  offered(sdp: string): void {
    this.#open = openLines(sdp);
  }

  /** A microphone or camera that is off stays silent or black. A screen's m-line stays, for the other side and for the next screen. */
  async show(source: Source, track: MediaStreamTrack | null): Promise<void> {
    const known = this.#sending.find((one) => one.source === source);
    if (!known) return track ? this.#place(source, track) : undefined;
    const { transceiver } = known;
    if (track && transceiver.direction === 'recvonly') transceiver.direction = 'sendrecv';
    known.track = track;
    await this.#fill(known);
    if (!track && source.startsWith('screen')) transceiver.direction = 'recvonly';
  }

  /** Nothing is sent until it goes on as it is then. M-lines and directions stay, so nothing is negotiated. */
  async pause(on: boolean): Promise<void> {
    this.#paused = on;
    await Promise.all(this.#sending.map((one) => this.#fill(one)));
  }

  /** An offer of the other side was taken back, and with it m-lines: what was in them goes into others. */
  async back(tracks: readonly (readonly [Source, MediaStreamTrack])[]): Promise<void> {
    const there = new Set(this.#pc.getTransceivers());
    this.#sending = this.#sending.filter(({ transceiver }) => there.has(transceiver));
    this.#open = new Set();
    for (const [source, track] of tracks) if (!this.#sending.some((one) => one.source === source)) await this.#place(source, track);
  }

  async #place(source: Source, track: MediaStreamTrack): Promise<void> {
    const placed = { source, transceiver: this.#lineFor(source, track), track };
    this.#sending.push(placed);
    if (this.#paused || placed.transceiver.sender.track !== track) await this.#fill(placed);
  }

  /** In the order of the calls, whatever `sender.track` is until the one before is through. */
  #fill({ transceiver, track }: Sending): Promise<void> {
    return transceiver.sender.replaceTrack(this.#paused ? null : track);
  }

  /**
   * A microphone shares an m-line with the other side's sound, whatever that is: `addTrack` does so, too, but also with one where nothing is
   * taken (`sendonly`), and then it would never be sent. A picture has one of its own: in Chromium the picture that comes in the same m-line is
   * lost for new elements when an offer is taken back.
   */
  #lineFor(source: Source, track: MediaStreamTrack): RTCRtpTransceiver {
    const alone = track.kind === 'video' || source === 'screen_audio';
    const unused = alone ? [] : this.#unused(track.kind);
    const shared = unused.find((one) => one === this.#listening || (one.mid !== null && this.#open.has(one.mid)));
    if (shared) {
      shared.direction = 'sendrecv';
      return shared;
    }
    if (alone || unused.length > 0) return this.#pc.addTransceiver(track, { direction: 'sendrecv' });
    const sender = this.#pc.addTrack(track);
    return this.#pc.getTransceivers().find((one) => one.sender === sender)!;
  }

  #unused(kind: string): RTCRtpTransceiver[] {
    const used = new Set(this.#sending.map(({ transceiver }) => transceiver));
    return this.#pc.getTransceivers().filter((one) => !used.has(one) && one.receiver.track.kind === kind && one.direction !== 'stopped');
  }
}
