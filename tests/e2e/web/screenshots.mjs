// Takes the pictures of docs/images (scripts/screenshots). Fails when a page met a fault while its picture was taken.
import assert from 'node:assert/strict';
import {mkdirSync} from 'node:fs';
import {join} from 'node:path';
import {add, choose, launch, newPage, register, signIn, visit, writeInstant} from './browser.mjs';
import {startService} from './server.mjs';

const target = process.argv[2] ?? 'docs/images';
const kHour = 3_600_000;
const kScreens = [
  ['desktop', {width: 1280, height: 900, locale: 'en-GB'}],
  ['phone', {width: 390, height: 844, locale: 'en-GB'}],
  ['arabic', {width: 1280, height: 900, locale: 'ar'}],
];

/** Invented children, each at another point of the same story. */
const kChildren = [
  {label: 'قمر', given: 'زينب', born: '2011', held: 5, asked: undefined},
  {label: 'Cedar', given: 'Moussa', born: '2010', held: 54, asked: 50},
  {label: 'Heron', given: 'يوسف', born: '2012', held: 21, asked: 2},
];

async function tell(page, {label, given, born, held, asked}) {
  const file = await register(page, {label, given, born});
  await add(page, file, 'custody', async () => {
    await choose(page, '/authority', 'police', 'Police');
    await writeInstant(page, '/started', new Date(Date.now() - held * kHour));
    await choose(page, '/facility_class', 'police_cell', 'Police cell');
  });
  if (asked === undefined) return file;
  await add(page, file, 'questioning', async () => {
    await writeInstant(page, '/started', new Date(Date.now() - asked * kHour));
    await choose(page, '/by', 'police', 'Police');
    await choose(page, '/lawyer', 'no', 'No');
  });
  return file;
}

async function take(page, name, screen) {
  await page.evaluate(() => document.fonts.ready);
  await page.mouse.move(0, 0);
  await page.screenshot({path: join(target, `${name}-${screen}.png`)});
}

mkdirSync(target, {recursive: true});
const service = await startService();
const browser = await launch();
try {
  const teller = await newPage(browser, service.base);
  await signIn(teller.page, service.base, service.who);
  let file;
  for (const child of kChildren) file = await tell(teller.page, child);
  await teller.close();
  for (const [screen, options] of kScreens) {
    const {page, faults, close} = await newPage(browser, service.base, options);
    await page.goto(`${service.base}/`);
    await page.waitForSelector('input[name=username]');
    await take(page, 'sign-in', screen);
    await signIn(page, service.base, service.who);
    await visit(page, '#/work', 'section[data-bucket]');
    await take(page, 'work', screen);
    await visit(page, '#/children', 'main li a');
    await take(page, 'children', screen);
    await visit(page, file, '#findings-heading');
    await take(page, 'file', screen);
    await page.locator('li[data-kind=custody] a').first().click();
    await page.waitForSelector('form');
    await take(page, 'record', screen);
    await visit(page, `${file}/history`, 'main ol li');
    await take(page, 'history', screen);
    assert.deepEqual(faults, [], screen);
    await close();
  }
} finally {
  await browser.close();
  await service.stop();
}
