// A headless browser and the few moves that every test of the pages makes.
import assert from 'node:assert/strict';
import {AxeBuilder} from '@axe-core/playwright';
import {chromium} from 'playwright-core';

const kChromium = process.env.CHROMIUM ?? '/usr/bin/chromium';
const kFlags = ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run', '--disable-component-update', '--disable-sync'];
/** Everything that WCAG 2.2 AA asks and a program can check. */
const kAxeTags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

export const launch = () => chromium.launch({executablePath: kChromium, args: kFlags});

/** A page of its own, with everything that went wrong in it: errors, refused styles and scripts, foreign requests. */
export async function newPage(browser, base, {width = 1280, height = 900, locale = 'en-GB', ...more} = {}) {
  const context = await browser.newContext({viewport: {width, height}, locale, reducedMotion: 'reduce', ...more});
  const page = await context.newPage();
  page.setDefaultTimeout(20_000);
  const faults = [];
  page.on('pageerror', (error) => faults.push(`error: ${error.message}`));
  page.on('console', (message) => {
    if (message.type() === 'error' && !/Failed to load resource/.test(message.text())) faults.push(`console: ${message.text()}`);
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(base) && !request.url().startsWith('data:')) faults.push(`foreign request: ${request.url()}`);
  });
  return {context, page, faults, close: () => context.close()};
}

export async function signIn(page, base, who) {
  await page.goto(`${base}/`);
  await page.fill('input[name=username]', who.name);
  await page.fill('input[name=password]', who.password);
  await page.click('button[type=submit]');
  await page.waitForURL(/#\/work/);
  await page.waitForSelector('nav a.active');
}

/** Goes to an address behind the `#`, and waits for its heading. */
export async function visit(page, path, heading) {
  await page.evaluate((hash) => { location.hash = hash; }, path);
  await page.waitForSelector(heading ?? 'h1');
  await page.waitForLoadState('networkidle');
}

export const question = (page, pointer) => page.locator(`[data-field="${pointer}"]`).first();

/** Answers a question of a list: by value where it is open, by label where it is searched. */
export async function choose(page, pointer, value, label) {
  const frame = question(page, pointer);
  if (await frame.locator('select').count()) return frame.locator('select').first().selectOption(value);
  const radio = frame.locator(`input[type=radio][value="${value}"]`);
  if (await radio.count()) return radio.check();
  const search = frame.getByRole('combobox').first();
  await search.click();
  await search.fill(label);
  await page.locator('[data-combobox-option]').getByText(label, {exact: true}).click();
}

export async function write(page, pointer, text) {
  await question(page, pointer).locator('input, textarea').first().fill(text);
}

/** `when`: a Date; the pack's zone is UTC where the tests run. */
export async function writeInstant(page, pointer, when) {
  const frame = question(page, pointer);
  const [date, time] = when.toISOString().split('T');
  const [year, month, day] = date.split('-');
  const inputs = frame.locator('input:not([type=checkbox])');
  await inputs.nth(0).fill(day);
  await frame.locator('select').first().selectOption(month);
  await inputs.nth(1).fill(year);
  await inputs.nth(2).fill(time.slice(0, 5));
}

export async function save(page) {
  await page.locator('form button[type=submit]').click();
}

export async function assertNoSidewaysScroll(page, where) {
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.ok(over <= 0, `${where} is ${over} px too wide`);
}

export async function assertAccessible(page, where) {
  const {violations} = await new AxeBuilder({page}).withTags(kAxeTags).analyze();
  const told = violations.map(({id, help, nodes}) => `${id}: ${help}\n    ${nodes.slice(0, 3).map((node) => node.html.slice(0, 200)).join('\n    ')}`);
  assert.deepEqual(told, [], `${where} breaks accessibility rules`);
}

/** Registers a child through the pages; answers the address of the file. */
export async function register(page, {label, given, born}) {
  await visit(page, '#/register', '#search-heading');
  await page.fill('input[type=search]', label);
  await page.locator('section[aria-labelledby=search-heading] > button').click();
  await page.waitForSelector('form');
  await write(page, '/pseudonym', label);
  await question(page, '/names').locator('button:not([data-aside])').last().click();
  await question(page, '/names/0').locator('input').first().fill(given);
  await choose(page, '/sex', 'female', 'Girl');
  if (born) await question(page, '/birth').getByLabel('Year').fill(born);
  await save(page);
  await page.waitForURL(/#\/file\//);
  await page.waitForSelector('#findings-heading');
  return new URL(page.url()).hash;
}

/** Adds a record of a kind; `fill` answers its questions. */
export async function add(page, file, kind, fill) {
  await visit(page, `${file}/add/${kind}`, '#kind-title');
  await fill();
  await save(page);
  await page.waitForSelector('#findings-heading');
  await page.waitForLoadState('networkidle');
}

/** Opens the findings that stand behind "Show all". */
export async function openFindings(page) {
  const more = page.locator('section[aria-labelledby=findings-heading] button', {hasText: 'Show all'});
  while (await more.count()) await more.first().click();
}

export const outcomes = (page) => page.locator('article[data-outcome]').evaluateAll((cards) => [...new Set(cards.map((card) => card.dataset.outcome))].sort());
