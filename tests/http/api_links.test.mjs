// POST /api/v1/links: the links and header lines of many people; and a real message with them, followed as a mail provider would.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import nodemailer from 'nodemailer';
import PostalMime from 'postal-mime';
import { mailServer } from '../cli/lib/post.mjs';
import { serve } from './lib/server.mjs';

const JSON_TYPE = 'application/json';
const NDJSON = 'application/x-ndjson';
let server;
let token;

const newKey = (name, scopes = 'links') => server.json(['apikey', 'new', name, '--scopes', scopes, '--json']).key;
before(async () => {
  server = await serve({ admin: false });
  server.add('in@example.org');
  server.add('out@example.org');
  server.add('off@example.org', { topics: 'marketing' });
  server.add('resting@example.org');
  server.add('jürgen@bücher.example', { topics: 'newsletter' });
  server.run(['optout', 'out@example.org']);
  server.run(['pause', 'resting@example.org', '--days', '5']);
  token = newKey('mailer');
});
after(() => server?.stop());

const post = (body, { type = JSON_TYPE, query = '', key = token, headers = {} } = {}) =>
  server.ask({
    method: 'POST',
    path: `/api/v1/links${query}`,
    headers: { authorization: `Bearer ${key}`, ...(type && { 'content-type': type }), ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
const results = (reply) => {
  assert.equal(reply.status, 200, reply.body);
  return JSON.parse(reply.body).results;
};
function problem(reply, status, type, detail = /./) {
  assert.equal(reply.status, status, reply.body);
  const body = JSON.parse(reply.body);
  assert.equal(body.type, `${server.origin}/api/v1/problems#${type}`);
  assert.match(body.detail, detail);
}

const ASKED = ['out@example.org', 'in@example.org', 'nobody@example.org', 'no address', 'resting@example.org', 'off@example.org', 'IN@Example.ORG', 'JÜRGEN@xn--bcher-kva.example'];
const SAID = ['opted_out', 'allow', 'unknown', 'invalid', 'paused', 'topic_off', 'allow', 'allow'];

test('each address in order with its verdict; links and header lines for those alone who may be mailed', async () => {
  const reply = await post({ topic: 'newsletter', addresses: ASKED });
  assert.equal(reply.get('content-type'), JSON_TYPE);
  assert.equal(reply.get('transfer-encoding'), 'chunked');
  const rows = results(reply);
  assert.deepEqual(rows.map((row) => [row.address, row.verdict]), ASKED.map((one, i) => [one, SAID[i]]));
  for (const row of rows) {
    if (row.verdict !== 'allow') {
      assert.deepEqual(Object.keys(row), ['address', 'verdict']);
      continue;
    }
    // Links differ by the second that they were made in; all else is as the command gives it.
    const [host, list] = [new URL(server.origin).hostname, server.json(['link', row.address, '--topic', 'newsletter', '--json'])];
    assert.deepEqual(Object.keys(row.headers), Object.keys(list.headers));
    assert.equal(row.headers['List-Unsubscribe'], `<${row.unsubscribe}>`);
    assert.equal(row.headers['List-Unsubscribe-Post'], 'List-Unsubscribe=One-Click');
    assert.equal(row.headers['List-Id'], `Newsletter <newsletter.${host}>`);
    assert.match(row.unsubscribe, /\/u\/[A-Za-z0-9_-]{112}$/);
    assert.equal((await server.ask({ path: new URL(row.unsubscribe).pathname })).status, 200);
    assert.equal((await server.ask({ path: new URL(row.manage).pathname })).status, 200);
  }
});

test('NDJSON and lines are answered as NDJSON, unless Accept names JSON', async () => {
  for (const [body, type] of [['"in@example.org"\n{"address":"out@example.org"}', NDJSON], ['in@example.org\r\nout@example.org', 'text/plain']]) {
    const reply = await post(body, { type, query: '?topic=newsletter&campaign=a%20b' });
    assert.equal(reply.get('content-type'), NDJSON);
    const rows = reply.body.trim().split('\n').map((line) => JSON.parse(line));
    assert.deepEqual(rows.map((row) => row.verdict), ['allow', 'opted_out']);
    assert.match(rows[0].manage, /\?c=a%20b$/);
    const json = JSON.parse((await post(body, { type, query: '?topic=newsletter&campaign=a%20b', headers: { accept: JSON_TYPE } })).body);
    assert.equal(json.topic, 'newsletter');
    assert.equal(json.campaign, 'a b');
    assert.equal(json.results.length, 2);
  }
});

test('a campaign may stand before or behind the addresses, and is on every link', async () => {
  const campaign = 'Früh/jahr & „so“ #1';
  for (const body of [{ campaign, topic: 'newsletter', addresses: ['in@example.org'] }, { addresses: ['in@example.org'], topic: 'newsletter', campaign }]) {
    const [row] = results(await post(body));
    for (const url of [row.manage, row.unsubscribe]) {
      assert.equal(new URL(url).searchParams.get('c'), campaign);
      assert.match(url, /^[\x21-\x7e]+$/);
    }
    assert.equal(row.headers['List-Unsubscribe'], `<${row.unsubscribe}>`);
  }
});

test('the line stays within 998 bytes with the longest reference and a mailto address; then its mailto has none', async () => {
  const long = await serve({ admin: false, env: { ASSENT_PUBLIC_URL: `https://${'mail.'.repeat(40)}example.org` } });
  try {
    long.add('in@example.org');
    long.run(['settings', 'set', 'mailto_address', `${'unsubscribe'.repeat(5)}@${'mail.'.repeat(20)}example.org`]);
    const key = long.json(['apikey', 'new', 'x', '--scopes', 'links', '--json']).key;
    for (const campaign of ['short', '"'.repeat(64)]) {
      const reply = await long.ask({ method: 'POST', path: '/api/v1/links', headers: { authorization: `Bearer ${key}`, 'content-type': JSON_TYPE }, body: JSON.stringify({ topic: 'newsletter', campaign, addresses: ['in@example.org'] }) });
      const [row] = JSON.parse(reply.body).results;
      assert.ok(`List-Unsubscribe: ${row.headers['List-Unsubscribe']}`.length <= 998);
      assert.equal(new URL(row.unsubscribe).searchParams.get('c'), campaign);
      assert.equal(row.mailto.includes('%3Fc%3D'), campaign === 'short');
    }
  } finally {
    await long.stop();
  }
});

test('U13: what is wrong is a problem of its own, said before any link', async () => {
  const addresses = ['in@example.org'];
  problem(await post({ addresses }), 422, 'unknown-topic', /"topic" in the body/);
  problem(await post({ topic: 'nothing', addresses }), 422, 'unknown-topic', /"nothing"/);
  problem(await post('in@example.org', { type: 'text/plain' }), 422, 'unknown-topic', /\?topic=KEY/);
  for (const campaign of ['', 'x'.repeat(65), 'two\nlines', '\u0085']) {
    problem(await post({ topic: 'newsletter', campaign, addresses }), 422, 'bad-member', /1 to 64 bytes/);
    problem(await post({ topic: 'newsletter', addresses, campaign }), 422, 'bad-member', /1 to 64 bytes/);
    problem(await post('in@example.org', { type: 'text/plain', query: `?topic=newsletter&campaign=${encodeURIComponent(campaign)}` }), 400, 'bad-request', /1 to 64 bytes/);
  }
  problem(await post({ topic: 'newsletter', campaign: 'a', addresses }, { query: '?campaign=b' }), 400, 'bad-request', /one topic or campaign/);
  problem(await post('{"topic":"newsletter","addresses":["in@example.org",7]}'), 400, 'bad-body', /number/);
  problem(await post('{"topic":"newsletter","addresses":["in@example.org"'), 400, 'bad-body');
  problem(await post({ topic: 'newsletter', campaigns: 'a', addresses }), 400, 'bad-body', /"campaign"/);
  problem(await post(''), 400, 'bad-body', /empty/);
  problem(await post('x', { type: 'text/html' }), 415, 'body-type');
  problem(await post({ topic: 'newsletter', addresses }, { key: newKey('checker', 'check') }), 403, 'no-scope', /links/);
});

test('10,000 addresses are answered, each in its place; one more is refused whole', async () => {
  const many = Array.from({ length: 10000 }, (_, i) => (i % 4 ? `nobody${i}@example.org` : 'in@example.org'));
  const rows = results(await post({ topic: 'newsletter', addresses: many, campaign: 'big' }));
  assert.equal(rows.length, 10000);
  assert.ok(rows.every((row, i) => row.address === many[i] && Boolean(row.manage) === !(i % 4)));
  problem(await post({ topic: 'newsletter', addresses: [...many, 'in@example.org'] }), 413, 'too-many-addresses', /10,000/);
});

test('U1, U2: a real message is sent with these header lines, and a provider that follows them takes the person out', async (t) => {
  const mails = await mailServer(t);
  server.add('reader@example.org', { topics: 'newsletter,marketing' });
  const [row] = results(await post({ topic: 'newsletter', campaign: 'spring-3', addresses: ['reader@example.org'] }));

  // The sender: nodemailer, with the header lines as they came.
  const transport = nodemailer.createTransport({ host: '127.0.0.1', port: mails.port, secure: false, ignoreTLS: true });
  await transport.sendMail({
    from: 'news@example.com',
    to: row.address,
    subject: 'Spring',
    text: `Choose what you get: ${row.manage}`,
    headers: Object.fromEntries(Object.entries(row.headers).map(([name, value]) => [name, { prepared: true, value }])),
  });
  transport.close();
  assert.equal(mails.mails.length, 1);

  // The provider: reads the message as it arrived (RFC 2369, RFC 8058), and POSTs without being a browser.
  const mail = await PostalMime.parse(mails.mails[0].raw);
  const header = (name) => mail.headers.filter((one) => one.key === name).map((one) => one.value);
  assert.deepEqual(header('list-unsubscribe'), [row.headers['List-Unsubscribe']]);
  assert.deepEqual(header('list-unsubscribe-post'), ['List-Unsubscribe=One-Click']);
  assert.deepEqual(header('list-id'), [row.headers['List-Id']]);
  const [, url] = /<(https?:[^>]+)>/.exec(header('list-unsubscribe')[0]);
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(header('list-unsubscribe-post')[0]), redirect: 'error', credentials: 'omit' });
  assert.equal(answer.status, 200);
  assert.deepEqual(server.on('reader@example.org'), ['marketing']);
  const [entry] = server.history('reader@example.org');
  assert.equal(entry.actor, 'one_click');
  assert.equal(entry.campaign, 'spring-3');
  const [after] = results(await post({ topic: 'newsletter', addresses: ['reader@example.org'] }));
  assert.deepEqual(after, { address: 'reader@example.org', verdict: 'topic_off' });
});
