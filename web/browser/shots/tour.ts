// Every screen of the chat page and the page of calls in one look, each shown once.
import type { Browser } from 'playwright-core';
import { launch, open, post } from '../lib.ts';
import * as calls from './calls.ts';
import * as chat from './chat.ts';
import type { Seed } from './seed.ts';
import type { Look } from './stage.ts';

/** A Chromium with a camera, a microphone and a screen. */
export const launchForTour = (): Promise<Browser> =>
  launch('--use-fake-ui-for-media-stream', '--use-fake-device-for-media-stream=display-media-type=monitor', '--allow-loopback-in-peer-connection');

export async function tour(browser: Browser, look: Look, seeded: Seed): Promise<void> {
  await chat.signingIn(browser, look);
  await chat.empty(browser, look, seeded.bob);
  await chat.trouble(browser, look, seeded);
  await post('group.mute', { conv_id: seeded.group, uid: seeded.wang.uid, for_s: 600 }, seeded.ann.token);
  await chat.muted(browser, look, seeded.wang);
  const others = await open(browser, seeded.bob, look.options); // so that somebody is online
  const { page, context } = await open(browser, seeded.ann, look.options);
  for (const scene of [chat.talk, chat.groups, chat.media, chat.dialogs, chat.people]) await scene(page, look);
  await others.context.close();
  await calls.oneToOne(browser, page, look, seeded);
  await context.close();
  await calls.meeting(browser, look);
}
