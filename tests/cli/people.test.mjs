// add, show, history, optout, stats, topics.
import assert from 'node:assert/strict';
import test from 'node:test';
import { folder } from './lib/command.mjs';

const TOPICS = ['newsletter', 'product_updates', 'marketing', 'system_alerts'];
const on = (person) => Object.keys(person.topics).filter((key) => person.topics[key]);

test('add then show: the JSON has exactly its keys, in their types', (t) => {
  const at = folder(t);
  at.run(['add', 'Zoë.Quill@Example.test', '--name', '  Zoë \t Quill ', '--type', 'franchisee', '--topics', 'marketing, newsletter', '--consent', 'signed at the fair', '--language', 'pt-br']);
  const person = at.json(['show', 'zoë.quill@EXAMPLE.test']);
  assert.deepEqual(Object.keys(person), ['email', 'name', 'contact_type', 'status', 'language', 'topics', 'frequency', 'public_id', 'epoch', 'paused_until', 'updated_at']);
  assert.deepEqual(Object.keys(person.topics), TOPICS);
  assert.equal(person.name, 'Zoë Quill');
  assert.equal(person.contact_type, 'franchisee');
  assert.equal(person.status, 'opted_in');
  assert.equal(person.language, 'pt-BR');
  assert.deepEqual(on(person), ['newsletter', 'marketing']);
  assert.match(person.public_id, /^[0-9a-f]{16}$/);
  assert.equal(person.epoch, 0);
  assert.equal(person.paused_until, null);
  assert.match(person.updated_at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  assert.ok(Math.abs(Date.parse(person.updated_at) - Date.now()) < 60000);
  assert.deepEqual(at.json(['show', 'zoë.quill@example.test', '--json']), person, '--json changes nothing: it is always JSON');
});

test('U14: UTF-8 local parts and IDN domains round-trip, and are found in any spelling', (t) => {
  const at = folder(t);
  at.run(['add', '用户@例え.jp', '--name', '山田 花子']);
  assert.equal(at.json(['show', '用户@例え.jp']).email, '用户@例え.jp');
  assert.equal(at.json(['show', '用户@xn--r8jz45g.jp']).name, '山田 花子');
  at.run(['add', 'BÜCHER@MÜNCHEN.example']);
  assert.equal(at.json(['show', 'bücher@xn--mnchen-3ya.example']).email, 'BÜCHER@MÜNCHEN.example');
  assert.equal(at.json(['add', 'bu\u0308cher@münchen.example', '--json']).result, 'unchanged', 'decomposed is the same address');
  assert.equal(at.json(['stats', '--json']).total, 2);
});

test('someone new is a client, opted in, with only the topics named', (t) => {
  const at = folder(t);
  assert.equal(at.json(['add', 'a@b.example', '--json']).result, 'added');
  const person = at.json(['show', 'a@b.example']);
  assert.deepEqual([person.contact_type, person.status, on(person)], ['client', 'opted_in', []]);
});

test('add for someone on the list changes what is given and leaves the rest', (t) => {
  const at = folder(t);
  const { public_id } = at.json(['add', 'a@b.example', '--name', 'Ann', '--type', 'partner', '--topics', 'newsletter', '--json']);
  assert.deepEqual(at.json(['add', 'A@b.example', '--topics', 'marketing', '--json']), { email: 'A@b.example', result: 'updated', public_id });
  let person = at.json(['show', 'a@b.example']);
  assert.deepEqual([person.email, person.name, person.contact_type, on(person)], ['a@b.example', 'Ann', 'partner', ['newsletter', 'marketing']]);
  assert.equal(at.json(['add', 'a@b.example', '--name', 'Anna', '--json']).result, 'updated');
  person = at.json(['show', 'a@b.example']);
  assert.deepEqual([person.name, person.contact_type, on(person)], ['Anna', 'partner', ['newsletter', 'marketing']]);
  const before = at.hash();
  assert.equal(at.json(['add', 'a@b.example', '--name', 'Anna', '--type', 'partner', '--topics', 'newsletter', '--json']).result, 'unchanged');
  assert.equal(at.hash(), before);
});

test('an unknown topic is refused, naming those there are, and nothing is written', (t) => {
  const at = folder(t);
  const before = at.hash();
  for (const topics of ['news', 'newsletter,news', 'Newsletter', 'newsletter;marketing', '*']) {
    const done = at.try(['add', 'a@b.example', '--topics', topics]);
    assert.equal(done.code, 1);
    assert.match(done.err, /newsletter, product_updates, marketing, system_alerts/);
  }
  at.run(['add', 'c@d.example']);
  assert.equal(at.try(['optout', 'c@d.example', '--topic', 'news']).code, 1);
  assert.equal(at.try(['link', 'c@d.example', '--topic', 'news']).code, 1);
  at.sql('SELECT 1');
  assert.notEqual(at.hash(), before);
  assert.equal(at.try(['show', 'a@b.example']).code, 1);
});

test('who opted out comes back only with --consent, and only to what is named', (t) => {
  const at = folder(t);
  at.run(['add', 'a@b.example', '--topics', 'newsletter,marketing']);
  at.run(['optout', 'a@b.example']);
  const before = at.hash();
  const refused = at.try(['add', 'a@b.example', '--topics', 'newsletter']);
  assert.equal(refused.code, 1);
  assert.match(refused.err, /--consent/);
  assert.equal(refused.out, '');
  assert.equal(at.hash(), before, 'a refusal writes nothing');
  assert.equal(at.try(['add', 'a@b.example', '--topics', 'newsletter', '--consent', ' ']).code, 2);
  at.run(['add', 'a@b.example', '--name', 'Ann']);
  assert.equal(at.json(['show', 'a@b.example']).status, 'opted_out', 'a name changes no status');
  at.run(['add', 'a@b.example', '--topics', 'newsletter', '--consent', 'phoned on Monday']);
  const person = at.json(['show', 'a@b.example']);
  assert.deepEqual([person.status, on(person)], ['opted_in', ['newsletter']]);
  assert.equal(at.json(['history', 'a@b.example', '--json'])[0].note, 'phoned on Monday');
});

test('pause holds everything back until a day, and --end ends it; asking again changes nothing', (t) => {
  const at = folder(t);
  at.run(['add', 'a@b.example', '--topics', 'newsletter']);
  const verdict = () => at.run(['links', '-', '--topic', 'newsletter'], 'a@b.example\n').trim().split('\n')[1].split(',')[4];
  const day = (days) => new Date(Date.now() + days * 86400000).toISOString().slice(0, 10);
  const until = `${day(45)}T00:00:00Z`;
  assert.deepEqual(at.json(['pause', 'a@b.example', '--days', '45', '--json']), { email: 'a@b.example', result: 'applied', paused_until: until });
  assert.equal(at.json(['pause', 'a@b.example', '--until', day(45), '--json']).result, 'unchanged');
  assert.equal(at.json(['show', 'a@b.example']).paused_until, until);
  assert.equal(verdict(), 'paused');
  assert.deepEqual(on(at.json(['show', 'a@b.example'])), ['newsletter']);
  assert.match(at.run(['pause', 'a@b.example', '--end', '--note', 'phoned']), /not paused any more/);
  assert.match(at.run(['pause', 'a@b.example', '--end']), /was not paused/);
  assert.equal(verdict(), 'allow');
  const [ended, set] = at.json(['history', 'a@b.example', '--json']);
  assert.deepEqual([ended.what, ended.who, ended.note, set.after.paused_until], ['Pause ended', 'the operator', 'phoned', until]);

  const before = at.hash();
  for (const options of [[], ['--days', '0'], ['--days', '7x'], ['--days', '-1'], ['--days', '99999999999999999999'], ['--until', day(0)], ['--until', '2099-01-01'], ['--until', 'soon'], ['--days', '7', '--end']]) {
    assert.equal(at.try(['pause', 'a@b.example', ...options]).code, 2, options.join(' '));
  }
  assert.equal(at.try(['pause', 'c@d.example', '--days', '7']).code, 1);
  assert.equal(at.try(['pause', 'nobody', '--days', '7']).code, 1);
  assert.equal(at.hash(), before);
});

test('optout turns everything off, or one topic; asking again changes nothing', (t) => {
  const at = folder(t);
  at.run(['add', 'a@b.example', '--topics', 'newsletter,marketing']);
  assert.deepEqual(at.json(['optout', 'a@b.example', '--topic', 'marketing', '--json']), { email: 'a@b.example', result: 'applied', status: 'opted_in', topic: 'marketing' });
  assert.deepEqual(on(at.json(['show', 'a@b.example'])), ['newsletter']);
  assert.equal(at.json(['optout', 'a@b.example', '--topic', 'marketing', '--json']).result, 'unchanged');
  assert.deepEqual(at.json(['optout', 'A@B.example', '--note', 'wrote a letter', '--json']), { email: 'A@B.example', result: 'applied', status: 'opted_out', topic: null });
  const person = at.json(['show', 'a@b.example']);
  assert.deepEqual([person.status, on(person)], ['opted_out', []]);
  const before = at.hash();
  assert.match(at.run(['optout', 'a@b.example']), /already/);
  assert.equal(at.hash(), before);
  assert.equal(at.json(['history', 'a@b.example', '--json'])[0].note, 'wrote a letter');
  const nobody = at.try(['optout', 'nobody@b.example']);
  assert.equal(nobody.code, 1);
  assert.match(nobody.err, /not on the list/);
});

test('L5: history says when, who, by what proof, what was before and after, newest first', (t) => {
  const at = folder(t);
  at.run(['add', 'a@b.example', '--name', 'Ann', '--topics', 'newsletter', '--consent', 'web form 7']);
  at.run(['optout', 'a@b.example']);
  const [out, added] = at.json(['history', 'a@b.example', '--json']);
  assert.equal(out.kind, 'choices');
  assert.deepEqual([out.before, out.after], [
    { status: 'opted_in', topics: ['newsletter'], frequency: {}, paused_until: null },
    { status: 'opted_out', topics: [], frequency: {}, paused_until: null },
  ]);
  assert.equal(added.kind, 'contact_added');
  assert.equal(added.note, 'web form 7');
  for (const entry of [out, added]) {
    assert.equal(entry.actor, 'operator');
    assert.match(entry.at, /Z$/);
    assert.ok(entry.who && entry.what && entry.proof);
  }
  assert.ok(out.position > added.position);
  assert.equal(at.json(['history', 'a@b.example', '--limit', '1', '--json']).length, 1);
  const text = at.run(['history', 'a@b.example']);
  assert.match(text, /Opted out/);
  assert.match(text, /"web form 7"/);
  assert.equal(at.try(['history', 'nobody@b.example', '--json']).out, '');
});

test('stats counts people by status, type and topic, exactly', (t) => {
  const at = folder(t);
  assert.deepEqual(at.json(['stats', '--json']).total, 0);
  at.run(['add', 'a@b.example', '--topics', 'newsletter,marketing']);
  at.run(['add', 'b@b.example', '--type', 'partner', '--topics', 'newsletter']);
  at.run(['add', 'c@b.example', '--type', 'partner']);
  at.run(['add', 'd@b.example', '--type', 'franchisee', '--topics', 'system_alerts']);
  at.run(['optout', 'd@b.example']);
  const { position, ...stats } = at.json(['stats', '--json']);
  assert.deepEqual(stats, {
    total: 4, subscribed: 2, unsubscribed: 2, opted_in: 3, opted_out: 1,
    types: { client: 1, partner: 2, franchisee: 1 },
    topics: { newsletter: 2, product_updates: 0, marketing: 1, system_alerts: 0 },
    reports: { bounces: 0, complaints: 0 },
  });
  assert.equal(position, Number(at.sql('SELECT max(position) FROM entry')));
  assert.match(at.run(['stats']), /Subscribed +2\n/);
});

test('topics are the four to start with, numbered 1 to 4', (t) => {
  const at = folder(t);
  const list = at.json(['topics', '--json']);
  assert.deepEqual(list.map((topic) => [topic.number, topic.key, topic.retired_at]), TOPICS.map((key, i) => [i + 1, key, null]));
});

test('commands at once lose nothing and add nobody twice', async (t) => {
  const at = folder(t);
  const children = [];
  for (let i = 0; i < 12; i++) {
    children.push(at.start(['add', 'same@b.example', '--topics', TOPICS[i % 4]]));
    children.push(at.start(['add', `p${i}@b.example`, '--topics', 'newsletter']));
  }
  for (const child of children) {
    assert.equal((await child.ended).code, 0, child.text.err);
  }
  assert.equal(at.json(['stats', '--json']).total, 13);
  assert.deepEqual(on(at.json(['show', 'same@b.example'])), TOPICS);
  const heads = at.sql('SELECT count(*), max(position) FROM entry').trim().split('|');
  assert.equal(heads[0], heads[1], 'the ledger has no gap');
});

test('topics set: what is named changes, the rest stays, and the ledger says it', (t) => {
  const at = folder(t);
  const flags = () => {
    const { frequency, double_opt_in, on_join } = at.json(['topics', '--json']).find((one) => one.key === 'marketing');
    return [frequency, double_opt_in, on_join];
  };
  assert.deepEqual(flags(), [false, true, true]);
  assert.match(at.run(['topics', 'set', 'marketing', '--double-opt-in', 'no']), /Marketing was saved/);
  assert.deepEqual(flags(), [false, false, true]);
  const done = at.json(['topics', 'set', 'marketing', '--frequency', 'yes', '--on-join', 'no', '--json']);
  assert.deepEqual(done, { key: 'marketing', changed: true, frequency: true, double_opt_in: false, on_join: false });
  assert.match(at.run(['topics', 'set', 'marketing', '--frequency', 'yes']), /nothing was saved/);
  assert.match(at.sql('SELECT note FROM entry_private ORDER BY position DESC LIMIT 1'), /daily or weekly on request: no → yes\non the sign-up form: yes → no/);
  for (const [words, code] of [[['marketing'], 2], [['marketing', '--on-join', 'maybe'], 2], [['nothing', '--on-join', 'no'], 1]]) {
    const refused = at.try(['topics', 'set', ...words]);
    assert.equal(refused.code, code, words.join(' '));
    assert.ok(refused.err.length > 10);
  }
});
