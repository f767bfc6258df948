// Stored scripts, in a real browser: what looks like a page, a script or a link, in every text of a file, is shown as what it
// is, text, and nothing of it runs or is fetched.
import assert from 'node:assert/strict';
import {randomUUID} from 'node:crypto';
import {after, before, describe, it} from 'node:test';
import {custody, registration} from '../http/story.mjs';
import {password, signIn as signInProgram} from '../service.mjs';
import {launch, newPage, openFindings, signIn, visit} from './browser.mjs';
import {startService} from './server.mjs';

const payloads = [
  '<script>window.__ran = 1</script>', '<img src=x onerror="window.__ran = 1">', '<svg onload="window.__ran = 1"></svg>', '"><b onmouseover="window.__ran = 1">hover</b>',
  "'-window.__ran=1-'", 'javascript:window.__ran=1', '<iframe srcdoc="<script>parent.__ran=1</script>"></iframe>', '{{constructor.constructor("window.__ran=1")()}}',
  '<a href="javascript:window.__ran=1">a link</a>', '<style>@import "http://elsewhere.example/x.css"</style>', '<meta http-equiv="refresh" content="0;url=http://elsewhere.example/">',
  '</title><script>window.__ran = 1</script>', '${window.__ran=1}', '\u202eevil\u202c<object data="data:text/html,<script>1</script>"></object>',
];

let service, browser;
before(async () => {
  service = await startService();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await service?.stop();
});

/** Answers with payloads in every text that this role may write. */
function answers(pack, fields) {
  let next = 0;
  const one = (field) => {
    switch (field.type) {
      case 'text': case 'long_text': return payloads[next++ % payloads.length];
      case 'person_name': return {parts: [{kind: 'given', text: payloads[next++ % payloads.length]}]};
      case 'place': return {text: payloads[next++ % payloads.length]};
      case 'group': return all(field.fields);
      default: return undefined;
    }
  };
  const all = (list) =>
    Object.fromEntries(list.filter((field) => field.may === 'write').map((field) => [field.id, one(field)]).filter(([, value]) => value !== undefined && Object.keys(value).length > 0)
      .map(([id, value]) => [id, list.find((field) => field.id === id).repeats ? [value] : value]));
  return all(fields);
}

describe('what looks like a script', () => {
  it('is stored as it was written, and shown as text in every view', {timeout: 300e3}, async (test) => {
    const worker = await signInProgram(service.base, service.who.name);
    const {kinds} = (await worker.call('GET', '/pack')).body;
    const data = {...answers(kinds, kinds.find((kind) => kind.kind === 'registration').fields), ...registration({pseudonym: payloads[0], names: [{parts: [{kind: 'given', text: payloads[1]}]}]})};
    const opened = await worker.call('POST', '/dossiers', {id: randomUUID(), type: 'child', records: [{kind: 'registration', data}, {kind: 'custody', data: custody({order_ref: payloads[2]})}]});
    assert.equal(opened.status, 201, opened.text);
    const {ref} = opened.body;
    const records = [];
    let texts = 0;
    for (const kind of kinds.filter((one) => one.may === 'write' && !['registration', 'assignment', 'withholding', 'permission'].includes(one.kind))) {
      const filled = answers(kinds, kind.fields);
      if (Object.keys(filled).length === 0) continue;
      const added = await worker.call('POST', `/dossiers/${ref}/records`, {kind: kind.kind, data: filled});
      assert.ok([201, 409].includes(added.status), `${kind.kind}: ${added.text}`);
      if (added.status === 201) records.push(added.body.id);
      texts += JSON.stringify(filled).split('__ran').length;
    }
    const file = await worker.call('GET', `/dossiers/${ref}`);
    assert.equal(file.body.label, payloads[0]);
    assert.match(file.headers.get('content-type'), /^application\/json/);
    assert.equal(file.headers.get('x-content-type-options'), 'nosniff');

    const {page, faults, close} = await newPage(browser, service.base);
    const dialogs = [];
    page.on('dialog', (dialog) => (dialogs.push(dialog.message()), dialog.dismiss()));
    await signIn(page, service.base, {name: service.who.name, password});
    const active = () => page.evaluate(() => document.querySelectorAll('iframe, object, embed, main script, [onerror], [onload], [onmouseover], a[href^="javascript:" i]').length);
    const views = ['#/work', '#/children', `#/file/${ref}`, `#/file/${ref}/history`, `#/file/${ref}/reads`, ...records.map((id) => `#/file/${ref}/record/${id}`)];
    let shown = 0;
    for (const view of views) {
      await visit(page, view);
      if (view === `#/file/${ref}`) await openFindings(page);
      assert.equal(await page.evaluate(() => window.__ran), undefined, view);
      assert.equal(await active(), 0, view);
      // In an answer that is being amended it is the value of a field, and not text.
      if (await page.evaluate((texts) => texts.some((text) => document.body.innerText.includes(text) || [...document.querySelectorAll('input, textarea')].some((one) => one.value === text)), payloads)) ++shown;
    }
    assert.deepEqual(dialogs, []);
    assert.deepEqual(faults, []);
    // Control: a page that took them for more than text would be found out, and even then nothing runs.
    await assert.rejects(page.evaluate((text) => { document.querySelector('main').innerHTML = text; }, payloads[1]), /TrustedHTML/);
    await page.evaluate(() => {
      const link = document.createElement('a');
      link.setAttribute('href', 'javascript:window.__ran=1');
      link.textContent = 'a link of the control';
      document.querySelector('main').append(link);
    });
    assert.equal(await active(), 1);
    await page.getByText('a link of the control').click();
    assert.equal(await page.evaluate(() => window.__ran), undefined, 'the policy of the page lets a script run');
    assert.ok(faults.some((fault) => /Content Security Policy/.test(fault)), faults.join('\n'));
    assert.ok(shown >= 3, `${shown} of ${views.length} views show one of them`);
    test.diagnostic(`${payloads.length} payloads, ${texts} texts of ${records.length} records, ${views.length} views, ${shown} show one`);
    await close();
  });
});
