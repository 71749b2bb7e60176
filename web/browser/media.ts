// What proves media (docs/calls.md): frames that are decoded, the colour of the picture, the tone of the sound, the path.
import type { Page } from 'playwright-core';

export interface Heard {
  readonly frames: number;
  readonly samples: number;
  readonly concealed: number;
  readonly local: string;
  readonly remote: string;
  readonly protocol: string;
}

/** Of the one call of a page; null: there is none, or it is not connected. */
export function heard(page: Page): Promise<Heard | null> {
  return page.evaluate(async () => {
    const model = (globalThis as unknown as { imCall: { call: { value: { connections: RTCPeerConnection[] } | null } } }).imCall;
    const pc = model?.call.value?.connections[0];
    if (!pc || pc.connectionState !== 'connected') return null;
    const stats = [...(await pc.getStats() as unknown as Map<string, Record<string, unknown>>).values()];
    const of = (type: string, kind?: string) => stats.find((one) => one['type'] === type && (!kind || one['kind'] === kind));
    const sum = (name: string, kind: string) => stats.filter((one) => one['type'] === 'inbound-rtp' && one['kind'] === kind).reduce((total, one) => total + Number(one[name] ?? 0), 0);
    const pair = stats.find((one) => one['id'] === of('transport')?.['selectedCandidatePairId']);
    const end = (side: string) => stats.find((one) => one['id'] === pair?.[`${side}CandidateId`]);
    return {
      frames: sum('framesDecoded', 'video'),
      samples: sum('totalSamplesReceived', 'audio'),
      concealed: sum('concealedSamples', 'audio'),
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
    const holder = globalThis as unknown as { imEar?: { audio: AudioContext; analyser: AnalyserNode } };
    const element = document.querySelector<HTMLAudioElement>('.call audio');
    const stream = element?.srcObject as MediaStream | null;
    if (!stream || stream.getAudioTracks().length === 0) return 0;
    if (!holder.imEar) {
      const audio = new AudioContext();
      const analyser = audio.createAnalyser();
      analyser.fftSize = 8192;
      audio.createMediaStreamSource(stream).connect(analyser);
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
