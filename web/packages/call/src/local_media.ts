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

/** What this device sends: opened when it is wanted, stopped at the end. */
export class LocalMedia {
  readonly tracks = new Map<Source, MediaStreamTrack>();
  readonly #options: LocalOptions;
  #over = false;

  constructor(options: LocalOptions) {
    this.#options = options;
  }

  /** Off: the track stays, silent or black, so that nothing is negotiated. */
  async device(source: 'mic' | 'cam', on: boolean): Promise<void> {
    const old = this.tracks.get(source);
    if (old) old.enabled = on;
    else if (on) await this.#give(source, await this.#options.devices[source]());
    this.#options.changed(this.tracks);
  }

  /** Opens the devices that are chosen now in the place of those that run. */
  async again(): Promise<void> {
    for (const source of ['mic', 'cam'] as const) {
      const old = this.tracks.get(source);
      if (!old) continue;
      const track = await this.#options.devices[source]();
      track.enabled = old.enabled;
      old.stop();
      await this.#give(source, track);
    }
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
      track.onended = null;
      track.stop();
      this.tracks.delete(source);
      await this.#options.show(source, null);
    }
    this.#options.changed(this.tracks);
  }

  /** Everything stops; what is opened after this, too. */
  end(): void {
    this.#over = true;
    for (const track of this.tracks.values()) track.stop();
    this.tracks.clear();
  }

  async #give(source: Source, track: MediaStreamTrack): Promise<void> {
    if (this.#over) return track.stop();
    this.tracks.set(source, track);
    this.#options.changed(this.tracks);
    await this.#options.show(source, track);
  }
}
