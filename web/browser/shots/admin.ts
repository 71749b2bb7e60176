// admin.ts FOLDER [LOOK]: a picture of every screen of the admin page: desktop, phone, dark, Chinese.
import { go, logIn, openAdmin, row, SECTIONS } from '../admin_lib.ts';
import { launch, open, post, user } from '../lib.ts';
import { looks, shot } from './stage.ts';

const browser = await launch();
const [ann, bob] = [await user('Ann'), await user('王小明')];
await user('A name that is much too long for its place in the list of users');
await post('group.create', { name: 'Climbing on Sundays', members: [bob.uid] }, ann.token);
for (const [i, body] of ['see you at ten', '早上好，今天的会议几点开始？', 'a longer line: the quick brown fox jumps over the lazy dog, again and again, until the end of the line has come'].entries())
  await post('msg.send', { to: bob.uid, client_msg_id: `s${i}`, body }, ann.token);
const client = await open(browser, ann);
await client.page.locator('.entry').first().waitFor();

for (const look of looks) {
  const { page, context } = await openAdmin(browser, look.options);
  const draw = (name: string) => shot(page, look, `admin-${name}`);
  await draw('login');
  await logIn(page, 'nobody', 'wrong');
  await page.locator('.error').waitFor();
  await draw('login-wrong');
  await logIn(page);
  for (const section of SECTIONS) {
    await go(page, section);
    if (section === 'messages') {
      await page.locator('input[name=from]').fill(String(ann.uid));
      await page.keyboard.press('Enter');
      await row(page, 'see you at ten').waitFor();
    }
    await page.waitForTimeout(section === 'overview' ? 7000 : 2500);
    await draw(section);
  }
  await go(page, 'users');
  await row(page, 'Ann').first().getByRole('button').click();
  await page.locator('dialog[open] .buttons button').first().waitFor();
  await draw('user');
  await page.locator('dialog[open] .buttons button').nth(1).click();
  await draw('mute');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await go(page, 'groups');
  await row(page, 'Climbing').first().getByRole('button').click();
  await page.locator('dialog[open] .members li').first().waitFor();
  await draw('group');
  await context.close();
}
await browser.close();
