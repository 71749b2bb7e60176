// axe over every screen that `./im test shots` draws, calls among them: on a phone, in Chinese and dark (one of the three in a plain run).
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { faults } from './axe.ts';
import { partOf } from './sample.ts';
import { seed, type Seed } from './shots/seed.ts';
import { atEachScreen, lookOf } from './shots/stage.ts';
import { launchForTour, tour } from './shots/tour.ts';

const LOOKS = ['phone', 'chinese', 'dark'] as const;
const LEAST_SCREENS = 40;
const part = partOf('looks', LOOKS.length);
let browser: Browser;
let seeded: Seed;

before(async () => {
  browser = await launchForTour();
  seeded = await seed(browser);
});
after(() => browser?.close());

for (const name of LOOKS.filter((_, at) => part === null || part === at)) {
  test(`every screen, ${name}`, async (t) => {
    const found = new Map<string, string[]>();
    let screens = 0;
    atEachScreen(async (page, look, screen) => {
      screens += 1;
      for (const fault of await faults(page)) found.set(fault, [...(found.get(fault) ?? []), `${look.name}-${screen}`]);
    });
    const stuck = await tour(browser, lookOf(name), seeded).then(() => null, (error: unknown) => error);
    t.diagnostic(`${screens} screens`);
    assert.deepEqual(Object.fromEntries(found), {});
    if (stuck !== null) throw stuck;
    assert.ok(screens >= LEAST_SCREENS, `${screens} screens`);
  });
}
