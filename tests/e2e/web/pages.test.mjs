// What people do with the pages, in a real browser on the real program.
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {after, before, describe, it} from 'node:test';
import {signIn as programSignIn} from '../service.mjs';
import {add, assertAccessible, assertNoSidewaysScroll, choose, launch, newPage, openFindings, outcomes, question, register, save, signIn, visit, write, writeInstant} from './browser.mjs';
import {startService} from './server.mjs';

const kHour = 3_600_000;
const hoursAgo = (hours) => new Date(Date.now() - hours * kHour);

let service;
let browser;
let file;

before(async () => {
  service = await startService();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await service?.stop();
});

/** Runs `body` on a page where somebody is signed in; fails on any fault that the page met. */
async function asUser(body, options = {}) {
  const {page, context, faults, close} = await newPage(browser, service.base, options);
  try {
    await signIn(page, service.base, options.who ?? service.who);
    await body(page, context);
    assert.deepEqual(faults, []);
  } finally {
    await close();
  }
}

const stored = (page) => page.evaluate(async () => ({
  local: Object.keys(localStorage), session: Object.keys(sessionStorage),
  databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
}));

describe('signing in', () => {
  it('says what is wrong without saying which', async () => {
    const {page, close} = await newPage(browser, service.base);
    await page.goto(`${service.base}/`);
    await page.click('button[type=submit]');
    await page.getByRole('alert').filter({hasText: 'Enter your name'}).waitFor();
    await page.fill('input[name=username]', service.who.name);
    await page.fill('input[name=password]', 'not the password');
    await page.click('button[type=submit]');
    await page.getByRole('alert').filter({hasText: 'The name or the password is wrong'}).waitFor();
    assert.equal(await page.inputValue('input[name=password]'), '');
    await close();
  });

  it('leads to my work, and keeps nothing in the browser', async () => {
    await asUser(async (page) => {
      assert.equal(await page.locator('h1').innerText(), 'My work');
      assert.deepEqual(await stored(page), {local: [], session: [], databases: 0, caches: 0});
    });
  });
});

describe('a child', () => {
  it('is registered with an Arabic name', async () => {
    await asUser(async (page) => {
      file = await register(page, {label: 'قمر الزمان', given: 'زينب'});
      assert.equal(await page.locator('h1').innerText(), 'قمر الزمان');
      await page.locator('[role=status]').filter({hasText: 'The file is open'}).waitFor();
      await visit(page, '#/children', 'main li a');
      await page.fill('input[type=search]', 'قمر');
      await page.getByRole('link', {name: /قمر الزمان/}).first().waitFor();
    });
  });

  it('shows what is breached, what runs and what cannot be judged', async () => {
    await asUser(async (page) => {
      await add(page, file, 'custody', async () => {
        await choose(page, '/authority', 'police', 'Police');
        await writeInstant(page, '/started', hoursAgo(30));
        await choose(page, '/facility_class', 'police_cell', 'Police cell');
      });
      await add(page, file, 'questioning', async () => {
        await writeInstant(page, '/started', hoursAgo(20));
        await choose(page, '/by', 'police', 'Police');
        await choose(page, '/lawyer', 'no', 'No');
      });
      await openFindings(page);
      const found = await outcomes(page);
      for (const outcome of ['breached', 'running', 'unknown']) assert.ok(found.includes(outcome), `${outcome} is not among ${found}`);
      const card = page.locator('article[data-safeguard="JB-02"]');
      assert.equal(await card.getAttribute('data-outcome'), 'breached');
      await card.locator('summary').click();
      assert.match(await card.innerText(), /overdue[\s\S]*What can be done:[\s\S]*CRC GC24/);
    });
  });

  it('leads from what is missing to the question, and the finding changes', async () => {
    await asUser(async (page) => {
      await visit(page, file, '#findings-heading');
      await openFindings(page);
      await page.locator('article[data-safeguard="JB-11b"] a', {hasText: 'register'}).click();
      await page.waitForSelector('form');
      const focused = () => document.activeElement?.closest('[data-field]')?.dataset.field;
      await page.waitForFunction((want) => document.activeElement?.closest('[data-field]')?.dataset.field === want, '/entered_in_register');
      assert.equal(await page.evaluate(focused), '/entered_in_register');
      await choose(page, '/entered_in_register', 'yes', 'Yes');
      await save(page);
      await page.waitForSelector('#findings-heading');
      await page.waitForLoadState('networkidle');
      await openFindings(page);
      assert.equal(await page.locator('article[data-safeguard="JB-11b"]').count(), 0);
    });
  });

  it('stands in my work with its clocks, overdue first', async () => {
    await asUser(async (page) => {
      await visit(page, '#/work', 'section[data-bucket]');
      const buckets = await page.locator('section[data-bucket]').evaluateAll((all) => all.map((one) => one.dataset.bucket));
      assert.equal(buckets[0], 'overdue');
      assert.match(await page.locator('section[data-bucket=overdue]').innerText(), /overdue/);
    });
  });

  // A supervisor is told of the guarantee, and the form that it is about is not for supervisors.
  it('is in the work of the team without the name or a link of a form that is not shown', async () => {
    const worker = await programSignIn(service.base, service.who.name);
    const ref = file.match(/[0-9a-f-]{36}/)[0];
    const added = await worker.call('POST', `/dossiers/${ref}/records`, {id: randomUUID(), kind: 'contact', data: {at: hoursAgo(60).toISOString(), actor: 'police', type: 'arrest', reason: 'checkpoint'}});
    assert.equal(added.status, 201, added.text);
    await asUser(async (page) => {
      await visit(page, '#/work', 'section[data-bucket]');
      const card = page.locator('section[data-bucket=overdue] li').filter({hasText: 'Whereabouts known without a gap'}).first();
      assert.doesNotMatch(await card.innerText(), /contact/i);
      assert.equal(await card.locator('a').getAttribute('href'), file);
      await card.locator('a').click();
      await page.waitForSelector('#findings-heading');
    }, {who: service.other});
  });

  it('has a history, and everybody can see who looked', async () => {
    await asUser(async (page) => {
      await visit(page, `${file}/history`, '#history-heading');
      assert.match(await page.locator('main').innerText(), /Questioning[\s\S]*Lawyer present/);
      await visit(page, `${file}/reads`, '#reads-heading');
      // A caseworker sees many categories: each entry counts them, and names them when asked.
      const look = page.locator('main ol li').first();
      const counted = look.locator('summary');
      assert.match(await counted.innerText(), /^Categories: \d+$/);
      const first = look.getByText('Identity and contact');
      assert.ok(!(await first.isVisible()));
      await counted.press('Enter');
      await first.waitFor();
    });
  });
});

describe('an answer that is kept apart', () => {
  const kWay = 'Through the tea house';
  const openRegistration = async (page) => {
    await visit(page, file, '#findings-heading');
    await page.locator('li[data-kind=registration] a').first().click();
    await page.waitForSelector('form');
  };
  const button = (page) => question(page, '/reach_safely').getByRole('button', {name: /^Show with a reason: /});

  it('is written like any other, and then kept apart', async () => {
    await asUser(async (page) => {
      await openRegistration(page);
      await write(page, '/reach_safely', kWay);
      await save(page);
      await page.waitForSelector('#findings-heading');
      await openRegistration(page);
      await button(page).waitFor();
      assert.ok(!(await page.content()).includes(kWay));
      await assertAccessible(page, 'a record with an answer that is kept apart');
    });
  });

  it('is shown by keyboard with a reason, until one leaves the page', async () => {
    await asUser(async (page) => {
      await openRegistration(page);
      await button(page).focus();
      await page.keyboard.press('Enter');
      const dialog = page.getByRole('dialog');
      await dialog.waitFor();
      await assertAccessible(page, 'the dialog that asks why');
      await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA' && document.activeElement.closest('[role=dialog]'));
      await page.keyboard.press('Escape');
      await dialog.waitFor({state: 'hidden'});
      await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label')?.startsWith('Show with a reason'));
      await page.keyboard.press('Enter');
      await page.waitForFunction(() => document.activeElement?.tagName === 'TEXTAREA' && document.activeElement.closest('[role=dialog]'));
      await page.keyboard.type('To agree on a visit');
      await page.keyboard.press('Tab');
      await page.keyboard.press('Enter');
      await page.waitForFunction((wanted) => document.activeElement?.value === wanted, kWay);
      assert.equal(await question(page, '/reach_safely').locator('textarea').inputValue(), kWay);
      await openRegistration(page);
      await button(page).waitFor();
      assert.ok(!(await page.content()).includes(kWay));
      assert.deepEqual(await stored(page), {local: [], session: [], databases: 0, caches: 0});
    });
  });

  it('outlives an amendment that does not touch it', async () => {
    await asUser(async (page) => {
      await openRegistration(page);
      await choose(page, '/urgency', 'U2', 'U2');
      await save(page);
      await page.waitForSelector('#findings-heading');
      await openRegistration(page);
      await button(page).click();
      await page.getByRole('dialog').getByLabel('Reason').fill('To see that it is still there');
      await page.getByRole('dialog').getByRole('button', {name: 'Show it'}).click();
      await page.waitForFunction((wanted) => document.activeElement?.value === wanted, kWay);
    });
  });

  it('tells those who may see who looked what was shown and why', async () => {
    await asUser(async (page) => {
      await visit(page, `${file}/reads`, '#reads-heading');
      await page.getByText('To agree on a visit').waitFor();
      assert.match(await page.locator('main').innerText(), /Looked at what is kept apart[\s\S]*How to reach the child safely/);
      await visit(page, `${file}/history`, '#history-heading');
      await page.getByText('Changed. The answers are kept apart.').first().waitFor();
      assert.ok(!(await page.content()).includes(kWay));
    }, {who: service.other});
  });
});

describe('a form', () => {
  it('asks before what was written is lost', async () => {
    await asUser(async (page) => {
      await visit(page, `${file}/add/questioning`, '#kind-title');
      await write(page, '/place', 'somewhere');
      await page.getByRole('link', {name: 'Children'}).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', {name: 'Stay here'}).click();
      await dialog.waitFor({state: 'hidden'});
      assert.equal(await question(page, '/place').locator('input').inputValue(), 'somewhere');
      await page.getByRole('link', {name: 'Children'}).click();
      await dialog.getByRole('button', {name: 'Leave without saving'}).click();
      await page.waitForURL(/#\/children/);
    });
  });

  it('keeps back half a date and goes to it', async () => {
    await asUser(async (page) => {
      await visit(page, `${file}/add/questioning`, '#kind-title');
      await question(page, '/started').locator('input').first().fill('5');
      await save(page);
      await page.waitForFunction(() => document.activeElement?.closest('[data-field]')?.dataset.field === '/started');
      assert.match(await question(page, '/started').innerText(), /Enter a date/);
      await question(page, '/started').locator('input').first().fill('');
    });
  });

  it('saves once, however often the line breaks', async () => {
    await asUser(async (page) => {
      let sent = 0;
      const bodies = new Set();
      await page.route('**/records', async (route) => {
        sent += 1;
        bodies.add(route.request().postData());
        // The first one arrives, and its answer is lost on the way back.
        if (sent === 1) await route.fetch();
        if (sent <= 3) return route.abort('connectionreset');
        return route.continue();
      });
      await visit(page, file, '#findings-heading');
      const before = await page.locator('li[data-kind=contact]').count();
      await visit(page, `${file}/add/contact`, '#kind-title');
      await question(page, '/at').locator('select').first().waitFor();
      await writeInstant(page, '/at', hoursAgo(31));
      await save(page);
      await page.getByText('Not saved. What you wrote is still here.').waitFor();
      await page.getByRole('button', {name: 'Try again'}).click();
      await page.waitForSelector('#findings-heading');
      await page.waitForLoadState('networkidle');
      assert.equal(await page.locator('li[data-kind=contact]').count(), before + 1);
      assert.equal(bodies.size, 1);
    });
  });

  it('lets two people settle what both changed', async () => {
    const first = await newPage(browser, service.base);
    const second = await newPage(browser, service.base);
    for (const {page} of [first, second]) {
      await signIn(page, service.base, service.who);
      await visit(page, file, '#findings-heading');
      await page.locator('li[data-kind=questioning] a').first().click();
      await page.waitForSelector('form');
    }
    await write(first.page, '/place', 'the station');
    await save(first.page);
    await first.page.waitForSelector('#findings-heading');
    await write(second.page, '/place', 'the court');
    await save(second.page);
    const dialog = second.page.getByRole('dialog');
    await dialog.getByText('the station').waitFor();
    await dialog.getByText('the court').click();
    await dialog.getByRole('button', {name: 'Save with these answers'}).click();
    await second.page.waitForSelector('#findings-heading');
    await second.page.locator('li[data-kind=questioning] a').first().click();
    await second.page.waitForSelector('form');
    assert.equal(await question(second.page, '/place').locator('input').inputValue(), 'the court');
    await first.close();
    await second.close();
  });
});

describe('everybody', () => {
  it('can do it by keyboard alone', async () => {
    const {page, faults, close} = await newPage(browser, service.base);
    const press = (key) => page.keyboard.press(key);
    const tabTo = async (selector) => {
      for (let i = 0; i < 200; i += 1) {
        if (await page.evaluate((wanted) => document.activeElement?.matches(wanted), selector)) return;
        await page.keyboard.press('Tab');
      }
      assert.fail(`Tab never reached ${selector}`);
    };
    await page.goto(`${service.base}/`);
    await page.waitForSelector('input[name=username]:focus');
    await page.keyboard.type(service.who.name);
    await press('Tab');
    await page.keyboard.type(service.who.password);
    await press('Enter');
    await page.waitForURL(/#\/work/);
    await page.reload();
    await page.waitForSelector('h1');
    await press('Tab');
    assert.equal(await page.evaluate(() => document.activeElement.textContent), 'Skip to the content');
    await press('Enter');
    assert.equal(await page.evaluate(() => document.activeElement.id), 'main');
    await visit(page, `${file}/add/questioning`, '#kind-title');
    await tabTo('[data-field="/lawyer"] input');
    await press('Space');
    await tabTo('form button[type=submit]');
    const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.notEqual(ring, 'none');
    await press('Enter');
    await page.waitForSelector('#findings-heading');
    assert.deepEqual(faults, []);
    await close();
  });

  const kPages = () => [
    ['my work', '#/work', 'h1'], ['children', '#/children', 'main li a'], ['register', '#/register', '#search-heading'], ['a file', file, '#findings-heading'],
    ['the choice of a form', `${file}/add`, '#side-justice'], ['a long form', `${file}/add/custody`, '#kind-title'], ['history', `${file}/history`, 'main ol li'],
    ['who looked', `${file}/reads`, 'main ol li'],
  ];

  for (const [locale, direction] of [['en-GB', 'ltr'], ['ar', 'rtl'], ['fr', 'ltr']]) {
    it(`finds no barrier that axe knows (${locale})`, {timeout: 240_000}, async () => {
      const {page, close} = await newPage(browser, service.base, {locale});
      await page.goto(`${service.base}/`);
      await page.waitForSelector('input[name=username]');
      assert.equal(await page.evaluate(() => document.documentElement.dir), direction);
      await assertAccessible(page, 'sign-in');
      await signIn(page, service.base, service.who);
      for (const [name, path, heading] of kPages()) {
        await visit(page, path, heading);
        await assertAccessible(page, name);
      }
      await visit(page, file, '#findings-heading');
      await page.locator('li[data-kind=questioning] a').first().click();
      await page.waitForSelector('form');
      await assertAccessible(page, 'a record');
      await close();
    });
  }

  for (const width of [390, 320]) {
    it(`can use a screen ${width} px wide`, async () => {
      await asUser(async (page) => {
        for (const [name, path, heading] of kPages()) {
          await visit(page, path, heading);
          await assertNoSidewaysScroll(page, name);
        }
      }, {width, height: 800, hasTouch: true, isMobile: true});
    });
  }

  it('can change the language and is answered in it', async () => {
    await asUser(async (page) => {
      await page.locator('header select').selectOption('ar');
      await page.waitForFunction(() => document.documentElement.dir === 'rtl' && document.querySelector('h1')?.textContent === 'عملي');
      await page.reload();
      await page.waitForFunction(() => document.documentElement.lang === 'ar');
      assert.deepEqual((await stored(page)).local, ['homeward.language']);
    });
  });
});

describe('more files than one person is shown at one time', {skip: process.env.HOMEWARD_URL && 'it needs a service of its own'}, () => {
  it('are refused with when there are more, in Arabic and on a phone too', async () => {
    const few = await startService(['--files-per-account', '1']);
    try {
      const program = await programSignIn(few.base, few.who.name);
      const refs = [];
      for (const pseudonym of ['Juniper', 'Willow']) {
        const opened = await program.call('POST', '/dossiers', {id: randomUUID(), type: 'child', records: [{kind: 'registration', data: {pseudonym}}]});
        assert.equal(opened.status, 201, opened.text);
        refs.push(opened.body.ref);
      }
      for (const [locale, width, title] of [['en-GB', 1280, 'Many files at one time'], ['ar', 390, 'ملفات كثيرة في وقت واحد']]) {
        const {page, faults, close} = await newPage(browser, few.base, {locale, width});
        await signIn(page, few.base, few.who);
        await visit(page, `#/file/${refs[0]}`, '#findings-heading');
        await visit(page, `#/file/${refs[1]}`, '[role=alert]');
        await page.getByRole('alert').filter({hasText: title}).waitFor();
        assert.ok(!(await page.content()).includes('Willow'));
        await assertNoSidewaysScroll(page, title);
        await assertAccessible(page, title);
        if (process.env.HOMEWARD_SHOTS) await page.screenshot({path: `${process.env.HOMEWARD_SHOTS}/many-${locale}.png`});
        assert.deepEqual(faults, []);
        await close();
      }
    } finally {
      await few.stop();
    }
  });
});

describe('signing out', () => {
  it('leaves nothing behind', async () => {
    const {page, context, close} = await newPage(browser, service.base);
    await signIn(page, service.base, service.who);
    await visit(page, file, '#findings-heading');
    await page.locator('header button').last().click();
    await page.getByRole('menuitem', {name: 'Sign out'}).click();
    await page.getByText('You are signed out').waitFor();
    assert.ok(!(await page.content()).includes('قمر'));
    assert.deepEqual(await stored(page), {local: [], session: [], databases: 0, caches: 0});
    await page.goBack();
    await page.waitForSelector('input[name=username]');
    assert.ok(!(await page.content()).includes('قمر'));
    const answer = await context.request.get(`${service.base}/api/v1/work`);
    assert.equal(answer.status(), 401);
    await close();
  });
});
