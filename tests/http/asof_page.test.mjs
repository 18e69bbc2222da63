// Communications → Activity → could we have mailed them then: asked by address and by person, the answer, its link.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';
import { after, before, test } from 'node:test';
import * as html from './lib/html.mjs';
import { serve } from './lib/server.mjs';
import { Visitor } from './lib/visitor.mjs';

const DAY = 86400;
const PATH = '/admin/activity/asof';
const when = (days) => new Date(Date.now() - days * DAY * 1000).toISOString().slice(0, 16);
const entries = {};
let server;
let visitor;
let id;

before(async () => {
  server = await serve();
  visitor = await new Visitor(server).login();
  then('in', 30, ['add', 'in@example.org', '--topics', 'newsletter']);
  then('out', 10, ['optout', 'in@example.org']);
  ({ public_id: id } = server.show('in@example.org'));
});
after(() => server?.stop());

function then(name, days, args) {
  execFileSync(resolve(process.env.ASSENT_BUILD ?? 'build', 'assent'), args, { env: { ...server.env, ASSENT_CLOCK_OFFSET_S: String(-days * DAY) }, stdio: 'pipe' });
  entries[name] = Number(server.sql('SELECT max(position) FROM entry'));
}

const links = (reply) => html.all(reply.page, (node) => node.tag === 'a').map((node) => node.attrs.href);

test('from the Activity page by address: the answer, its entry, and a link that holds no address', async () => {
  const activity = await visitor.get('/admin/activity');
  const asked = await visitor.press(activity, 'Tell me', { email: 'IN@example.org', topic: 'newsletter', at: when(20) });
  assert.equal(asked.status, 303);
  assert.equal(asked.get('location'), `${PATH}?person=${id}&topic=newsletter&at=${when(20)}:00`);
  const reply = await visitor.follow(asked);
  assert.equal(reply.status, 200);
  assert.ok(reply.says(/Yes allow/));
  assert.ok(reply.says(/Newsletter could be mailed to in@example\.org/));
  assert.ok(reply.says(/They were opted in, and Newsletter was on\./));
  assert.ok(links(reply).includes(`/admin/activity/${entries.in}`));
  assert.ok(links(reply).includes(`/admin/activity/${entries.out}`), 'what ended it');
  assert.ok(links(reply).includes(`/admin/activity?person=${id}`));
  assert.equal((await visitor.get(`/admin/activity/${entries.in}`)).status, 200);
});

test('from the page of a person: nobody types an address, and no script is needed', async () => {
  const person = await visitor.get(`/admin/people/${id}`);
  assert.ok(links(person).includes(`${PATH}?person=${id}`));
  const form = await visitor.get(`${PATH}?person=${id}`);
  assert.ok(form.says(/Of in@example\.org/));
  assert.ok(!form.body.includes('name="email"'));
  const asked = html.formWith(form.page, 'Tell me');
  assert.equal(asked.attrs.method, 'get');
  const fields = new URLSearchParams(html.set(html.set(html.fields(asked, 'Tell me'), 'at', when(5)), 'topic', 'newsletter'));
  const reply = await visitor.get(`${PATH}?${fields}`);
  assert.ok(reply.says(/No opted_out/));
  assert.ok(reply.says(/They had opted out of everything\./));
  assert.ok(reply.says(/nothing has changed it since/));
});

test('an address that is nobody’s is answered in place, and stands in no link', async () => {
  const reply = await visitor.press(await visitor.get(PATH), 'Tell me', { email: 'nobody@example.org', topic: 'newsletter', at: '2026-01-31' });
  assert.equal(reply.status, 200);
  assert.ok(reply.says(/No unknown/));
  assert.ok(links(reply).every((one) => !one.includes('nobody')));
});

test('what can not be asked says at which field, with what was typed', async () => {
  const page = await visitor.get(PATH);
  for (const [fields, words] of [
    [{ email: 'nobody', at: when(5) }, /That is no mail address/],
    [{ email: '', at: '' }, /That is no mail address/],
    [{ email: 'a@example.org', at: 'noon' }, /Write the moment as/],
    [{ email: 'a@example.org', at: '' }, /Write the moment as/],
    [{ email: 'a@example.org', at: '2999-01-01T00:00' }, /That has not been yet/],
    [{ email: 'a@example.org', at: when(5), topic: 'nothing' }, /Pick a topic/],
  ]) {
    const reply = await visitor.press(page, 'Tell me', fields);
    assert.equal(reply.status, 422);
    assert.ok(reply.says(words), String(words));
    assert.ok(reply.body.includes(`value="${fields.email}"`));
  }
  const gone = await visitor.get(`${PATH}?person=00000000000000aa&topic=newsletter&at=2026-01-31`);
  assert.equal(gone.status, 404);
  assert.ok(gone.says(/Nobody on the list has that id/));
  assert.equal((await visitor.get(`${PATH}?person=x`)).status, 404);
});

test('an erased person: it can’t be said, and the entry that says so', async () => {
  then('gone', 20, ['add', 'gone@example.org', '--topics', 'newsletter']);
  const token = server.json(['apikey', 'new', 'eraser', '--scopes', 'contacts:write', '--json']).key;
  const erased = await server.ask({ method: 'DELETE', path: '/api/v1/contacts/gone%40example.org', headers: { authorization: `Bearer ${token}` } });
  assert.equal(erased.status, 204);
  const reply = await visitor.press(await visitor.get(PATH), 'Tell me', { email: 'gone@example.org', topic: 'newsletter', at: when(15) });
  assert.equal(reply.status, 200);
  assert.ok(reply.says(/It can’t be said erased/));
  const entry = Number(server.sql('SELECT position FROM entry WHERE kind = 25'));
  assert.ok(links(reply).includes(`/admin/activity/${entry}`));
});

test('it is for whoever is signed in, and changes nothing', async () => {
  const before = server.sql('SELECT max(position) FROM entry');
  const stranger = new Visitor(server);
  assert.equal((await stranger.get(PATH)).status, 303);
  assert.equal((await stranger.post(PATH, { email: 'in@example.org', topic: 'newsletter', at: '2026-01-31' })).status, 401);
  assert.equal((await visitor.post(PATH, { email: 'in@example.org', topic: 'newsletter', at: '2026-01-31' })).status, 403);
  assert.equal(server.sql('SELECT max(position) FROM entry'), before);
});
