import type { Devices } from './devices.ts';
import type { LocalMedia } from './local_media.ts';
import type { PartyLink } from './party_link.ts';

export interface ScreenUses {
  readonly devices: Devices;
  readonly local: LocalMedia;
  readonly link: PartyLink;
  /** In a group one party at a time shows a screen, and asks for it. */
  readonly group: () => boolean;
  readonly say: (screen: boolean) => void;
}

/** The screen that this side shows, beside the camera. */
export class ScreenShare {
  readonly #uses: ScreenUses;
  #wanted = false;
  /** The user chooses, or the cluster is asked. */
  #opening: Promise<void> | undefined;

  constructor(uses: ScreenUses) {
    this.#uses = uses;
  }

  /** 4423: somebody else shares theirs. */
  begin(): Promise<void> {
    this.#wanted = true;
    this.#opening ??= this.#open().finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  /** Also of one that the user has still to choose: that is not shown. */
  async end(): Promise<void> {
    this.#wanted = false;
    await this.#opening?.catch(() => undefined);
    if (this.#wanted) return; // begun again meanwhile
    const { group, link, local, say } = this.#uses;
    await local.endScreen();
    if (group()) void link.send('call.screen', { on: false }).catch(() => undefined);
    say(false);
  }

  /** The call has become a group: of two screens one goes. */
  grew(): void {
    if (this.#uses.local.tracks.has('screen')) void this.#ask().catch(() => this.end());
  }

  async #open(): Promise<void> {
    const { devices, local, say } = this.#uses;
    if (local.tracks.has('screen')) return;
    const tracks = await devices.screen();
    try {
      if (this.#wanted) await this.#ask();
    } catch (error) {
      for (const track of tracks) track.stop();
      throw error;
    }
    if (!this.#wanted) return tracks.forEach((track) => track.stop());
    await local.screen(tracks);
    say(true);
    if (tracks.some(({ readyState }) => readyState === 'ended')) void this.end(); // stopped while the cluster was asked
  }

  async #ask(): Promise<void> {
    if (this.#uses.group()) await this.#uses.link.send('call.screen', { on: true });
  }
}
