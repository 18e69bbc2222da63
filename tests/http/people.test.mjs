// Communications → Opt In / Out: the list as its address asks for it, and its export.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { serve } from './lib/server.mjs';
import * as html from './lib/html.mjs';
import { Visitor } from './lib/visitor.mjs';
import { Wire } from './lib/wire.mjs';

const PEOPLE = 137;
const TYPES = ['client', 'partner', 'franchisee'];
const people = [];
let server;
let visitor;

before(async () => {
  for (let i = 0; i < PEOPLE; i++) {
    const out = i % 5 === 0;
    people.push({
      email: `user${String(i).padStart(3, '0')}@${i % 2 ? 'odd' : 'even'}.example`,
      name: i === 7 ? 'Dagný Ólafsdóttir' : i === 8 ? '=cmd|calc' : `Person ${String(PEOPLE - i).padStart(3, '0')}`,
      type: TYPES[i % 3],
      status: out ? 'opted_out' : 'opted_in',
      newsletter: !out && i % 2 === 0,
    });
  }
  server = await serve({
    before: async (fresh) => {
      const rows = people.map((one) => `${one.email},"${one.name}",${one.type},${one.status},${one.newsletter ? 'yes' : 'no'}`);
      fresh.import(['email,name,contact_type,status,newsletter', ...rows].join('\r\n'));
    },
  });
  visitor = await new Visitor(server).login();
});
after(() => server?.stop());

const emails = (reply) => html.byClass(reply.page, 'c-email').map(html.tidy);
const foot = (reply) => html.tidy(html.byClass(reply.page, 'foot__count')[0]);
const link = (reply, rel) => html.all(reply.page, (node) => node.attrs.rel === rel)[0]?.attrs.href;

async function every(path) {
  const found = [];
  let reply = await visitor.get(path);
  for (let pages = 0; pages < 20; pages++) {
    assert.equal(reply.status, 200);
    found.push(...emails(reply));
    const next = link(reply, 'next');
    if (!next) {
      return found;
    }
    reply = await visitor.get(next);
  }
  throw new Error('the list has no end');
}

/** What changes from here on is newer than all before, as the list tells it: by the second. */
async function nextSecond() {
  const now = () => Math.floor(Date.now() / 1000);
  for (const began = now(); now() === began; ) {
    await new Promise((done) => setTimeout(done, 20));
  }
}

const byName = (a, b) => (a.name.toLowerCase() < b.name.toLowerCase() ? -1 : 1);

describe('the list', () => {
  test('the three cards count everyone, the subscribed, the opted in', async () => {
    const reply = await visitor.get('/admin/people');
    const numbers = html.byClass(reply.page, 'card__n').map(html.tidy);
    assert.deepEqual(numbers, [
      String(PEOPLE),
      String(people.filter((one) => one.newsletter).length),
      String(people.filter((one) => one.status === 'opted_in').length),
    ]);
    assert.equal(foot(reply), `1–50 of ${PEOPLE}`);
  });

  test('/admin leads to it', async () => {
    const reply = await visitor.get('/admin');
    assert.equal(reply.status, 303);
    assert.equal(reply.get('location'), '/admin/people');
  });

  test('a row says name, address, type, status and subscriptions, and leads to Manage', async () => {
    const reply = await visitor.get('/admin/people?q=user002');
    const [row] = html.byTag(reply.page, 'tr').slice(1);
    assert.match(html.tidy(row), /Person 135.*user002@even\.example.*Franchisee.*Opted In.*1 of 4/);
    const { public_id: id } = server.show('user002@even.example');
    assert.equal(html.byTag(html.byClass(row, 'c-act')[0], 'a')[0].attrs.href, `/admin/people/${id}`);
  });

  test('pages by Next hold everyone once, in order, and Previous leads back', async () => {
    const found = await every('/admin/people?sort=email');
    assert.deepEqual(found, people.map((one) => one.email).sort());
    const second = await visitor.get(link(await visitor.get('/admin/people?sort=email'), 'next'));
    assert.equal(foot(second), `51–100 of ${PEOPLE}`);
    const third = await visitor.get(link(second, 'next'));
    assert.equal(foot(third), `101–${PEOPLE} of ${PEOPLE}`);
    const back = await visitor.get(link(third, 'prev'));
    assert.deepEqual(emails(back), emails(second));
    assert.equal(foot(back), `51–100 of ${PEOPLE}`);
  });

  test('who signed up and has not confirmed is in no list, and the search for their address says so', async () => {
    const join = (email) => visitor.post('/join', [['email', email], ['topic', 'newsletter'], ['language', 'en']]);
    await join('Waits@BÜcher.example');
    await join('user005@odd.example');
    const waiting = await visitor.get(`/admin/people?q=${encodeURIComponent(' waits@bücher.example ')}`);
    assert.deepEqual(emails(waiting), []);
    assert.match(waiting.text, /waits@bücher\.example signed up on [0-9]+ [A-Z][a-z]{2} [0-9]{4} and has not confirmed it yet: not on the list/);
    const known = await visitor.get('/admin/people?q=user005@odd.example');
    assert.deepEqual(emails(known), ['user005@odd.example']);
    assert.match(known.text, /user005@odd\.example asked for more on the sign-up form on /);
    for (const other of ['user006@even.example', 'waits@b', 'nobody@bücher.example', '@']) {
      const reply = await visitor.get(`/admin/people?q=${encodeURIComponent(other)}`);
      assert.doesNotMatch(reply.text, /signed up on|asked for more/, other);
    }
    server.sql('UPDATE confirmation SET expires_at = 1');
    assert.doesNotMatch((await visitor.get('/admin/people?q=user005@odd.example')).text, /asked for more/);
  });

  test('a page stays where it is while people before it come and go', async () => {
    const second = await visitor.get(link(await visitor.get('/admin/people?sort=email'), 'next'));
    const next = link(second, 'next');
    const before = emails(await visitor.get(next));
    server.add('aaa-first@example.com');
    assert.deepEqual(emails(await visitor.get(next)), before);
  });

  const filters = {
    'status=in': (one) => one.status === 'opted_in',
    'status=out': (one) => one.status === 'opted_out',
    'sub=yes': (one) => one.newsletter,
    'sub=no': (one) => !one.newsletter,
    'type=partner': (one) => one.type === 'partner',
    'status=in&sub=no&type=client': (one) => one.status === 'opted_in' && !one.newsletter && one.type === 'client',
    'q=ODD.example': (one) => one.email.includes('odd.example'),
    'q=olafs': (one) => one.name.includes('Ólafs'),
    'q=user01&status=in': (one) => one.email.includes('user01') && one.status === 'opted_in',
    'q=%40even&type=franchisee&sub=yes': (one) => one.email.includes('@even') && one.type === 'franchisee' && one.newsletter,
    'q=%25': () => false,
    'q=_': () => false,
    'q=user%5C': () => false,
  };
  for (const [query, test_] of Object.entries(filters)) {
    test(`?${query} gives exactly the people it says, with their exact number`, async () => {
      const wanted = people.filter(test_).map((one) => one.email).sort();
      const found = (await every(`/admin/people?sort=email&${query}`)).filter((email) => email !== 'aaa-first@example.com');
      assert.deepEqual(found, wanted);
    });
  }

  test('an empty result says how to widen it', async () => {
    const reply = await visitor.get('/admin/people?q=nobody-at-all&status=out');
    assert.equal(reply.status, 200);
    assert.ok(reply.says(/Nobody matches/));
    const hrefs = html.byTag(reply.page, 'a').map((node) => node.attrs.href);
    assert.ok(hrefs.includes('/admin/people?status=out'));
    assert.ok(hrefs.includes('/admin/people?q=nobody-at-all'));
  });

  test('sorting by name, email and latest change, up and down', async () => {
    const named = await every('/admin/people');
    const [first] = [...people].filter((one) => one.name.startsWith('Person')).sort(byName);
    assert.ok(named.indexOf(first.email) < 4);
    const down = await every('/admin/people?sort=email&dir=desc');
    assert.deepEqual(down, [...down].sort().reverse());
    await nextSecond();
    server.run(['optout', 'user003@odd.example']);
    assert.equal(emails(await visitor.get('/admin/people?sort=updated&dir=desc'))[0], 'user003@odd.example');
  });

  test('filters, search and sort survive paging and stand in the address', async () => {
    const reply = await visitor.get('/admin/people?status=in&sort=email&dir=desc');
    const next = new URL(link(reply, 'next'), server.origin).searchParams;
    assert.equal(next.get('status'), 'in');
    assert.equal(next.get('sort'), 'email');
    assert.equal(next.get('dir'), 'desc');
    const chosen = html.byTag(reply.page, 'option').filter((node) => 'selected' in node.attrs).map(html.tidy);
    assert.ok(chosen.includes('Opted In'));
  });

  test('what makes no sense in the address counts as absent', async () => {
    for (const query of ['status=maybe', 'sort=height', 'type=alien', 'sub=%00', 'after=nonsense', 'before=!!', 'after=AAAA&n=-5',
      `after=${'A'.repeat(1500)}`, 'n=99999999999999999999', 'q=', 'after=', '=&&=', 'status']) {
      const reply = await visitor.get(`/admin/people?${query}`);
      assert.ok([200, 400].includes(reply.status), `${query}: ${reply.status}`);
      if (reply.status === 200) {
        assert.equal(emails(reply).length, 50, query);
      }
    }
  });

  test('hostile search terms are shown escaped and find nobody', async () => {
    for (const term of ['<script>alert(1)</script>', '"><img src=x>', "' OR 1=1 --", '{{csrf}}', 'a'.repeat(1000)]) {
      const reply = await visitor.get(`/admin/people?q=${encodeURIComponent(term)}`);
      assert.equal(reply.status, 200, term);
      assert.ok(!reply.body.includes('<script>alert') && !reply.body.includes('<img src=x>'), term);
      assert.equal(emails(reply).length, 0, term);
    }
  });
});

describe('the export', () => {
  const rows = (text) => text.replace(/^\ufeff/, '').trimEnd().split('\r\n');

  test('L3: everyone as CSV, the opted-out marked as such', async () => {
    const reply = await visitor.take('/admin/people/export?sort=email');
    assert.equal(reply.status, 200);
    assert.match(reply.get('content-type'), /^text\/csv/);
    assert.match(reply.get('content-disposition'), /attachment; filename="?people\.csv/);
    assert.match(reply.get('cache-control'), /no-store/);
    const [head, ...lines] = rows(reply.body);
    assert.match(head, /^email,name,contact_type,status,/);
    assert.equal(lines.length, PEOPLE + 1);
    const columns = head.split(',');
    const one = lines.find((line) => line.startsWith('user002@')).split(',');
    assert.equal(one[columns.indexOf('status')], 'opted_in');
    assert.ok(lines.find((line) => line.startsWith('user000@')).includes('opted_out'));
  });

  test('a view is exported as it is filtered and searched', async () => {
    const wanted = people.filter((one) => one.status === 'opted_out' && one.email.includes('odd') && one.email !== 'user003@odd.example');
    const reply = await visitor.take('/admin/people/export?status=out&q=odd&sort=email');
    const found = rows(reply.body).slice(1).map((line) => line.split(',')[0]).filter((email) => email !== 'user003@odd.example');
    assert.deepEqual(found, wanted.map((one) => one.email).sort());
    const none = await visitor.take('/admin/people/export?q=nobody-at-all');
    assert.equal(none.status, 200);
    assert.equal(rows(none.body).length, 1, 'the header row alone');
  });

  test('a name that a spreadsheet would run as a formula is made harmless', async () => {
    const reply = await visitor.take('/admin/people/export?q=user008');
    assert.match(rows(reply.body)[1], /,'=cmd\|calc,/);
  });

  test('it can be imported again', async () => {
    const reply = await visitor.take('/admin/people/export?sort=email');
    const before = server.json(['stats', '--json']);
    const said = server.import(reply.body);
    const { position: left, ...counts } = server.json(['stats', '--json']);
    const { position: was, ...wanted } = before;
    assert.ok(left >= was);
    assert.deepEqual(counts, wanted, said);
  });

  test('without a session it is refused and gives no row; a GET, which could not write it down, gives none either', async () => {
    const reply = await new Visitor(server).post('/admin/people/export', {});
    assert.equal(reply.status, 401);
    assert.ok(!reply.body.includes('@'));
    assert.equal((await visitor.get('/admin/people/export')).status, 405);
  });

  test('the ledger says who took what out', async () => {
    await visitor.take('/admin/people/export?status=out&q=odd');
    assert.equal(server.sql('SELECT kind, actor_id, note FROM entry JOIN entry_private USING (position) ORDER BY position DESC LIMIT 1'), '37|1|people.csv; a search; status: opted_out\n');
  });
});

test('an export of 60,000 rows is streamed: a slow reader gets it whole, one who leaves harms nobody', async () => {
  const count = 60000;
  const lines = ['email,name'];
  for (let i = 0; i < count; i++) {
    lines.push(`bulk${i}@big.example,"Some Rather Long Name, Number ${i}"`);
  }
  server.import(lines.join('\n'));
  const headers = { Cookie: [...visitor.cookies].map((pair) => pair.join('=')).join('; '), Accept: 'text/html' };
  const path = '/admin/people/export?q=big.example&sort=email';
  const leaver = await Wire.open(server.port);
  const form = `csrf=${encodeURIComponent(await visitor.csrf())}`;
  Object.assign(headers, { Origin: server.origin, 'Content-Type': 'application/x-www-form-urlencoded' });
  leaver.write(`POST ${path} HTTP/1.1\r\nHost: localhost\r\nCookie: ${headers.Cookie}\r\nOrigin: ${server.origin}\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: ${form.length}\r\n\r\n${form}`);
  await new Promise((done) => setTimeout(done, 50));
  leaver.close();
  // A disabled admin's export is cut off, however much of it is left.
  server.run(['admin', 'add', 'dee@example.com', '--role', 'manager'], 'a password of mine 1\n');
  const dee = await new Visitor(server).login({ email: 'dee@example.com', password: 'a password of mine 1' });
  const hers = await Wire.open(server.port);
  const begins = hers.begins();
  const cut = hers.ask({ method: 'POST', path, headers: { ...headers, Cookie: [...dee.cookies].map((pair) => pair.join('=')).join('; ') },
    body: `csrf=${encodeURIComponent(await dee.csrf())}` }).then((reply) => `whole: ${reply.status}`, () => 'cut off');
  await begins;
  server.run(['admin', 'disable', 'dee@example.com']);
  hers.resume();
  assert.equal(await cut, 'cut off');
  const slow = await Wire.open(server.port);
  slow.pause();
  const whole = slow.ask({ method: 'POST', path, headers, body: form });
  await new Promise((done) => setTimeout(done, 300));
  assert.equal((await visitor.get('/admin/people')).status, 200, 'others do not wait for who reads slowly');
  assert.equal((await visitor.get('/admin/people?q=user01')).status, 200);
  slow.resume();
  const reply = await whole;
  slow.close();
  assert.equal(reply.status, 200);
  const found = rowsOf(reply.body);
  assert.equal(found.length, count + 1);
  assert.equal(new Set(found).size, count + 1);
  assert.equal((await visitor.get('/admin/help')).status, 200);
});

function rowsOf(text) {
  return text.trimEnd().split('\r\n');
}
