// Communications → Activity: what the ledger holds, by who, what, topic, day and person, page by
// page; one entry; and both as files.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as html from './lib/html.mjs';
import { serve } from './lib/server.mjs';
import { Visitor } from './lib/visitor.mjs';

const PATH = '/admin/activity';
const PASSWORD = 'correct horse battery 9';
let server, owner, viewer, jane;

const rows = (reply) => html.byClass(reply.page, 'deed').map((row) => ({
  position: Number(row.attrs.id.slice(2)),
  what: html.tidy(html.byClass(row, 'deed__what')[0]),
  whom: html.tidy(html.byClass(row, 'deed__whom')[0]),
  who: html.tidy(html.byClass(row, 'deed__who')[0]),
}));
const positions = (reply) => rows(reply).map((row) => row.position);
const link = (reply, words) => html.byTag(reply.page, 'a').find((node) => html.tidy(node) === words)?.attrs.href;
const ledger = (where = '1') => server.sql(`SELECT position FROM entry WHERE ${where} ORDER BY position DESC`).trim().split('\n').filter(Boolean).map(Number);
const fault = (reply) => html.tidy(html.byId(reply.page, 'activity-fault'));

/** Every position that the pages of a view show, and how many pages there were. */
async function walk(visitor, path, button = 'Older') {
  const found = [];
  let pages = 0;
  for (let at = path; at; pages++) {
    const reply = await visitor.get(at);
    assert.equal(reply.status, 200, at);
    found.push(...positions(reply));
    at = link(reply, button) ?? (button === 'Older' ? link(reply, 'Look further back') : undefined);
  }
  return { found, pages };
}

before(async () => {
  server = await serve();
  server.run(['admin', 'add', 'viewer@example.com', '--role', 'viewer', '--name', 'Vic <b>'], `${PASSWORD}\n`);
  server.import(`email,name,newsletter,marketing\n${Array.from({ length: 120 }, (_, i) => `p${i}@example.com,Person ${i},yes,no`).join('\n')}\n`);
  server.add('jane@example.com', { name: 'Jane Smith', topics: 'newsletter,marketing' });
  server.add('john@example.com', { name: 'John Smith', topics: 'newsletter' });
  server.run(['settings', 'set', 'brand_name', 'Northwind & Sons']);
  server.run(['topics', 'set', 'marketing', '--frequency', 'yes']);
  const { unsubscribe } = server.links('jane@example.com', 'newsletter');
  await server.ask({ method: 'POST', path: unsubscribe, headers: { 'Content-Type': 'application/x-www-form-urlencoded', 'User-Agent': 'Mailer <9>' }, body: 'List-Unsubscribe=One-Click' });
  server.run(['optout', 'john@example.com', '--note', 'Said so\non the <phone>']);
  jane = server.show('jane@example.com').public_id;
  owner = await new Visitor(server).login();
  viewer = await new Visitor(server).login({ email: 'viewer@example.com', password: PASSWORD });
});
after(() => server?.stop());

describe('the list', () => {
  test('it shows everything, newest first, each entry once, page by page down and up again', async () => {
    const all = ledger();
    assert.ok(all.length > 120);
    const down = await walk(owner, PATH);
    assert.deepEqual(down.found, all);
    assert.equal(down.pages, Math.ceil(all.length / 50));
    let reply = await owner.get(`${PATH}?older=50`);
    assert.deepEqual(positions(reply), ledger('position <= 50'));
    reply = await owner.get(link(reply, 'Newer'));
    assert.deepEqual(positions(reply), ledger('position BETWEEN 51 AND 100'));
    assert.deepEqual(positions(await owner.get(link(reply, 'Older'))), ledger('position <= 50'));
    // A page that would be short at the newest end is the first one.
    reply = await owner.get(link(reply, 'Newer'));
    assert.deepEqual(positions(reply), all.slice(0, 50));
    assert.equal(link(reply, 'Newer'), undefined);
  });

  test('it says in words what changed, about whom, who did it and by which proof', async () => {
    const shown = rows(await owner.get(PATH));
    const [optout, click, topic, setting] = [/^Opted out/, /^Newsletter off/, /^Topic/, /^Setting/].map((words) => shown.find((row) => words.test(row.what)));
    assert.match(optout.what, /^Opted out; Newsletter offSaid so on the <phone>$/);
    assert.equal(optout.whom, 'Activity of John Smithjohn@example.com');
    assert.equal(optout.who, 'by the operatorcommand on the server');
    assert.match(click.what, /^Newsletter off$/);
    assert.match(click.who, /^by a mail program \(one-click\)link key [0-9a-f]{8}, issued/);
    assert.equal(topic.what, 'Topic Marketing edited: daily or weekly on request: no → yes');
    assert.match(setting.what, /^Setting “.*”: nothing → Northwind & Sons$/);
  });

  const views = [
    ['kind=opted_out', 'status_before = 1 AND status_after = 0 AND kind = 2'],
    ['kind=choices', 'kind = 2'],
    ['kind=added', 'kind = 1'],
    ['kind=settings', 'kind = 18'],
    ['kind=imports', 'kind IN (16, 17)'],
    ['kind=topic_edited', 'kind = 9'],
    ['actor=one_click', 'actor = 2'],
    ['actor=person', 'actor IN (1, 2, 3)'],
    ['actor=import', 'actor = 6'],
    ['actor=import:1', 'actor = 6 AND actor_id = 1'],
    ['actor=admin:77', '0'],
    ['topic=marketing', '(choices_before | choices_after) - (choices_before & choices_after) & 8 OR (kind IN (8, 9, 10) AND subject = 3)'],
    ['topic=newsletter&actor=import', 'actor = 6 AND choices_after & 2'],
    ['topic=newsletter&actor=one_click&kind=choices', 'kind = 2 AND actor = 2'],
    ['from=2999-01-01', '0'],
    ['to=1999-01-01', '0'],
    ['from=2020-01-01&to=2999-12-31&kind=added', 'kind = 1'],
  ];
  for (const [query, where] of views) {
    test(`filters combine and fit exactly: ${query}`, async () => {
      const { found } = await walk(owner, `${PATH}?${query}`);
      assert.deepEqual(found, ledger(where));
    });
  }

  test('a day is within, from its first second to its last', async () => {
    const day = new Date().toISOString().slice(0, 10);
    const yesterday = new Date(Date.now() - 86400e3).toISOString().slice(0, 10);
    const { found } = await walk(owner, `${PATH}?from=${yesterday}&to=${day}`);
    assert.deepEqual(found, ledger());
    assert.deepEqual((await walk(owner, `${PATH}?to=${yesterday}`)).found.length + (await walk(owner, `${PATH}?from=${day}`)).found.length, ledger().length);
  });

  test('a person: from their page, by address, by a part of the name; several are offered', async () => {
    const hers = ledger(`contact = (SELECT id FROM contact WHERE email_key = 'jane@example.com')`);
    assert.equal(hers.length, 2);
    const page = await owner.get(`/admin/people/${jane}`);
    const all = link(page, 'All activity of this person');
    assert.equal(all, `${PATH}?person=${jane}`);
    for (const path of [all, `${PATH}?q=jane%40example.com`, `${PATH}?q=Jane+Sm`]) {
      const reply = await owner.get(path);
      assert.deepEqual(positions(reply), hers, path);
      assert.match(html.tidy(html.byClass(reply.page, 'filters__person')[0]), /^Activity of Jane Smith jane@example.com Show everyone$/);
    }
    const several = await owner.get(`${PATH}?q=smith&kind=added`);
    assert.equal(several.status, 200);
    assert.ok(several.says(/Whom do you mean\?/));
    assert.equal(rows(several).length, 0);
    const choice = await owner.get(link(several, 'Jane Smith'));
    assert.deepEqual(positions(choice), [hers[1]], 'the other filters stay');
    assert.equal(link(choice, 'Show everyone'), `${PATH}?kind=added`);
  });

  test('S4: a name that is markup stays text', async () => {
    const reply = await owner.get(PATH);
    assert.doesNotMatch(reply.body, /Vic <b>|<phone>/);
    assert.match(reply.body, /Vic &lt;b&gt;/);
  });

  test('nothing matches: it says so, and what each view without one filter is', async () => {
    const reply = await owner.get(`${PATH}?kind=erasing&actor=mailto&topic=marketing&to=2026-01-01`);
    assert.ok(reply.says(/Nothing matches/) && reply.says(/The whole ledger was looked through/));
    assert.equal(link(reply, 'Without Unsubscribing mail'), `${PATH}?kind=erasing&topic=marketing&to=2026-01-01`);
    assert.equal(link(reply, 'Without Erasing and blocking'), `${PATH}?actor=mailto&topic=marketing&to=2026-01-01`);
    assert.equal(link(reply, 'Show all'), PATH);
  });

  const bad = [
    ['actor=gossip', /no one called “gossip”/],
    ['actor=admin:x', /no one called “admin:x”/],
    ['actor=person:3', /no one called/],
    ['kind=gossip', /no kind of change called “gossip”/],
    ['topic=nosuch', /no topic “nosuch”/],
    ['from=2026-02-30', /“2026-02-30” is no day/],
    ['to=soon', /“soon” is no day/],
    ['from=2026-11-02&to=2026-11-01', /last day is before the first/],
    ['person=zzz', /Nobody has the id “zzz”/],
    ['person=00000000000000ff', /Nobody has the id/],
    ['q=nobody+at+all', /Nobody on the list is called “nobody at all”/],
    ['older=-1', /“-1” is no position/],
    ['newer=99999999999999999999', /is no position/],
    ['kind=x&topic=y', /“x”.*“y”/],
  ];
  for (const [query, words] of bad) {
    test(`a bad filter is explained and shows nothing: ${query}`, async () => {
      const reply = await owner.get(`${PATH}?${query}`);
      assert.equal(reply.status, 400);
      assert.match(fault(reply), words);
      assert.equal(rows(reply).length, 0);
    });
  }

  test('far past the newest and the oldest place there is still a page', async () => {
    assert.deepEqual(positions(await owner.get(`${PATH}?older=999999999`)), ledger().slice(0, 50));
    assert.deepEqual(positions(await owner.get(`${PATH}?newer=999999999`)), ledger().slice(0, 50));
    assert.deepEqual(positions(await owner.get(`${PATH}?older=1`)), [1]);
  });
});

describe('one entry', () => {
  test('it shows before and after, proof, client, note, neighbours and hashes as the ledger has them', async () => {
    const position = ledger('actor = 2')[0];
    const reply = await owner.get(`${PATH}/${position}`);
    const text = html.tidy(html.byId(reply.page, 'main'));
    const [hash, before, sealed] = server.sql(`SELECT lower(hex(hash)) FROM entry WHERE position = ${position};
      SELECT lower(hex(hash)) FROM entry WHERE position = ${position - 1}; SELECT lower(hex(private_hash)) FROM entry WHERE position = ${position}`).trim().split('\n');
    assert.equal(html.byId(reply.page, 'entry-hash').attrs.value, hash);
    assert.match(text, new RegExp(`Hash before ?${before}`));
    assert.match(text, new RegExp(`Private commitment ?${sealed}`));
    assert.match(text, /Topics on ?Newsletter and Marketing ?Marketing/);
    assert.match(text, /Status ?Opted In ?the same/);
    assert.match(text, /Actor ?one_click Proof ?link key/);
    assert.match(text, /Link key ?[0-9a-f]{8}/);
    assert.match(text, /Link issued ?20\d\d-\d\d-\d\dT/);
    assert.match(text, /Client address ?127\.0\.0\.1/);
    assert.match(text, /Client program ?Mailer <9>/);
    assert.match(text, /assent ledger verify/);
    const added = await owner.get(html.byTag(reply.page, 'a').find((node) => html.tidy(node).startsWith('This person’s entry before')).attrs.href);
    assert.ok(added.says(/Added, opted in/) && added.says(/Not on the list/));
    const next = html.byTag(added.page, 'a').find((node) => html.tidy(node).startsWith('This person’s next entry'));
    assert.equal(next.attrs.href, `${PATH}/${position}`);
    assert.deepEqual(html.tidy(html.byClass((await owner.get(link(reply, 'Entry before'))).page, 'muted')[0]).slice(0, `Entry ${position - 1}`.length), `Entry ${position - 1}`);
    assert.equal((await owner.get(`${PATH}/1`)).says(/Entry before/), true);
    assert.equal(link(await owner.get(`${PATH}/1`), 'Entry before'), undefined);
    assert.equal(link(await owner.get(`${PATH}/${ledger()[0]}`), 'Next entry'), undefined);
  });

  test('what took it back, what it takes back, and what was blanked', async () => {
    const { unsubscribe } = server.links('p1@example.com', 'newsletter');
    const page = await new Visitor(server).get(unsubscribe);
    const done = await new Visitor(server).press(page, html.tidy(html.byTag(page.page, 'button')[0]));
    const off = ledger()[0];
    await new Visitor(server).press(done, 'Undo');
    const undo = ledger()[0];
    assert.equal(undo, off + 1);
    const links = (reply) => html.byTag(html.byClass(reply.page, 'maillinks')[0], 'a').map(html.tidy);
    assert.ok(links(await owner.get(`${PATH}/${off}`)).includes(`Taken back by ${undo}`));
    assert.ok(links(await owner.get(`${PATH}/${undo}`)).includes(`Takes back ${off}`));
    server.sql(`DELETE FROM entry_private WHERE position = ${off}`);
    const blank = await owner.get(`${PATH}/${off}`);
    assert.ok(blank.says(/were kept here and are gone/));
    assert.doesNotMatch(blank.body, /127\.0\.0\.1/);
    assert.ok(!(await owner.get(`${PATH}/${undo}`)).says(/are gone/));
  });

  test('an entry that is not there is a page that says so', async () => {
    for (const position of ['0', '999999', '99999999999999999999999']) {
      for (const path of [`${PATH}/${position}`, `${PATH}/${position}/json`]) {
        const reply = await owner.get(path);
        assert.equal(reply.status, 404, path);
        assert.ok(reply.says(/There is no such entry/));
      }
    }
  });

  test('as JSON it is the same entry', async () => {
    const position = ledger('actor = 2 AND kind = 2').at(-1);
    const reply = await owner.get(`${PATH}/${position}/json`);
    assert.equal(reply.get('content-type'), 'application/json');
    assert.match(reply.get('content-disposition'), new RegExp(`entry-${position}\\.json`));
    const entry = JSON.parse(reply.body);
    assert.equal(entry.position, position);
    assert.deepEqual(entry.before.topics, ['newsletter', 'marketing']);
    assert.deepEqual(entry.after.topics, ['marketing']);
    assert.equal(entry.person.public_id, jane);
    assert.equal(entry.actor, 'one_click');
    assert.equal(entry.proof.kind, 'link');
    assert.match(entry.proof.bytes, /^[0-9a-f]{16}$/);
    assert.equal(entry.client_agent, 'Mailer <9>');
    assert.equal(entry.hash, server.sql(`SELECT lower(hex(hash)) FROM entry WHERE position = ${position}`).trim());
  });
});

describe('exports', () => {
  test('CSV and NDJSON hold the filtered view, all of it, newest first', async () => {
    const page = await owner.get(`${PATH}?kind=added&topic=newsletter`);
    const wanted = ledger('kind = 1');
    const csv = await owner.press(page, 'Export CSV');
    assert.equal(csv.get('content-type'), 'text/csv; charset=utf-8');
    assert.match(csv.get('content-disposition'), /activity\.csv/);
    const lines = csv.body.trimEnd().split('\r\n');
    assert.match(lines[0], /^\ufeff?position,at,kind,what,person,name,email,actor,/);
    assert.deepEqual(lines.slice(1).map((line) => Number(line.split(',')[0])), wanted);
    const width = lines[0].split(',').length;
    for (const line of lines.slice(1, 60)) {
      assert.equal(line.replace(/"[^"]*"/g, '').split(',').length, width, line);
    }
    const json = await owner.press(page, 'Export NDJSON');
    assert.equal(json.get('content-type'), 'application/x-ndjson');
    const entries = json.body.trimEnd().split('\n').map((line) => JSON.parse(line));
    assert.deepEqual(entries.map((one) => one.position), wanted);
    assert.equal(entries[0].before.status, 'opted_out');
    const whole = await owner.take(`${PATH}/export?format=ndjson`);
    assert.deepEqual(whole.body.trimEnd().split('\n').map((line) => JSON.parse(line).position), ledger());
  });

  test('a place in the address does not shorten an export; a bad filter or format is refused', async () => {
    const whole = await owner.take(`${PATH}/export?format=ndjson&older=5&newer=7`);
    assert.equal(whole.body.trimEnd().split('\n').length, ledger().length);
    for (const query of ['', '?format=xml', '?format=csv&kind=x', '?format=csv&q=smith', '?format=ndjson&from=x']) {
      const reply = await owner.take(`${PATH}/export${query}`);
      assert.equal(reply.status, 400, query);
      assert.ok(reply.says(/That can’t be exported/), query);
    }
  });

  test('a formula in a note is no formula in the CSV', async () => {
    server.run(['optout', 'p2@example.com', '--note', '=cmd|x']);
    const csv = await owner.take(`${PATH}/export?format=csv&q=p2%40example.com`);
    assert.match(csv.body, /,'=cmd\|x,/);
  });
});

test('S10: viewers see it all; who is not signed in goes to the login', async () => {
  for (const path of [PATH, `${PATH}?kind=added`, `${PATH}/1`, `${PATH}/1/json`]) {
    const reply = await viewer.get(path);
    assert.equal(reply.status, 200, path);
    assert.equal(reply.get('cache-control'), 'no-store', path);
    const stranger = await new Visitor(server).get(path);
    assert.equal(stranger.status, 303, path);
    assert.match(stranger.get('location'), /^\/admin\/login/);
  }
});

test('entries of a person who was erased stay, and name nobody', async () => {
  server.add('gone@example.com', { name: 'Gone Soon' });
  const { public_id: id } = server.show('gone@example.com');
  const key = server.run(['apikey', 'new', 'eraser', '--scopes', 'contacts:write']).match(/assent_\S+/)[0];
  const erased = await server.ask({ method: 'DELETE', path: '/api/v1/contacts/gone@example.com', headers: { Authorization: `Bearer ${key}` } });
  assert.ok(erased.status < 300, erased.body);
  const reply = await owner.get(`${PATH}?person=${id}`);
  assert.equal(reply.status, 200);
  assert.deepEqual(rows(reply).map((row) => row.what), ['Erased from the list', 'Added, opted in; Newsletter and Product Updates on']);
  assert.ok(reply.says(/Someone who was erased/));
  assert.doesNotMatch(reply.body, /gone@example|Gone Soon/);
  const added = await owner.get(`${PATH}/${positions(reply)[1]}`);
  assert.ok(added.says(/Name and address are gone/));
  assert.ok(html.byTag(added.page, 'a').some((node) => html.tidy(node) === `This person’s next entry ${positions(reply)[0]}`));
});

test('the newest ledger entries are whole in the sums of blocks: a rare entry is found among thousands', async () => {
  const csv = `email,name\n${Array.from({ length: 2100 }, (_, i) => `bulk${i}@example.net,B ${i}`).join('\n')}\n`;
  server.import(csv);
  assert.ok(Number(server.sql('SELECT count(*) FROM entry_block')) >= 2);
  const reply = await owner.get(`${PATH}?actor=one_click&kind=choices`);
  assert.deepEqual(positions(reply), ledger('actor = 2 AND kind = 2'));
  assert.equal(link(reply, 'Look further back'), undefined);
});
