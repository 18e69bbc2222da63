// The list of people over the API: filters, pages by key, members.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serve } from './lib/server.mjs';

let server, key;
const email = (n) => `p${String(n).padStart(4, '0')}@example.com`;
before(async () => {
  server = await serve();
  key = server.json(['apikey', 'new', 'lister', '--scopes', 'contacts:read contacts:write', '--json']).key;
  const rows = Array.from({ length: 1000 }, (_, n) =>
    `${email(n)},Person ${n % 7 ? 'Seven' : 'Other'} ${n},${['client', 'partner', 'franchisee'][n % 3]},${n % 10 ? 'Opted In' : 'Opted Out'},${n % 2 ? 'yes' : 'no'},${n % 400 === 1 ? 'yes' : 'no'}`);
  server.import(`email,name,contact_type,status,newsletter,marketing\n${rows.join('\n')}\n`);
});
after(() => server?.stop());

const ask = (query, more = {}) => server.ask({ path: `/api/v1/contacts${query}`, headers: { Authorization: `Bearer ${more.key ?? key}` } });
async function list(query) {
  const reply = await ask(query);
  assert.equal(reply.status, 200, reply.body);
  assert.equal(reply.get('content-type'), 'application/json');
  return { ...JSON.parse(reply.body), link: reply.get('link') };
}
/** All pages, by the Link header; between is called after each. */
async function walk(query, between = async () => {}) {
  const found = [];
  for (let next = query, pages = 0; next; pages++) {
    assert.ok(pages < 200);
    const page = await list(next);
    found.push(...page.contacts);
    assert.equal(page.next === null, page.link === undefined);
    next = page.link && new URL(/^<([^>]+)>; rel="next"$/.exec(page.link)[1]).search;
    assert.ok(!page.link || page.link.startsWith(`<${server.origin}/api/v1/contacts?`));
    await between(page, pages);
  }
  return found;
}
function problem(reply, status, type) {
  assert.equal(reply.status, status, reply.body);
  const body = JSON.parse(reply.body);
  assert.equal(body.type, `${server.origin}/api/v1/problems#${type}`);
  return body;
}

test('a page is of 100 unless it says otherwise, by address, and each person as alone', async () => {
  const page = await list('');
  assert.deepEqual(page.contacts.map((one) => one.email), Array.from({ length: 100 }, (_, n) => email(n)));
  assert.equal(page.position, Number(server.sql('SELECT max(position) FROM entry')));
  const alone = await server.ask({ path: `/api/v1/contacts/${page.contacts[1].id}`, headers: { Authorization: `Bearer ${key}` } });
  assert.deepEqual(JSON.parse(alone.body), page.contacts[1]);
  assert.equal((await list('?limit=1000')).contacts.length, 1000);
  assert.equal((await list('?limit=1000')).next, null);
});

test('filters are those of the dashboard, and a topic', async () => {
  const every = Array.from({ length: 1000 }, (_, n) => n);
  for (const [query, wanted] of [
    ['status=opted_out', (n) => n % 10 === 0],
    ['status=opted_in&type=partner', (n) => n % 10 && n % 3 === 1],
    ['subscribed=true', (n) => n % 2 === 1],
    ['subscribed=false', (n) => n % 2 === 0],
    ['topic=newsletter', (n) => n % 2 === 1],
    ['topic=marketing', (n) => n % 400 === 1],
    ['topic=newsletter&type=client&search=other', (n) => n % 2 && n % 3 === 0 && n % 7 === 0],
    ['topic=system_alerts', () => false],
    ['search=p00', (n) => n < 100],
    ['search=P0123%40EXAMPLE.com', (n) => n === 123],
    ['search=person%20other%2099', (n) => n % 7 === 0 && /^99/.test(n)],
    ['search=nobody', () => false],
  ]) {
    for (const limit of [7, 1000]) {
      const found = await walk(`?${query}&limit=${limit}`);
      assert.deepEqual(found.map((one) => one.email), every.filter(wanted).map(email), `${query} ${limit}`);
    }
  }
});

test('paging: everyone once, in every order, whoever changes, comes or goes meanwhile', async () => {
  for (const sort of ['email', 'name', 'changed']) {
    const found = await walk(`?sort=${sort}&limit=93&fields=email`, async (page, n) => {
      // Someone on a page already given changes; someone new comes; who came goes.
      server.run(['pause', page.contacts[0].email, '--days', String(n + 1)]);
      server.run(['add', `zz${sort}${n}@example.com`, '--name', 'zz']);
    });
    const emails = found.map((one) => one.email).filter((one) => one.startsWith('p'));
    if (sort !== 'changed') { // by change, who changes comes again at the end: that is the order
      assert.equal(emails.length, 1000);
    }
    assert.deepEqual([...new Set(emails)].sort(), Array.from({ length: 1000 }, (_, n) => email(n)));
  }
});

test('a page behind somebody who was erased goes on at their place', async () => {
  const first = await list('?limit=10');
  await server.ask({ method: 'DELETE', path: `/api/v1/contacts/${encodeURIComponent(email(9))}`, headers: { Authorization: `Bearer ${key}` } });
  const second = await list(`?limit=10&after=${first.next}`);
  assert.equal(second.contacts[0].email, email(10));
});

test('members are chosen by fields', async () => {
  const page = await list('?limit=2&fields=email,status');
  assert.deepEqual(page.contacts.map((one) => Object.keys(one)), [['email', 'status'], ['email', 'status']]);
});

test('what makes no sense is refused, not passed over: a misspelt filter must not give everybody', async () => {
  for (const query of ['limit=0', 'limit=1001', 'limit=x', 'status=perhaps', 'type=boss', 'subscribed=yes', 'sort=colour', 'fields=email,colour', 'fields=',
    'stauts=opted_in', 'limit=5&limit=6', 'after=x', 'after=AAAA', `after=${'A'.repeat(1800)}`]) {
    assert.ok(problem(await ask(`?${query}`), 400, 'bad-request').detail, query);
  }
  problem(await ask('?search=%ff'), 400, 'bad-request');
  problem(await ask('?topic=nothing'), 422, 'unknown-topic');
  const { next } = await list('?sort=name&limit=1');
  problem(await ask(`?sort=email&after=${next}`), 400, 'bad-request');
});

test('S10: it needs contacts:read', async () => {
  const other = server.json(['apikey', 'new', 'other', '--scopes', 'contacts:write check', '--json']).key;
  problem(await ask('', { key: other }), 403, 'no-scope');
});
