// Users and what they said, so that every screen has something to show.
import type { Browser, Page } from 'playwright-core';
import { bytes, png } from '../files.ts';
import { open, post, user, until, type User } from '../lib.ts';

export interface Seed {
  readonly ann: User;
  readonly bob: User;
  readonly wang: User;
  readonly group: number;
}

const LINES = [
  'Hi Ann, can you read this?',
  'Yes! The new page works.',
  'Look at https://example.com/a/long/address?with=a&query, it has the plan.',
  'A longer message, to see how lines are broken: the quick brown fox jumps over the lazy dog, again and again, until the end of the line has come.',
  '👍',
  '早上好，今天的会议几点开始？',
  'Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft',
  'See you at ten.',
];

let sent = 0;
const say = (from: User, where: { to: number } | { conv_id: number }, body: string, more: object = {}) =>
  post('msg.send', { ...where, client_msg_id: `seed ${++sent}`, body, ...more }, from.token);

async function talk(ann: User, bob: User): Promise<void> {
  const ids: string[] = [];
  for (const [n, body] of LINES.entries()) ids.push(String((await say(n % 2 ? ann : bob, { to: n % 2 ? bob.uid : ann.uid }, body))['msg_id']));
  await post('msg.react', { msg_id: ids[1], emoji: '👍', on: true }, bob.token);
  await post('msg.react', { msg_id: ids[2], emoji: '❤️', on: true }, ann.token);
  await post('msg.react', { msg_id: ids[2], emoji: '❤️', on: true }, bob.token);
  await post('msg.edit', { msg_id: ids[3], body: LINES[3] + ' (And it was edited.)' }, ann.token);
  await post('msg.pin', { msg_id: ids[2], on: true }, ann.token);
  const gone = await say(bob, { to: ann.uid }, 'never mind');
  await post('msg.recall', { msg_id: gone['msg_id'] }, bob.token);
  await say(ann, { to: bob.uid }, 'Ten is fine.', { reply_to: Number(ids.at(-1)!.split(':')[1]) });
}

async function climbers(ann: User, bob: User, wang: User, eve: User): Promise<number> {
  const { conv_id } = await post('group.create', { name: 'Climbing on Sundays', members: [bob.uid, wang.uid] }, ann.token);
  const where = { conv_id: Number(conv_id) };
  await post('group.announce', { ...where, text: 'We meet at the north entrance.' }, ann.token);
  await post('group.role', { ...where, uid: bob.uid, role: 'admin' }, ann.token);
  await post('group.join', { ...where, greeting: 'Eve from the third floor' }, eve.token);
  await say(bob, where, 'Who brings the rope?');
  await say(wang, where, '我可以带绳子。');
  await say(wang, where, '还有两个头盔。');
  await say(bob, where, '@Ann can you drive?', { mentions: [ann.uid] });
  return where.conv_id;
}

/** Pictures, a file and notes go up as a page sends them. */
async function media(browser: Browser, chloe: User): Promise<void> {
  const { page, context } = await open(browser, chloe);
  const send = () => page.locator('.composer').getByRole('button', { name: 'Send', exact: true }).click();
  const settled = () => until('everything is sent', async () => (await page.locator('.message.queued').count()) === 0);
  await page.locator('.entry', { hasText: 'Ann' }).click();
  await page.locator('.message').first().waitFor();
  const chooser = page.locator('.composer input[type=file]');
  for (const [name, buffer, caption] of [['sunset.png', png(800, 500), 'From the top'], ['tower.png', png(300, 900, [20, 120, 90], [240, 220, 90]), '']] as const) {
    await chooser.setInputFiles({ name, mimeType: 'image/png', buffer });
    await page.locator('.write textarea').fill(caption);
    await send();
    await settled();
  }
  await chooser.setInputFiles({ name: 'A plan with a name that is much too long for its place.pdf', mimeType: 'application/pdf', buffer: bytes(345_678) });
  await send();
  await settled();
  for (const kind of ['voice', 'video']) {
    await page.locator('.composer').getByRole('button', { name: `Record a ${kind} message` }).click();
    await recorded(page, 2);
    await page.locator('.record').getByRole('button', { name: 'Send' }).click();
    await page.locator('.record').waitFor({ state: 'detached' });
    await settled();
  }
  await context.close();
}

/** So many seconds of a note are there. */
export const recorded = (page: Page, seconds: number) =>
  until('it records', async () => Number(/0:0(\d)/.exec(await page.locator('.recording').innerText())?.[1] ?? 0) >= seconds);

export async function seed(browser: Browser): Promise<Seed> {
  const [ann, bob, chloe, wang, long, eve] = await Promise.all(['Ann', 'Bob', 'Chloé', '王小明', 'A name that is much too long for its place in the list', 'Eve'].map(user)) as [User, User, User, User, User, User];
  for (const [other, body] of [[long, 'short'], [wang, '晚上一起吃饭吗？'], [chloe, 'I have pictures!']] as const) await say(other, { to: ann.uid }, body);
  await talk(ann, bob);
  const group = await climbers(ann, bob, wang, eve);
  await media(browser, chloe);
  for (const friend of [bob, wang]) {
    await post('contact.add', { uid: friend.uid }, ann.token);
    await post('contact.accept', { uid: ann.uid }, friend.token);
  }
  await post('contact.add', { uid: long.uid }, ann.token);
  await post('contact.add', { uid: ann.uid, greeting: 'We met on Sunday' }, eve.token);
  return { ann, bob, wang, group };
}
