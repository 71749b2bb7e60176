// main.ts FOLDER [LOOK]: a picture of every screen of the chat page: desktop, phone, dark, Chinese.
import { seed } from './seed.ts';
import { count, looks } from './stage.ts';
import { launchForTour, tour } from './tour.ts';

const browser = await launchForTour();
const seeded = await seed(browser);
for (const look of looks) {
  await tour(browser, look, seeded);
  console.log(`${look.name}: ${count()} pictures so far`);
}
await browser.close();
