// Communications → Requests: noted, extended, closed, reopened; refusals beside their fields; who may; what erasing takes.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serve } from './lib/server.mjs';
import * as html from './lib/html.mjs';
import { Visitor } from './lib/visitor.mjs';

const PATH = '/admin/requests';
const notice = (reply) => html.tidy(html.byId(reply.page, 'notice'));
const rows = (reply) => html.byClass(reply.page, 'mail').map(html.tidy);
const badge = (reply) => html.tidy(html.all(reply.page, (node) => node.attrs.href === PATH)[0]);
const day = (back) => new Date(Date.now() - back * 86400e3).toISOString().slice(0, 10);

let server;
let visitor;

before(async () => {
  server = await serve();
  server.add('jane@example.org');
  visitor = await new Visitor(server).login();
});
after(() => server?.stop());

const note = async (fields) => visitor.press(await visitor.get(PATH), 'Note it', { kind: 'access', way: 'letter', received: day(3), who: 'Kim Poe', ...fields });
const noted = async (fields) => visitor.follow(await note(fields));

test('a request is noted with its day, listed by deadline, and leads to the person', async () => {
  const empty = await visitor.get(PATH);
  assert.ok(empty.says(/No request was noted yet/));
  assert.equal(empty.get('cache-control'), 'no-store');
  assert.equal(badge(empty), 'Requests');
  const one = await noted({ who: 'Jane <b>Roe</b>', email: 'Jane@example.org', note: 'On paper, please' });
  assert.match(notice(one), /^Noted\. It is due on \d+ \w+ 20\d\d\.$/);
  assert.ok(one.says(/Access: a copy of their data/) && one.says(/On paper, please/) && one.says(/Jane <b>Roe<\/b>/));
  assert.ok(html.all(one.page, (node) => /^\/admin\/people\/[0-9a-f]{16}$/i.test(node.attrs.href ?? '')).length > 0);
  const late = await noted({ kind: 'erasure', way: 'phone', received: day(40), who: 'Late Lee' });
  assert.ok(late.says(/Overdue/) && late.says(/days late/));
  const list = await visitor.get(PATH);
  assert.match(rows(list)[0], /^Late Lee ?Erasure · by phone · came .* Overdue due .* days late$/);
  assert.match(rows(list)[1], /^Jane <b>Roe<\/b> ?Access.* Open due .* days left Person/);
  assert.ok(list.says(/1 request is overdue: its day has passed/));
  assert.match(badge(list), /^Requests 2, 2 open, some overdue$/);
  assert.match(badge(await visitor.get('/admin/topics')), /2 open/);
});

test('it is extended once with a reason; that and its end can be undone; closed ones have a list of their own', async () => {
  let page = await noted({ who: 'Max Moe' });
  let reply = await visitor.press(page, 'Extend', { words: ' ' });
  assert.equal(reply.status, 422);
  assert.match(html.tidy(html.byId(reply.page, 'r-reason-fault')), /Give a reason/);
  page = await visitor.follow(await visitor.press(page, 'Extend', { words: 'Many files' }));
  assert.match(notice(page), /^Extended\. It is due on .* now\. Undo$/);
  assert.ok(page.says(/: Many files/) && !page.says(/Extend to/));
  page = await visitor.follow(await visitor.press(page, 'Undo'));
  assert.match(notice(page), /^Undone: open, and due on/);
  reply = await visitor.press(page, 'Refuse', { words: '' });
  assert.equal(reply.status, 422);
  assert.match(html.tidy(html.byId(reply.page, 'r-words-fault')), /Give a reason/);
  const closed = await visitor.follow(await visitor.press(page, 'It is done', { words: 'Sent by post' }));
  assert.match(notice(closed), /^Closed: done\. Undo$/);
  assert.ok(closed.says(/Sent by post/));
  assert.ok(!rows(await visitor.get(PATH)).some((row) => row.startsWith('Max Moe')));
  assert.match(rows(await visitor.get(`${PATH}?state=closed`))[0], /^Max Moe.*Done/);
  reply = await visitor.press(page, 'Refuse', { words: 'Late' });
  assert.equal(reply.status, 409, 'a form of before');
  assert.match(notice(reply), /Someone else changed this request meanwhile/);
  const open = await visitor.follow(await visitor.press(closed, 'Undo'));
  assert.match(notice(open), /^Undone: open/);
  assert.equal((await visitor.press(closed, 'Undo')).status, 409);
  assert.equal(server.sql("SELECT group_concat(kind) FROM entry WHERE kind IN (29, 30) AND subject = (SELECT max(id) FROM data_request)"), '29,30,30,30,30\n');
});

test('what was noted is corrected, and the deadline follows; without a script and with what was typed kept', async () => {
  const page = await noted({ who: 'Pat Doe', received: day(2) });
  const wrong = await visitor.press(page, 'Save', { kind: 'access', way: 'mail', who: 'Pat Roe', received: '2026-02-30' });
  assert.equal(wrong.status, 422);
  assert.match(html.tidy(html.byId(wrong.page, 'r-received-fault')), /Give the day it came/);
  assert.equal(html.byId(wrong.page, 'r-who').attrs.value, 'Pat Roe');
  const saved = await visitor.follow(await visitor.press(wrong, 'Save', { received: '2026-01-31' }));
  assert.equal(notice(saved), 'Saved.');
  assert.ok(saved.says(/28 February 2026/));
  assert.equal(notice(await visitor.follow(await visitor.press(saved, 'Save'))), 'It was so already.');
});

test('each wrong field is refused beside it, and nothing is written', async () => {
  const before = server.state();
  for (const [field, value, id] of [['kind', 'wish', 'r-kind-fault'], ['way', '', 'r-way-fault'], ['received', day(-3), 'r-received-fault'],
    ['received', '', 'r-received-fault'], ['email', 'jane', 'r-email-fault'], ['who', '  ', 'r-who-fault'], ['who', 'x'.repeat(301), 'r-who-fault'], ['note', 'x'.repeat(1001), 'r-note-fault']]) {
    const reply = await note({ [field]: value });
    assert.equal(reply.status, 422, field);
    assert.ok(html.byId(reply.page, id), id);
  }
  assert.equal(server.state(), before);
});

test('S: no token, no change; viewers see and change nothing; what is not there is 404', async () => {
  await noted({ who: 'Vi Ewed' });
  const id = Number(server.sql('SELECT max(id) FROM data_request'));
  const page = await visitor.get(`${PATH}/${id}`);
  assert.equal((await visitor.press(page, 'It is done', { csrf: 'AAAA' })).status, 403);
  server.run(['admin', 'add', 'vi@example.com', '--role', 'viewer', '--generate']);
  server.sql("UPDATE admin SET role = (SELECT role FROM admin WHERE email_key = 'vi@example.com') WHERE email_key = 'ada@example.com'");
  const seen = await visitor.get(`${PATH}/${id}`);
  assert.ok(seen.says(/Vi Ewed/));
  assert.equal(html.all(seen.page, (node) => node.attrs.action?.startsWith(PATH)).length, 0);
  assert.ok((await visitor.get(PATH)).says(/Your role may look at requests, not change them/));
  assert.equal((await visitor.press(page, 'It is done')).status, 403);
  assert.equal(server.sql('SELECT state FROM data_request ORDER BY id DESC LIMIT 1'), '0\n');
  server.sql("UPDATE admin SET role = (SELECT max(role) FROM admin) WHERE email_key = 'ada@example.com'");
  assert.equal((await visitor.get(`${PATH}/99999`)).status, 404);
  assert.equal((await visitor.get(`${PATH}/99999999999999999999999`)).status, 404);
  assert.equal((await server.ask({ path: PATH })).status, 401);
});

test('a cursor of junk shows the first page; Activity names the request', async () => {
  assert.equal((await visitor.get(`${PATH}?after=x&state=y`)).status, 200);
  const history = await visitor.get('/admin/activity');
  assert.ok(history.says(/Request \d+ (noted|changed)/));
});
