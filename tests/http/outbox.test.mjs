// Communications → Outbox: lists, pages, one mail, who sees its links, what may be done by whom.
import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import * as html from './lib/html.mjs';
import { serve } from './lib/server.mjs';
import { Visitor } from './lib/visitor.mjs';

const PATH = '/admin/outbox';
const TOKEN = /[A-Za-z0-9_-]{100,}/;
const PASSWORD = 'correct horse battery 9';

let server;
let owner;
let manager;
let viewer;

before(async () => {
  server = await serve({ env: { ASSENT_COURIER: 'no' } });
  for (const role of ['manager', 'viewer']) {
    server.run(['admin', 'add', `${role}@example.com`, '--role', role], `${PASSWORD}\n`);
  }
  server.run(['admin', 'role', 'viewer@example.com', 'viewer', '--addresses', 'whole']);
  server.add('ann@example.com');
  owner = await new Visitor(server).login();
  manager = await new Visitor(server).login({ email: 'manager@example.com', password: PASSWORD });
  viewer = await new Visitor(server).login({ email: 'viewer@example.com', password: PASSWORD });
});
after(() => server?.stop());

/** Letters as the courier leaves them: not due, or ended. */
function put({ kind = 1, address = 'ann@example.com', count = 1, tries = 0, outcome = 0, fault = '', due = 9000 } = {}) {
  return Number(server.sql(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
    INSERT INTO letter (message_id, kind, contact, confirmation, address, language, created_at, due_at, tries, outcome, ended_at, fault, subject)
    SELECT randomblob(16), ${kind}, 0, 0, '${address}', '', unixepoch(), unixepoch() + ${due}, ${tries}, ${outcome},
      CASE ${outcome} WHEN 0 THEN 0 ELSE unixepoch() END, '${fault}', 'A subject' FROM n; SELECT max(id) FROM letter;`));
}
const row = (id) => server.sql(`SELECT outcome, tries, due_at <= unixepoch() FROM letter WHERE id = ${id}`).trim();
const clear = () => server.sql('DELETE FROM letter');
const notice = (reply) => html.tidy(html.byId(reply.page, 'notice'));
const rows = (reply) => html.all(reply.page, (node) => node.attrs.class === 'mail').map(html.tidy);
const badge = (reply) => html.all(reply.page, (node) => node.attrs.class === 'count').map(html.tidy)[0];
const act = async (visitor, path, fields) => visitor.post(path, { csrf: await visitor.csrf(), ...fields });

/** The number of the mail to that address, once the courier has written it. */
function written(address) {
  server.run(['courier', '--once']);
  const id = server.sql(`SELECT id FROM letter WHERE address = '${address}' AND outcome = 1`).trim();
  assert.ok(existsSync(join(server.data, 'outbox', `${id}.eml`)));
  return id;
}

describe('a mail that became a file', () => {
  let id;
  let path;
  before(async () => {
    clear();
    await new Visitor(server).post('/join', [['email', 'flow@example.com'], ['topic', 'newsletter'], ['language', 'de']]);
    id = written('flow@example.com');
    path = `${PATH}/${id}`;
  });

  test('it is in the list with whom it is for, its kind, its subject in the reader’s language and its state', async () => {
    const reply = await viewer.get(PATH);
    assert.equal(reply.status, 200);
    assert.match(reply.text, /No mail server is set\./);
    assert.match(rows(reply)[0], /flow@example\.com ?Sign-up to confirm · Bitte bestätigen .* Sent \d+ \w+ \d{4}, \d\d:\d\d UTC$/);
    assert.equal(badge(reply), undefined);
  });

  test('owners see it with links that work: page, text, header lines, the file itself', async () => {
    const page = await owner.get(path);
    const file = readFileSync(join(server.data, 'outbox', `${id}.eml`), 'utf8');
    const links = html.all(page.page, (node) => node.tag === 'a' && /^\/[puc]\//.test(node.attrs.href ?? '')).map((node) => node.attrs.href);
    assert.equal(links.length, 1);
    assert.match(links[0], /^\/c\/[A-Za-z0-9_-]{112}$/);
    assert.match(page.text, /Auto-Submitted: auto-generated/);
    assert.ok(page.text.includes(links[0]));
    const framed = await owner.get(`${path}/html`);
    assert.equal(framed.status, 200);
    assert.ok(framed.body.includes(`${server.origin}${links[0]}`));
    const eml = await owner.get(`${path}/eml`);
    assert.equal(eml.get('content-type'), 'message/rfc822');
    assert.equal(eml.get('content-disposition'), `attachment; filename="${id}.eml"`);
    assert.equal(eml.get('x-content-type-options'), 'nosniff');
    assert.equal(eml.bytes.toString('utf8'), file);
    // The link is the person's: it works.
    const done = await new Visitor(server).get(links[0]);
    assert.equal(done.status, 200);
    assert.ok(html.formWith(done.page, 'confirm'));
  });

  for (const role of ['manager', 'viewer']) {
    test(`a ${role} sees its words without any link, and gets no file`, async () => {
      const who = role === 'manager' ? manager : viewer;
      for (const one of [path, `${path}/html`]) {
        const reply = await who.get(one);
        assert.equal(reply.status, 200);
        assert.doesNotMatch(reply.body.replace(/name="csrf" value="[^"]*"/g, ''), TOKEN, one);
        assert.match(reply.body, /\/c\/\.\.\./);
      }
      const eml = await who.get(`${path}/eml`);
      assert.equal(eml.status, 403);
      assert.doesNotMatch(eml.body, /\/c\//);
    });
  }

  test('the frame runs nothing, fetches nothing, and stands in pages of ours alone', async () => {
    const reply = await owner.get(`${path}/html`);
    const policy = reply.get('content-security-policy');
    assert.equal(policy, "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'; sandbox");
    assert.equal(reply.get('x-frame-options'), 'SAMEORIGIN');
    assert.equal(reply.get('cache-control'), 'no-store');
    const frame = html.all((await owner.get(path)).page, (node) => node.tag === 'iframe')[0];
    assert.equal(frame.attrs.src, `${path}/html`);
    assert.equal(frame.attrs.sandbox, '');
    assert.match((await owner.get(path)).get('content-security-policy'), /frame-src 'self'/);
  });

  test('a file that was changed is shown as what it is, and harms nobody', async () => {
    const file = join(server.data, 'outbox', `${id}.eml`);
    const kept = readFileSync(file);
    writeFileSync(file, 'Subject: <script>alert(1)</script>\r\n\r\n<script>alert(1)</script>');
    const page = await owner.get(path);
    assert.match(page.text, /it was changed or cut/);
    assert.equal((await owner.get(`${path}/html`)).status, 404);
    writeFileSync(file, kept.toString('utf8').replace(/<html/g, '<script>alert(1)</script><html').replace('Subject:', 'X: "><img src=x>\r\nSubject:'));
    assert.doesNotMatch((await owner.get(path)).body, /<img|alert\(1\)<\/script>/);
    writeFileSync(file, kept);
  });
});

describe('the list', () => {
  test('pages go on and come back by key, for each state, and an address is found whole, in any case', async () => {
    clear();
    put({ count: 60, outcome: 1 });
    put({ count: 55, tries: 2, fault: '451 4.7.1 later' });
    put({ address: 'Bob@Example.com', outcome: 2, tries: 1, fault: '550 5.1.1 unknown' });
    const first = await viewer.get(PATH);
    assert.equal(rows(first).length, 50);
    assert.match(rows(first)[0], /Bob@Example\.com.*Given up.*1 try.*The mail server knows no such mailbox\.$/);
    const links = (reply, rel) => html.all(reply.page, (node) => node.attrs.rel === rel)[0]?.attrs.href;
    assert.equal(links(first, 'prev'), undefined);
    const seen = [...rows(first)];
    let page = first;
    while (links(page, 'next')) {
      page = await viewer.get(links(page, 'next'));
      seen.push(...rows(page));
    }
    assert.equal(seen.length, 116);
    while (links(page, 'prev')) {
      page = await viewer.get(links(page, 'prev'));
    }
    assert.deepEqual(rows(page), rows(first));
    for (const [state, count] of [['waiting', 50], ['sent', 50], ['dead', 1]]) {
      const reply = await viewer.get(`${PATH}?state=${state}`);
      assert.equal(rows(reply).length, count, state);
      if (links(reply, 'next')) {
        const next = await viewer.get(links(reply, 'next'));
        assert.equal(rows(next).length, state === 'sent' ? 10 : 5);
        assert.equal(html.all(next.page, (node) => node.tag === 'option' && 'selected' in node.attrs)[0].attrs.value, state);
        assert.deepEqual(rows(await viewer.get(links(next, 'prev'))), rows(reply));
      }
    }
    assert.equal(rows(await viewer.get(`${PATH}?q=bob%40example.com`)).length, 1);
    assert.equal(rows(await viewer.get(`${PATH}?q=bob%40example.com&state=dead`)).length, 1);
    const none = await viewer.get(`${PATH}?q=bob%40example.com&state=sent`);
    assert.match(none.text, /No mail to bob@example\.com/);
    const cards = html.all(first.page, (node) => node.attrs.class === 'card__n').map(html.tidy);
    assert.deepEqual(cards, ['55', '60', '1']);
  });

  test('what makes no sense shows the first page', async () => {
    for (const query of ['after=x', 'before=%00', 'after=1.x', 'after=-5.-5', 'state=nonsense', 'after=9999999999999999999999.1', 'q=%27%20OR%201%3D1', `q=${'a'.repeat(500)}`, 'did=nothing', 'did=again_all&n=-1', 'did=again_all&n=99999999']) {
      const reply = await viewer.get(`${PATH}?${query}`);
      assert.ok(reply.status === 200 || (query.includes('%00') && reply.status === 400), `${query}: ${reply.status}`);
    }
  });

  test('a mail from before subjects were kept is listed by its kind alone', async () => {
    clear();
    put({ outcome: 1 });
    server.sql("UPDATE letter SET subject = ''");
    assert.match(rows(await viewer.get(PATH))[0], /^ann@example\.com ?Fresh link Sent/);
    put();
    server.sql("UPDATE letter SET subject = ''");
    assert.match(rows(await viewer.get(PATH))[0], /^ann@example\.com ?Fresh link · made when it is sent Waiting/);
  });

  test('empty states say what they mean', async () => {
    clear();
    assert.match((await viewer.get(PATH)).text, /No mail was asked for yet/);
    assert.match((await viewer.get(`${PATH}?state=waiting`)).text, /Nothing waits/);
    assert.match((await viewer.get(`${PATH}?state=sent`)).text, /Nothing was sent in the last 30 days/);
    assert.match((await viewer.get(`${PATH}?state=dead`)).text, /No mail was given up/);
  });
});

describe('what may be done', () => {
  test('dead letters are counted in the menu of every page, and all can be tried again', async () => {
    clear();
    put({ outcome: 2, tries: 11, count: 3, fault: '550 no' });
    for (const path of ['/admin/people', '/admin/help', '/admin/topics', PATH]) {
      assert.equal(badge(await viewer.get(path)), '3', path);
    }
    const page = await owner.get(PATH);
    const sent = await owner.press(page, 'again_all');
    assert.equal(sent.status, 303);
    const back = await owner.follow(sent);
    assert.equal(notice(back), '3 mails wait to be tried again.');
    assert.equal(badge(back), undefined);
    assert.equal(server.sql('SELECT count(*) FROM letter WHERE outcome = 2').trim(), '0');
    clear();
    put({ outcome: 2, count: 150 });
    assert.equal(badge(await viewer.get(PATH)), '99+');
  });

  test('one is tried again or now, or discarded, from the list and from its page', async () => {
    clear();
    const dead = put({ outcome: 2, tries: 11, fault: '550 no' });
    const sent = await manager.press(await manager.get(`${PATH}?state=dead`), 'again');
    assert.equal(sent.get('location'), `${PATH}?state=dead&did=again&n=0`);
    assert.match(notice(await manager.follow(sent)), /It waits to be tried again/);
    assert.equal(row(dead), '0|0|1');
    clear();
    const waits = put({ tries: 3, fault: '451 later' });
    assert.equal(row(waits), '0|3|0');
    const now = await manager.press(await manager.get(`${PATH}/${waits}`), 'now');
    assert.match(notice(await manager.follow(now)), /It is tried now/);
    assert.equal(row(waits), '0|3|1');
    const other = put({ outcome: 2, fault: '550 no' });
    const page = await manager.get(`${PATH}/${other}`);
    assert.match(page.text, /550 no/);
    const gone = await manager.follow(await manager.press(page, 'discard'));
    assert.equal(notice(gone), 'It was discarded.');
    assert.match((await manager.get('/admin/activity')).text, new RegExp(`Outbox: mail ${other} \\(fresh link\\) was given up; it is discarded`));
    assert.equal(row(other), '');
    assert.equal((await manager.get(`${PATH}/${other}`)).status, 404);
    // A form that is old by now changes nothing and says so.
    const late = await manager.press(page, 'again');
    assert.equal(late.status, 404);
    const sentOne = put({ outcome: 1 });
    const refused = await act(manager, `${PATH}/${sentOne}`, { do: 'discard' });
    assert.equal(refused.status, 409);
    assert.match(notice(refused), /Nothing was done/);
    assert.equal((await act(manager, PATH, { do: 'again', id: String(sentOne) })).status, 409);
    assert.match(row(sentOne), /^1/);
  });

  test('S10: a viewer is offered nothing and may do nothing', async () => {
    clear();
    const dead = put({ outcome: 2, fault: '550 no' });
    put({ tries: 1, fault: '451' });
    for (const path of [PATH, `${PATH}/${dead}`]) {
      const reply = await viewer.get(path);
      for (const button of ['again', 'again_all', 'now', 'discard']) {
        assert.equal(html.formWith(reply.page, button), undefined, `${path}: ${button}`);
      }
    }
    for (const [path, fields] of [[PATH, { do: 'again_all' }], [PATH, { do: 'again', id: String(dead) }], [`${PATH}/${dead}`, { do: 'discard' }]]) {
      assert.equal((await act(viewer, path, fields)).status, 403);
    }
    assert.match(row(dead), /^2/);
  });

  test('S4: a form without this session’s token, or from another site, does nothing', async () => {
    clear();
    const dead = put({ outcome: 2, fault: '550 no' });
    const csrf = await owner.csrf();
    assert.equal((await owner.post(`${PATH}/${dead}`, { do: 'discard' })).status, 403);
    assert.equal((await owner.post(`${PATH}/${dead}`, { do: 'discard', csrf: await manager.csrf() })).status, 403);
    assert.equal((await owner.post(`${PATH}/${dead}`, { do: 'discard', csrf }, { Origin: 'https://evil.example' })).status, 403);
    assert.match(row(dead), /^2/);
  });

  test('forms that no page of ours sends are refused', async () => {
    for (const [path, fields] of [[PATH, {}], [PATH, { do: 'dance' }], [PATH, { do: 'again' }], [PATH, { do: 'again', id: '-1' }], [PATH, { do: 'again', id: '1x' }], [PATH, { do: 'discard', id: '99999999999999999999' }], [`${PATH}/1`, { do: 'again_all' }]]) {
      assert.equal((await act(owner, path, fields)).status, 400, JSON.stringify(fields));
    }
  });

  test('numbers that no mail has are not found', async () => {
    clear();
    for (const id of ['0', '1', '00000000000000000000001', '9223372036854775807', '9223372036854775808', '9'.repeat(400)]) {
      for (const tail of ['', '/html', '/eml']) {
        assert.equal((await owner.get(`${PATH}/${id}${tail}`)).status, 404, `${id}${tail}`);
      }
    }
    for (const path of [`${PATH}/-1`, `${PATH}/1%00`, `${PATH}/..%2f..%2fassent.db/eml`, `${PATH}/1/`, `${PATH}/1/eml/x`, `${PATH}/1.eml`]) {
      assert.ok((await owner.get(path)).status >= 400, path);
    }
  });

  test('a stranger sees nothing', async () => {
    const id = put({ outcome: 1 });
    for (const tail of ['', `/${id}`, `/${id}/html`, `/${id}/eml`]) {
      const reply = await new Visitor(server).get(`${PATH}${tail}`);
      assert.equal(reply.status, 303);
      assert.match(reply.get('location'), /^\/admin\/login\?next=/);
    }
    clear();
  });
});

test('a mail that went to a mail server is made anew, and its links are left out, for owners too', async () => {
  clear();
  const id = put({ outcome: 1, tries: 1 });
  const page = await owner.get(`${PATH}/${id}`);
  assert.match(page.text, /no words of a sent mail are kept/);
  const person = server.show('ann@example.com').public_id;
  assert.ok(html.all(page.page, (node) => node.attrs.href === `/admin/people/${person}`).length);
  for (const tail of ['', '/html', '/eml']) {
    const reply = await owner.get(`${PATH}/${id}${tail}`);
    assert.equal(reply.status, 200);
    assert.doesNotMatch(reply.body.replace(/name="csrf" value="[^"]*"/g, ''), TOKEN, tail);
  }
  clear();
});
