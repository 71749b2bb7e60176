import type { Devices } from './devices.ts';
import type { Source } from './types.ts';

export interface LocalOptions {
  readonly devices: Devices;
  /** Shows a track to all other sides; null: not any more. */
  readonly show: (source: Source, track: MediaStreamTrack | null) => Promise<unknown>;
  readonly changed: (tracks: ReadonlyMap<Source, MediaStreamTrack>) => void;
  /** The browser's own stop button. */
  readonly screenEnded: () => void;
}

type Device = 'mic' | 'cam';

/** What this device sends: opened when it is wanted, stopped at the end. Whatever the browser gives too late is stopped, too. */
export class LocalMedia {
  readonly tracks = new Map<Source, MediaStreamTrack>();
  readonly #options: LocalOptions;
  /** What was asked for last; an opening may take as long as the user thinks about it. */
  readonly #wanted = new Map<Device, boolean>();
  #held = false;
  /** Of each device one thing after the other. */
  readonly #lanes = new Map<Device, Promise<void>>();
  #over = false;

  constructor(options: LocalOptions) {
    this.#options = options;
  }

  /** Off: the track stays, silent or black, so that nothing is negotiated. One that is still being opened is not opened. */
  async device(source: Device, on: boolean): Promise<void> {
    this.#wanted.set(source, on);
    const old = this.tracks.get(source);
    if (old) old.enabled = on && !this.#held;
    else if (on) await this.#queue(source, () => this.#open(source));
    this.#changed();
  }

  isOn(source: Device): boolean {
    return this.tracks.has(source) && this.#wanted.get(source) === true;
  }

  /** Everything that is sent is silent or black until it goes on as it was. */
  hold(on: boolean): void {
    this.#held = on;
    for (const [source, track] of this.tracks) track.enabled = this.#sends(source);
    this.#changed();
  }

  /** Opens the devices that are chosen now in the place of those that run. */
  async again(): Promise<void> {
    for (const source of ['mic', 'cam'] as const) await this.#queue(source, () => this.#replace(source));
  }

  async screen(tracks: readonly MediaStreamTrack[]): Promise<void> {
    for (const track of tracks) {
      track.onended = () => this.#options.screenEnded();
      await this.#give(track.kind === 'video' ? 'screen' : 'screen_audio', track);
    }
  }

  async endScreen(): Promise<void> {
    for (const source of ['screen', 'screen_audio'] as const) {
      const track = this.tracks.get(source);
      if (!track) continue;
      stop(track);
      this.tracks.delete(source);
      await this.#options.show(source, null);
    }
    this.#changed();
  }

  /** Everything stops; what is opened after this, too. */
  end(): void {
    this.#over = true;
    for (const track of this.tracks.values()) stop(track);
    this.tracks.clear();
  }

  /** Of what is over nobody is told. */
  #changed(): void {
    if (!this.#over) this.#options.changed(this.tracks);
  }

  #sends(source: Source): boolean {
    return !this.#held && (source === 'screen' || source === 'screen_audio' || this.#wanted.get(source) === true);
  }

  #queue(source: Device, step: () => Promise<void>): Promise<void> {
    const done = (this.#lanes.get(source) ?? Promise.resolve()).catch(() => undefined).then(step);
    this.#lanes.set(source, done);
    return done;
  }

  async #open(source: Device): Promise<void> {
    const old = this.tracks.get(source);
    if (old) old.enabled = this.#sends(source);
    if (old || this.#over || !this.#wanted.get(source)) return;
    const track = await this.#options.devices[source]();
    if (this.#wanted.get(source)) await this.#give(source, track);
    else stop(track);
  }

  async #replace(source: Device): Promise<void> {
    if (!this.tracks.has(source)) return;
    const track = await this.#options.devices[source]();
    await this.#give(source, track);
  }

  async #give(source: Source, track: MediaStreamTrack): Promise<void> {
    if (this.#over) return stop(track);
    const old = this.tracks.get(source);
    if (old) stop(old);
    track.enabled = this.#sends(source);
    this.tracks.set(source, track);
    this.#changed();
    await this.#options.show(source, track);
  }
}

function stop(track: MediaStreamTrack): void {
  track.onended = null;
  track.stop();
}
