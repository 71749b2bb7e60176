/** Two soft tones every two seconds. Silent where the browser wants a click first. */
export class Ringer {
  #audio: AudioContext | undefined;
  #timer: ReturnType<typeof setInterval> | undefined;

  ring(): void {
    this.stop();
    try {
      this.#audio = new AudioContext();
    } catch {
      return; // no sound on this device
    }
    this.#twice();
    this.#timer = setInterval(() => this.#twice(), 2000);
    navigator.vibrate?.([300, 200, 300]);
  }

  stop(): void {
    clearInterval(this.#timer);
    void this.#audio?.close();
    this.#audio = undefined;
  }

  #twice(): void {
    const audio = this.#audio!;
    for (const [at, hz] of [[0, 660], [0.25, 880]] as const) {
      const tone = audio.createOscillator();
      const volume = audio.createGain();
      tone.frequency.value = hz;
      volume.gain.setValueAtTime(0.12, audio.currentTime + at);
      volume.gain.exponentialRampToValueAtTime(0.001, audio.currentTime + at + 0.22);
      tone.connect(volume).connect(audio.destination);
      tone.start(audio.currentTime + at);
      tone.stop(audio.currentTime + at + 0.24);
    }
  }
}
