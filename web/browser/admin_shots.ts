// admin_shots.ts FOLDER: a picture of every screen of the admin page: desktop, phone, dark, Chinese.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { go, logIn, openAdmin, row, SECTIONS } from './admin_lib.ts';
import { launch, open, post, user } from './lib.ts';

const folder = process.argv[2] ?? 'shots';
mkdirSync(folder, { recursive: true });
const looks = {
  desktop: { viewport: { width: 1200, height: 800 } },
  phone: { viewport: { width: 390, height: 780 }, hasTouch: true, isMobile: true, deviceScaleFactor: 2 },
  dark: { viewport: { width: 1200, height: 800 }, colorScheme: 'dark' },
  chinese: { viewport: { width: 1200, height: 800 }, locale: 'zh-CN' },
} as const;

const browser = await launch();
const [ann, bob] = [await user('Ann'), await user('王小明')];
await user('A name that is much too long for its place in the list of users');
await post('group.create', { name: 'Climbing on Sundays', members: [bob.uid] }, ann.token);
for (const [i, body] of ['see you at ten', '早上好，今天的会议几点开始？', 'a longer line: the quick brown fox jumps over the lazy dog, again and again, until the end of the line has come'].entries())
  await post('msg.send', { to: bob.uid, client_msg_id: `s${i}`, body }, ann.token);
const client = await open(browser, ann);
await client.page.locator('.entry').first().waitFor();

for (const [look, options] of Object.entries(looks)) {
  const { page, context } = await openAdmin(browser, options);
  const shot = (name: string) => page.screenshot({ path: join(folder, `admin-${look}-${name}.png`) });
  await shot('login');
  await logIn(page, 'nobody', 'wrong');
  await page.locator('.error').waitFor();
  await shot('login-wrong');
  await logIn(page);
  for (const section of SECTIONS) {
    await go(page, section);
    if (section === 'messages') {
      await page.locator('input[name=from]').fill(String(ann.uid));
      await page.keyboard.press('Enter');
      await row(page, 'see you at ten').waitFor();
    }
    await page.waitForTimeout(section === 'overview' ? 7000 : 2500);
    await shot(section);
  }
  await go(page, 'users');
  await row(page, 'Ann').first().getByRole('button').click();
  await page.locator('dialog[open] .buttons button').first().waitFor();
  await shot('user');
  await page.locator('dialog[open] .buttons button').nth(1).click();
  await shot('mute');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await go(page, 'groups');
  await row(page, 'Climbing').first().getByRole('button').click();
  await page.locator('dialog[open] .members li').first().waitFor();
  await shot('group');
  await context.close();
}
await browser.close();
