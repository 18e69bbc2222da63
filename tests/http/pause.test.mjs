// Pausing everything, and "Not you?": what the owner of an address may do with a manage link.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serve } from './lib/server.mjs';
import * as html from './lib/html.mjs';
import { Visitor, idOf } from './lib/visitor.mjs';

const DAY_MS = 86400000;

let server;
let visitor;
let ada;
let number = 0;

before(async () => {
  server = await serve();
  visitor = new Visitor(server);
  ada = await new Visitor(server).login();
});
after(() => server?.stop());

function someone(topics = 'newsletter,marketing') {
  const email = `resting${++number}@example.com`;
  server.add(email, { topics });
  return { email, ...server.links(email, 'newsletter') };
}

const day = (days) => new Date(Date.now() + days * DAY_MS).toISOString().slice(0, 10);
const end = (days) => `${day(days)}T00:00:00Z`;
const verdict = (email) => server.run(['links', '-', '--topic', 'newsletter'], `${email}\n`).trim().split('\n')[1].split(',')[4];
const cards = (page) => html.byClass(page.page, 'card__n').map((node) => Number(html.tidy(node).replace(',', '')));

test('each length pauses everything at once, is shown with its end, and ends by one button', async () => {
  for (const days of [7, 30, 90]) {
    const { email, manage } = someone();
    const page = await visitor.get(manage);
    assert.ok(!page.says(/Paused until/));
    const paused = await visitor.post(manage, { do: 'pause', days });
    assert.equal(paused.status, 200);
    const shown = new Date(end(days)).toLocaleDateString('en-GB', { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' });
    assert.ok(paused.text.includes(`Paused until ${shown}`), paused.text);
    assert.equal(server.show(email).paused_until, end(days));
    assert.equal(verdict(email), 'paused');
    assert.deepEqual(server.on(email), ['marketing', 'newsletter'], 'choices stay');
    const entry = server.history(email)[0];
    assert.deepEqual([entry.kind, entry.actor], ['pause', 'recipient']);
    assert.match(entry.what, /^Paused until \d+ [A-Z][a-z]{2} \d{4}$/);
    assert.deepEqual([entry.before.paused_until, entry.after.paused_until], [null, end(days)]);
    const over = await visitor.press(await visitor.get(manage), 'resume');
    assert.ok(over.says(/The pause is over/) && !over.says(/Paused until/));
    assert.equal(server.show(email).paused_until, null);
    assert.equal(verdict(email), 'allow');
    assert.equal(server.history(email)[0].what, 'Pause ended');
  }
});

test('A3: a pause, and its end, are undone by the button on the page that confirms', async () => {
  const { email, manage } = someone();
  const paused = await visitor.post(manage, { do: 'pause', until: day(40) });
  assert.equal(server.show(email).paused_until, end(40));
  const undone = await visitor.press(paused, 'undo');
  assert.ok(undone.says(/Undone\. Nothing is paused/));
  assert.equal(verdict(email), 'allow');
  const over = await visitor.press(await visitor.post(manage, { do: 'pause', days: 7 }), 'resume');
  const back = await visitor.press(over, 'undo');
  assert.ok(back.says(/Undone\. Everything is paused until/));
  assert.equal(verdict(email), 'paused');
});

test('a day that is past, too far or none is refused with 422 and says which days there are', async () => {
  const { manage } = someone();
  const before = server.state();
  for (const fields of [{ until: day(0) }, { until: day(-1) }, { until: day(5 * 366 + 1) }, { until: '2026-02-30' }, { until: 'soon' }, { until: '' }, { days: 8 }, { days: '30 ' }, { days: '' }, {}]) {
    const refused = await visitor.post(manage, { do: 'pause', ...fields });
    assert.equal(refused.status, 422, JSON.stringify(fields));
    assert.ok(refused.says(/Nothing was changed\. Choose a day from/));
    const field = html.byId(refused.page, 'until');
    assert.equal(field.attrs.value, fields.until ?? '');
    assert.equal(field.attrs.min, day(1));
  }
  assert.equal(server.state(), before);
});

test('saving while paused stays paused and says so; L3: stopping everything wins and leaves the pause', async () => {
  const { email, manage } = someone();
  const paused = await visitor.post(manage, { do: 'pause', days: 30 });
  const saved = await visitor.press(paused, 'save', { topic: ['system_alerts'] });
  assert.ok(saved.says(/You will receive System Alerts, and no longer Newsletter and Marketing\. Everything stays paused until/));
  assert.equal(server.show(email).paused_until, end(30));
  const stopped = await visitor.press(saved, 'stop_all');
  assert.equal(server.show(email).status, 'opted_out');
  assert.equal(verdict(email), 'opted_out');
  await visitor.press(stopped, 'undo');
  assert.deepEqual(server.on(email), ['system_alerts']);
  assert.equal(server.show(email).paused_until, end(30));
  assert.equal(verdict(email), 'paused');
});

test('an unsubscribe link can’t pause, resume or void links', async () => {
  const { unsubscribe } = someone();
  const before = server.state();
  assert.ok(!(await visitor.get(unsubscribe)).says(/[Pp]ause/));
  for (const fields of [{ do: 'pause', days: 30 }, { do: 'resume' }, { do: 'void_links' }]) {
    assert.equal((await visitor.post(unsubscribe, fields)).status, 403);
  }
  assert.equal(server.state(), before);
});

test('U12: every page with "Not you?" changes nothing when opened', async () => {
  const { manage, unsubscribe } = someone();
  const before = server.state();
  for (const path of [manage, unsubscribe]) {
    assert.ok((await visitor.get(path)).says(/Not you\?.*close this page/s));
  }
  assert.equal(server.state(), before);
});

test('"Stop these old links" voids every manage link made before, and no unsubscribe link', async () => {
  const { email, manage, unsubscribe } = someone();
  const page = await visitor.get(manage);
  const done = await visitor.press(page, 'void_links');
  assert.equal(done.status, 200);
  assert.ok(done.says(/unsubscribe links go on working/) && done.says(/have a fresh link sent to you/));
  assert.ok(!done.says(/Save preferences/));
  assert.equal(server.show(email).epoch, 1);
  assert.equal(server.history(email)[0].kind, 'epoch');
  assert.deepEqual(server.on(email), ['marketing', 'newsletter']);

  const after = await visitor.get(manage);
  assert.ok(after.says(/This link was stopped/) && !after.says(/Marketing/));
  const state = server.state();
  assert.equal((await visitor.press(page, 'save', { topic: [] })).status, 403, 'a form that was open all the while');
  assert.equal((await visitor.press(page, 'void_links')).status, 200, 'pressed twice');
  assert.equal(server.state(), state);
  assert.ok((await visitor.get(server.links(email).manage)).says(/Save preferences|Marketing/), 'a new link');
  await visitor.press(await visitor.get(unsubscribe), 'stop_topic');
  assert.deepEqual(server.on(email), ['marketing']);
});

test('admins see a pause in the list and on the page, set one, end it, and undo that', async () => {
  const { email, manage } = someone();
  const path = `/admin/people/${idOf(server, email)}`;
  const [total, subscribed] = cards(await ada.get('/admin/people'));
  await visitor.post(manage, { do: 'pause', days: 30 });
  const list = await ada.get(`/admin/people?q=${email}`);
  assert.match(html.tidy(html.byId(list.page, 'list')), /Opted In Paused/);
  assert.deepEqual(cards(list).slice(0, 2), [total, subscribed - 1]);
  assert.match(html.tidy(html.byId((await ada.get(`/admin/people?q=${email}&sub=yes`)).page, 'list')), /Nobody matches/);

  const said = await ada.follow(await ada.press(await ada.get(path), 'save', { pause: 'end' }));
  assert.match(html.tidy(html.byId(said.page, 'notice')), /Saved\. Pause ended\./);
  assert.equal(server.show(email).paused_until, null);
  assert.equal(cards(await ada.get('/admin/people'))[1], subscribed);
  const undone = await ada.follow(await ada.press(said, 'undo'));
  assert.match(html.tidy(html.byId(undone.page, 'notice')), /Undone: Paused until/);
  assert.ok((await ada.get(path)).says(/Paused until/));
  await ada.press(await ada.get(path), 'save', { pause: '7' });
  assert.equal(server.show(email).paused_until, end(7));
  assert.equal((await ada.press(await ada.get(path), 'save', { pause: '8' })).status, 422);
});

test('an address changed by an admin voids the old mailbox’s links, and the notice says so', async () => {
  const { email, manage } = someone();
  const path = `/admin/people/${idOf(server, email)}`;
  const said = await ada.follow(await ada.press(await ada.get(path), 'save', { email: `moved-${email}` }));
  assert.match(html.tidy(html.byId(said.page, 'notice')), /earlier links: good → void/);
  assert.ok((await visitor.get(manage)).says(/This link was stopped/));
  assert.ok((await visitor.get(server.links(`moved-${email}`).manage)).says(/Save|Marketing/));
});

test('a pause is over by the clock alone, with the choices as they were', async () => {
  const { email, manage } = someone();
  await visitor.post(manage, { do: 'pause', days: 7 });
  assert.equal(verdict(email), 'paused');
  await server.end();
  server.env.ASSENT_CLOCK_OFFSET_S = String(7 * 86400);
  await server.begin();
  const before = server.state();
  const page = await visitor.get(manage);
  assert.ok(!page.says(/Paused until/) && page.says(/Pause everything for 30 days/));
  assert.equal(verdict(email), 'allow');
  assert.equal(server.show(email).paused_until, null);
  assert.ok((await visitor.post(manage, { do: 'resume' })).says(/No pause was running/));
  assert.equal(server.state(), before, 'nothing had to be written for it');
});
