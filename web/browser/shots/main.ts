// main.ts FOLDER [LOOK...]: a picture of every screen of the chat page: desktop, phone, dark, Chinese, or the looks that are named.
import { seed } from './seed.ts';
import { count, looks } from './stage.ts';
import { launchForTour, tour } from './tour.ts';

const browser = await launchForTour();
const seeded = await seed(browser);
const [, , , ...names] = process.argv;
for (const look of looks.filter(({ name }) => names.length === 0 || names.includes(name))) {
  await tour(browser, look, seeded);
  console.log(`${look.name}: ${count()} pictures so far`);
}
await browser.close();
