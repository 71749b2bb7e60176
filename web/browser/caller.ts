// A Chromium that can be in calls: its camera shows one colour, its microphone says one tone.
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { launch, launchProgram } from './lib.ts';
import { writePicture, writeTone } from './y4m.ts';

export const looks = { ann: { yuv: [76, 84, 255], hz: 440 }, bob: { yuv: [29, 255, 107], hz: 880 }, eve: { yuv: [150, 44, 21], hz: 1320 } } as const;

/** `folder`: where its picture and its sound are written; `program`: Chromium, in whatever namespace. */
export function launchCaller(folder: string, who: keyof typeof looks, program?: string): Promise<Browser> {
  const [picture, sound] = [join(folder, `${who}.y4m`), join(folder, `${who}.wav`)];
  writePicture(picture, looks[who].yuv);
  writeTone(sound, looks[who].hz);
  const flags = [
    '--use-fake-ui-for-media-stream',
    '--use-fake-device-for-media-stream=display-media-type=monitor',
    `--use-file-for-fake-video-capture=${picture}`,
    `--use-file-for-fake-audio-capture=${sound}`,
    '--allow-loopback-in-peer-connection',
    '--disable-features=WebRtcHideLocalIpsWithMdns,LocalNetworkAccessChecks,LocalNetworkAccessChecksWebRTC',
  ];
  return program === undefined ? launch(...flags) : launchProgram(program, flags);
}
