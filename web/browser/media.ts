// What proves media (docs/calls.md): frames that are decoded, the colour of the picture, the tone of the sound, the path.
import type { Page } from 'playwright-core';

export interface Heard {
  readonly frames: number;
  readonly keyFrames: number;
  /** Of the microphone, not of a screen: what a screen sounds like hides a voice that does not come. */
  readonly samples: number;
  readonly concealed: number;
  readonly energy: number;
  readonly local: string;
  readonly remote: string;
  readonly protocol: string;
}

/** Of the one call of a page; null: there is none, or it is not connected. */
export function heard(page: Page): Promise<Heard | null> {
  return page.evaluate(async () => {
    const model = (globalThis as unknown as { imCall: { call: { value: { connections: RTCPeerConnection[]; remotes: { tracks: Map<string, MediaStreamTrack> }[] } | null } } }).imCall;
    const pc = model?.call.value?.connections[0];
    const voice = model?.call.value?.remotes[0]?.tracks.get('mic')?.id;
    if (!pc || pc.connectionState !== 'connected') return null;
    const stats = [...(await pc.getStats() as unknown as Map<string, Record<string, unknown>>).values()];
    const of = (type: string, kind?: string) => stats.find((one) => one['type'] === type && (!kind || one['kind'] === kind));
    const comesIn = (kind: string) => stats.filter((one) => one['type'] === 'inbound-rtp' && one['kind'] === kind && (kind === 'video' || one['trackIdentifier'] === voice));
    const sum = (name: string, kind: string) => comesIn(kind).reduce((total, one) => total + Number(one[name] ?? 0), 0);
    const pair = stats.find((one) => one['id'] === of('transport')?.['selectedCandidatePairId']);
    const end = (side: string) => stats.find((one) => one['id'] === pair?.[`${side}CandidateId`]);
    return {
      frames: sum('framesDecoded', 'video'),
      keyFrames: sum('keyFramesDecoded', 'video'),
      samples: sum('totalSamplesReceived', 'audio'),
      concealed: sum('concealedSamples', 'audio'),
      energy: sum('totalAudioEnergy', 'audio'),
      local: String(end('local')?.['candidateType'] ?? ''),
      remote: String(end('remote')?.['candidateType'] ?? ''),
      protocol: String(end('local')?.['relayProtocol'] ?? end('local')?.['protocol'] ?? ''),
    };
  });
}

/** The mean colour of the other side's picture: `screen` or camera. */
export function colour(page: Page, screen = false): Promise<'red' | 'blue' | 'green' | 'other' | null> {
  return page.evaluate((selector) => {
    const video = document.querySelector<HTMLVideoElement>(selector);
    if (!video || video.videoWidth === 0) return null;
    const canvas = Object.assign(document.createElement('canvas'), { width: 16, height: 16 });
    const context = canvas.getContext('2d')!;
    context.drawImage(video, 0, 0, 16, 16);
    const data = context.getImageData(0, 0, 16, 16).data;
    let [r, g, b] = [0, 0, 0];
    for (let i = 0; i < data.length; i += 4) [r, g, b] = [r + data[i]!, g + data[i + 1]!, b + data[i + 2]!];
    if (r > 2 * g && r > 2 * b) return 'red';
    if (b > 2 * r && b > g) return 'blue';
    return g > 1.5 * r && g > 1.5 * b ? 'green' : 'other';
  }, screen ? '.tiles video.screen' : '.tiles video:not(.screen)');
}

/** The strongest tone of what the other side says, in Hz. */
export function tone(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const holder = globalThis as unknown as { imEar?: { audio: AudioContext; analyser: AnalyserNode }; imCall: { call: { value: { remotes: { tracks: Map<string, MediaStreamTrack> }[] } | null } } };
    const voice = holder.imCall.call.value?.remotes[0]?.tracks.get('mic');
    if (!voice) return 0;
    if (!holder.imEar) {
      const audio = new AudioContext();
      const analyser = audio.createAnalyser();
      analyser.fftSize = 8192;
      audio.createMediaStreamSource(new MediaStream([voice])).connect(analyser);
      holder.imEar = { audio, analyser };
    }
    const { audio, analyser } = holder.imEar;
    await audio.resume();
    const bins = new Float32Array(analyser.frequencyBinCount);
    analyser.getFloatFrequencyData(bins);
    const best = bins.reduce((at, value, i) => (value > bins[at]! ? i : at), 1);
    return bins[best]! < -80 ? 0 : (best * audio.sampleRate) / analyser.fftSize;
  });
}

/** The next call has another track to listen to. */
export function stopListening(page: Page): Promise<void> {
  return page.evaluate(async () => {
    const holder = globalThis as unknown as { imEar?: { audio: AudioContext } };
    await holder.imEar?.audio.close();
    delete holder.imEar;
  });
}

/** The mean colours of all cameras on the page, in the order of their names. */
export function colours(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const context = Object.assign(document.createElement('canvas'), { width: 1, height: 1 }).getContext('2d', { willReadFrequently: true })!;
    const shown = [...document.querySelectorAll<HTMLVideoElement>('.tiles video:not(.screen)')].filter(({ videoWidth }) => videoWidth > 0);
    return shown.map((video) => {
      context.drawImage(video, 0, 0, 1, 1);
      const [r, g, b] = context.getImageData(0, 0, 1, 1).data as unknown as [number, number, number];
      if (r > 1.5 * g && r > 1.5 * b) return 'red';
      if (b > 1.5 * r && b > g) return 'blue';
      return g > 1.5 * r && g > 1.5 * b ? 'green' : `${r} ${g} ${b}`;
    }).sort();
  });
}

/** The strongest tone of what each of the others says, in Hz, from low to high. */
export function tones(page: Page): Promise<number[]> {
  return page.evaluate(async () => {
    const { imCall } = globalThis as unknown as { imCall: { call: { value: { remotes: { tracks: Map<string, MediaStreamTrack> }[] } | null } } };
    const audio = new AudioContext();
    await audio.resume();
    const ears = (imCall.call.value?.remotes ?? []).flatMap(({ tracks }) => {
      const voice = tracks.get('mic');
      if (!voice) return [];
      const analyser = Object.assign(audio.createAnalyser(), { fftSize: 8192 });
      audio.createMediaStreamSource(new MediaStream([voice])).connect(analyser);
      return [analyser];
    });
    await new Promise((resolve) => setTimeout(resolve, 1000)); // as much sound as is looked at, and what goes before
    const found = ears.map((analyser) => {
      const bins = new Float32Array(analyser.frequencyBinCount);
      analyser.getFloatFrequencyData(bins);
      const best = bins.reduce((at, value, i) => (value > bins[at]! ? i : at), 1);
      return bins[best]! < -80 ? 0 : (best * audio.sampleRate) / analyser.fftSize;
    });
    await audio.close();
    return found.sort((one, other) => one - other);
  });
}

/** From now on the first connection of the page's call is looked at. */
export function watch(page: Page): Promise<void> {
  return page.evaluate(() => {
    const holder = globalThis as unknown as { imWatch: object; imCall: { call: { value: { connections: RTCPeerConnection[] } } } };
    const pc = holder.imCall.call.value.connections[0]!;
    const seen = { states: [] as string[], longest: 0, frames: 0, at: performance.now() };
    pc.addEventListener('connectionstatechange', () => seen.states.push(pc.connectionState));
    holder.imWatch = seen;
    const look = async () => {
      const stats = [...((await pc.getStats()) as unknown as Map<string, Record<string, unknown>>).values()];
      const frames = stats.reduce((sum, one) => sum + (one['kind'] === 'video' ? Number(one['framesDecoded'] ?? 0) : 0), 0);
      seen.longest = Math.max(seen.longest, performance.now() - seen.at);
      if (frames > seen.frames) [seen.frames, seen.at] = [frames, performance.now()];
      if (pc.connectionState !== 'closed') setTimeout(() => void look(), 100);
    };
    void look();
  });
}

/** What `watch` has seen: states that it entered, and the longest time without a frame, in ms. */
export function watched(page: Page): Promise<{ states: string[]; longest: number; frames: number }> {
  return page.evaluate(() => (globalThis as unknown as { imWatch: { states: string[]; longest: number; frames: number } }).imWatch);
}

/** From now on it is looked for the first media that come in on the first connection of the page's call: a voice, and with `video` a picture. */
export function awaitMedia(page: Page, video: boolean): Promise<void> {
  return page.evaluate((pictures) => {
    const holder = globalThis as unknown as { imFirst: number; imCall: { call: { value: { connections: RTCPeerConnection[] } | null } } };
    holder.imFirst = 0;
    const look = async () => {
      const stats = [...((await holder.imCall.call.value?.connections[0]?.getStats()) as unknown as Map<string, Record<string, unknown>> | undefined)?.values() ?? []];
      const sum = (name: string) => stats.reduce((total, one) => total + (one['type'] === 'inbound-rtp' ? Number(one[name] ?? 0) : 0), 0);
      if (sum('totalSamplesReceived') > 0 && (!pictures || sum('framesDecoded') > 0)) holder.imFirst = Date.now();
      else setTimeout(() => void look(), 50);
    };
    void look();
  }, video);
}

/** When what `awaitMedia` looks for was there; 0: not yet. */
export function firstMedia(page: Page): Promise<number> {
  return page.evaluate(() => (globalThis as unknown as { imFirst: number }).imFirst);
}

/** The same without a cluster: two connections of one page, from the asking for devices to the first media, in ms. */
export function controlOfMedia(page: Page, video: boolean): Promise<number> {
  return page.evaluate(async (pictures) => {
    const began = performance.now();
    const [from, to] = [new RTCPeerConnection(), new RTCPeerConnection()];
    const stream = await navigator.mediaDevices.getUserMedia({ audio: true, video: pictures });
    for (const track of stream.getTracks()) from.addTrack(track, stream);
    from.onicecandidate = ({ candidate }) => void to.addIceCandidate(candidate ?? undefined).catch(() => undefined);
    to.onicecandidate = ({ candidate }) => void from.addIceCandidate(candidate ?? undefined).catch(() => undefined);
    await from.setLocalDescription();
    await to.setRemoteDescription(from.localDescription!);
    await to.setLocalDescription();
    await from.setRemoteDescription(to.localDescription!);
    for (;;) {
      const stats = [...((await to.getStats()) as unknown as Map<string, Record<string, unknown>>).values()];
      const sum = (name: string) => stats.reduce((total, one) => total + (one['type'] === 'inbound-rtp' ? Number(one[name] ?? 0) : 0), 0);
      if (sum('totalSamplesReceived') > 0 && (!pictures || sum('framesDecoded') > 0)) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    for (const track of stream.getTracks()) track.stop();
    for (const pc of [from, to]) pc.close();
    return performance.now() - began;
  }, video);
}
