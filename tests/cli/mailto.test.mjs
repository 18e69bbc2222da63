// U11: unsubscribing by mail, as a mail server hands messages over: every way to write one, what
// must change nothing, and that no message is lost.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { join } from 'node:path';
import test from 'node:test';
import { freePort } from '../http/lib/server.mjs';
import { assent, folder } from './lib/command.mjs';

const PEOPLE = 12;
const person = (i) => `p${i}@b.example`;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** A list with a mailto address and people on all topics, and each one's tokens. */
function list(t, count = PEOPLE) {
  const at = folder(t);
  at.run(['settings', 'set', 'mailto_address', 'unsubscribe@example.com']);
  const emails = Array.from({ length: count }, (_, i) => person(i));
  at.run(['import', at.write('p.csv', `email,newsletter,marketing\n${emails.map((email) => `${email},yes,yes`).join('\n')}\n`)]);
  const made = (topic) => at.run(['links', at.write('l.csv', `email\n${emails.join('\n')}\n`), '--json', ...(topic ? ['--topic', topic] : [])]).trim().split('\n').map((line) => JSON.parse(line));
  at.all = made().map((one) => one.unsubscribe.slice(-112));
  at.manage = made().map((one) => one.manage.slice(-112));
  at.newsletter = made('newsletter').map((one) => one.unsubscribe.slice(-112));
  return at;
}

/** Pipes a message (text, or bytes) in. */
function deliver(at, message, args = []) {
  const done = spawnSync(assent, ['mailto', ...args], { input: message, cwd: at.path, env: { ...process.env, ...at.env } });
  return { code: done.status, signal: done.signal, out: done.stdout.toString(), err: done.stderr.toString() };
}

function delivered(at, message, args) {
  assert.deepEqual(deliver(at, message, args), { code: 0, signal: null, out: '', err: '' });
}

const state = (at) => Object.fromEntries(at.sql('SELECT email_key, status, choices FROM contact').trim().split('\n').map((line) => [line.slice(0, line.indexOf('|')), line.slice(line.indexOf('|') + 1)]));
const entries = (at) => Number(at.sql('SELECT count(*) FROM entry'));

const b64 = (text) => Buffer.from(text).toString('base64');
const word = (text, set = 'UTF-8', as = 'B') => `=?${set}?${as}?${as.toUpperCase() === 'B' ? b64(text) : quoted(text)}?=`;
const quoted = (text) => [...Buffer.from(text)].map((c) => (/[A-Za-z0-9-]/.test(String.fromCharCode(c)) ? String.fromCharCode(c) : c === 32 ? '_' : `=${c.toString(16).toUpperCase().padStart(2, '0')}`)).join('');
const pieces = (text, size) => text.match(new RegExp(`[^]{1,${size}}`, 'g'));

/** Ways to write the Subject's value, with \x02, which no token has, for an end of line. */
const SUBJECTS = {
  plain: (t) => t,
  spaces: (t) => `   ${t}\t `,
  'no space': (t) => t,
  re: (t) => `Re: ${t}`,
  'aw fwd': (t) => `AW: Fwd: ${t}`,
  word: (t) => `unsubscribe ${t}`,
  capitals: (t) => `UNSUBSCRIBE ME ${t}`,
  brackets: (t) => `<${t}>`,
  quotes: (t) => `"${t}"`,
  dash: (t) => `unsubscribe-${t}`,
  underscore: (t) => `unsubscribe_${t}`,
  equals: (t) => `token=${t}&x=1`,
  link: (t) => `https://mail.example.org/u/${t}`,
  dot: (t) => `${t}.`,
  after: (t) => `${t} please stop`,
  'stuck after': (t) => `${t}please`,
  '8 bit': (t) => `désabonner ${t} s’il vous plaît`,
  latin: (t) => Buffer.from(`d\xe9sabonner ${t}`, 'latin1'),
  emoji: (t) => `🛑 ${t} 🛑`,
  'broken utf-8': (t) => Buffer.concat([Buffer.from([0xff, 0xc3, 0x20]), Buffer.from(t), Buffer.from([0xed, 0xa0])]),
  nul: (t) => `\0${t}\0`,
  'nul inside': (t) => `${t.slice(0, 30)}\0${t.slice(30)}`,
  'folded first': (t) => `\x02 ${t}`,
  'folded word': (t) => `unsubscribe\x02\t${t}`,
  'folded inside': (t) => `${t.slice(0, 70)}\x02 ${t.slice(70)}`,
  'folded thrice': (t) => pieces(t, 30).join('\x02  '),
  'folded every 8': (t) => pieces(t, 8).join('\x02\t'),
  'folded wrongly': (t) => `${t.slice(0, 70)}\x02${t.slice(70)}`,
  'folded blank': (t) => `\x02  \x02 ${t}`,
  spaced: (t) => pieces(t, 20).join(' '),
  'no-break space': (t) => pieces(t, 28).join('\u00a0'),
  'zero width': (t) => pieces(t, 16).join('\u200b'),
  'soft hyphen': (t) => pieces(t, 16).join('\u00ad'),
  'B': (t) => word(t),
  'b lower': (t) => word(t, 'utf-8', 'b'),
  'B ascii': (t) => word(t, 'us-ascii'),
  'B latin': (t) => word(t, 'ISO-8859-1'),
  'B windows': (t) => word(t, 'windows-1252'),
  'B japanese': (t) => word(t, 'ISO-2022-JP'),
  'B language': (t) => word(t, 'UTF-8*en'),
  'B utf-16': (t) => `=?UTF-16LE?B?${Buffer.from(t, 'utf16le').toString('base64')}?=`,
  'B unpadded': (t) => word(`${t}!`).replace(/=+\?=$/, '?='),
  'B long text': (t) => word(`Bitte abmelden – danke: ${t} – grüße`),
  'B words': (t) => pieces(t, 30).map((p) => word(p)).join(' '),
  'B words folded': (t) => pieces(t, 30).map((p) => word(p)).join('\x02 '),
  'B words folded by 45': (t) => pieces(`Re: ${t}`, 45).map((p) => word(p)).join('\x02\t'),
  'B cut anywhere': (t) => pieces(b64(t), 50).map((p) => `=?UTF-8?B?${p}?=`).join('\x02 '),
  'B stuck': (t) => pieces(t, 40).map((p) => word(p)).join(''),
  'B folded inside': (t) => `=?UTF-8?B?${pieces(b64(t), 60).join('\x02 ')}?=`,
  'B of a broken token': (t) => word(pieces(t, 40).join('\r\n ')),
  'B behind re': (t) => `Re:${word(t)}`,
  'B and text': (t) => `${word('Désabonner')} ${t}`,
  'B then plain half': (t) => `${word(t.slice(0, 50))} ${t.slice(50)}`,
  'Q': (t) => word(t, 'UTF-8', 'Q'),
  'q lower': (t) => word(t, 'utf-8', 'q').replace(/=[0-9A-F]{2}/g, (hex) => hex.toLowerCase()),
  'Q all': (t) => `=?UTF-8?Q?${[...Buffer.from(t)].map((c) => `=${c.toString(16)}`).join('')}?=`,
  'Q latin': (t) => word(t, 'iso-8859-15', 'Q'),
  'Q raw underscore': (t) => `=?UTF-8?Q?${t}?=`,
  'Q words': (t) => pieces(t, 20).map((p) => word(p, 'UTF-8', 'Q')).join(' '),
  'Q words folded': (t) => pieces(`unsubscribe ${t}`, 20).map((p) => word(p, 'UTF-8', 'Q')).join('\x02 '),
  'Q with spaces': (t) => `=?UTF-8?Q?stop ${quoted(t)} now?=`,
  'Q of text': (t) => word(`Se désabonner : ${t}`, 'UTF-8', 'Q'),
  'B and Q': (t) => `${word(t.slice(0, 60))}\x02 ${word(t.slice(60), 'UTF-8', 'Q')}`,
  'two charsets': (t) => `${word(t.slice(0, 60), 'UTF-8')} ${word(t.slice(60), 'ISO-8859-1', 'Q')}`,
  'after a broken word': (t) => `=?UTF-8?Q?never ends ${t}`,
  'after an altered one': (t) => `${t.slice(0, 50)}${t[50] === 'A' ? 'B' : 'A'}${t.slice(51)} ${t}`,
  long: (t) => `${'x'.repeat(5000)} ${t} ${'y'.repeat(5000)}`,
};

/** Ways to write the rest around it: subject(value) gives a line's bytes. */
const LAYOUTS = {
  lf: { eol: '\n', head: ['From: ann@x.example', 'To: unsubscribe@example.com'], tail: ['Date: Mon, 23 Nov 2026 08:00:00 +0000', '', 'body'] },
  crlf: { eol: '\r\n', head: ['Return-Path: <ann@x.example>', 'Received: from a by b; Mon, 23 Nov 2026', 'From: ann@x.example'], tail: ['MIME-Version: 1.0', 'Content-Type: multipart/alternative; boundary=b', '', '--b', 'x'] },
  cr: { eol: '\r', head: ['From: ann@x.example'], tail: ['', 'body'] },
  crcrlf: { eol: '\r\r\n', head: ['From: ann@x.example'], tail: ['', 'body'] },
  mailbox: { eol: '\n', head: ['From ann@x.example Mon Nov 23 08:00:00 2026', 'Delivered-To: unsubscribe@example.com'], tail: ['Auto-Submitted: no', 'Precedence: normal', '', ''] },
  'no body': { eol: '\r\n', head: [], tail: [], name: 'SUBJECT :' },
};

function written(layout, value) {
  const line = Buffer.from(Buffer.from(value).toString('latin1').replaceAll('\x02', layout.eol), 'latin1');
  const { head, tail, eol, name = 'Subject:' } = layout;
  return Buffer.concat([Buffer.from(head.map((one) => one + eol).join('') + name + ' '), line, Buffer.from(eol + tail.join(eol))]);
}

test('U11: over 300 ways to write the subject, each opts out the right person of the right thing', (t) => {
  const ways = Object.entries(SUBJECTS).flatMap(([name, subject]) => Object.entries(LAYOUTS).map(([around, layout]) => ({ name: `${name}, ${around}`, subject, layout })));
  assert.ok(ways.length >= 300, `${ways.length} ways`);
  const at = list(t, ways.length);
  const before = entries(at);
  const expected = state(at);
  assert.equal(Object.keys(expected).length, ways.length);
  ways.forEach(({ name, subject, layout }, i) => {
    // Every second mail leaves everything, the others one topic.
    delivered(at, written(layout, subject((i % 2 ? at.all : at.newsletter)[i])));
    expected[person(i)] = i % 2 ? '0|0' : `1|${1 << 3}`;
    assert.deepEqual(state(at), expected, name);
  });
  assert.equal(entries(at), before + ways.length, 'an entry each');
  assert.equal(at.sql('SELECT DISTINCT actor, proof_kind, length(proof), wording FROM entry WHERE kind = 2 AND actor <> 6').trim(), '3|1|8|0');
});

test('U11: the token in a plus-address, in each field and as the mail server gives it', (t) => {
  const at = list(t);
  const fields = [
    (token) => `To: unsubscribe+${token}@example.com`, (token) => `To: <unsubscribe+${token}@example.com>`,
    (token) => `To: "Stop" <unsubscribe+${token}@example.com>, other@example.com`, (token) => `Cc: a@b.example,\r\n\t<unsubscribe-${token}@example.com>`,
    (token) => `Delivered-To: unsubscribe+${token}@example.com`, (token) => `X-Original-To: unsubscribe=${token}@example.com`,
    (token) => `Envelope-To: unsubscribe+${token}@example.com`, (token) => `To: <unsubscribe+${token.slice(0, 60)}\r\n ${token.slice(60)}@example.com>`,
    (token) => `Delivered-To: someone@example.com\r\nDelivered-To: unsubscribe+${token}@example.com`,
  ];
  fields.forEach((field, i) => {
    delivered(at, `From: a@b.example\r\n${field(at.all[i])}\r\nSubject: unsubscribe\r\n\r\nhi`);
    assert.equal(at.json(['show', person(i)]).status, 'opted_out', field('TOKEN'));
  });
  delivered(at, 'Subject: unsubscribe\n\n', ['--recipient', `unsubscribe+${at.all[9]}@example.com`]);
  delivered(at, 'Subject: unsubscribe\n\n', ['someone@example.com', `unsubscribe+${at.all[10]}@example.com`]);
  delivered(at, '', ['--recipient', `unsubscribe+${at.all[11]}`]);
  for (const i of [9, 10, 11]) {
    assert.equal(at.json(['show', person(i)]).status, 'opted_out');
  }
});

test('U11: what a machine wrote, junk, bounces, loops and unknown tokens exit 0 and change nothing', (t) => {
  const at = list(t, 2);
  const [token] = at.all;
  const altered = token.slice(0, 60) + (token[60] === 'A' ? 'B' : 'A') + token.slice(61);
  const other = list(t, 1).all[0];
  const before = at.hash();
  const heads = [
    'Auto-Submitted: auto-replied', 'Auto-Submitted: auto-notified (x)', 'Precedence: bulk', 'Precedence: junk', 'Precedence: list',
    'Return-Path: <>', 'Content-Type: multipart/report; report-type=delivery-status; boundary=x',
    'Content-Type: multipart/report; report-type=disposition-notification', 'From: MAILER-DAEMON@example.com (Mail Delivery System)', 'List-Id: <x.example.com>',
    'List-Unsubscribe: <mailto:a@b.example>', 'List-Post: <mailto:a@b.example>', 'Message-ID: <assent.1@127.0.0.1>',
  ];
  const junk = [
    ...heads.map((head) => `${head}\r\nTo: unsubscribe+${token}@example.com\r\nSubject: ${token}\r\n\r\nSubject: ${token}\r\n`),
    '', '\n', '\0', '\r', ':', 'Subject:', 'Subject: \r\n\r\n', 'no header at all', `no header at all: ${token}`, `\r\nSubject: ${token}\r\n`,
    `From: a@b.example\n\nSubject: ${token}\n`, `Subject: unsubscribe\n\n${token}\n`, `Subject: ${altered}\n`, `Subject: ${token.slice(1)}\n`, `Subject: ${token.slice(0, 111)}\n`,
    `Subject: ${token.toLowerCase()}\n`, `Subject: ${token.toUpperCase()}\n`, `Subject: ${[...token].reverse().join('')}\n`, `Subject: ${other}\n`, `Subject: ${at.manage[0]}\n`,
    `To: ${token} <a@b.example>\n`, `X-Subject: ${token}\n`, `From: ${token}@example.com\n`, `Subject: ${'E'.repeat(200000)}\n`, `Subject: ${'=?UTF-8?B?'.repeat(20000)}\n`,
    '=?'.repeat(100000), Buffer.alloc(300000, 0xff), Buffer.alloc(300000, '\r\n '), Buffer.from(Array.from({ length: 100000 }, (_, i) => (i * 7919) % 256)),
    `${'X-Filler: x\r\n'.repeat(30000)}Subject: ${token}\r\n`, // behind the size that is read
  ];
  for (const message of junk) {
    delivered(at, message);
    assert.equal(at.hash(), before, String(message).slice(0, 200));
  }
});

test('mailto says what came of it when asked, and never an address or a token', (t) => {
  const at = list(t, 1);
  const [token] = at.newsletter;
  const said = (message, args) => {
    const done = deliver(at, message, args);
    assert.deepEqual([done.code, done.err], [0, '']);
    assert.doesNotMatch(done.out, /p0|b\.example|[\w-]{112}/);
    return done.out;
  };
  const json = (message) => JSON.parse(said(message, ['--json']));
  const { public_id } = at.json(['show', person(0)]);
  assert.deepEqual(json('Subject: hello\n'), { result: 'no_token', sign: null });
  assert.deepEqual(json(`Subject: ${token}\nPrecedence: bulk\n`), { result: 'automatic', sign: 'precedence' });
  assert.deepEqual(json(`Subject: ${at.manage[0]}\n`), { result: 'no_link', sign: null });
  assert.deepEqual(json(`Subject: ${token}\n`), { result: 'stopped', sign: null, public_id, topic: 'newsletter' });
  assert.deepEqual(json(`Subject: ${token}\n`), { result: 'was_stopped', sign: null, public_id, topic: 'newsletter' });
  assert.deepEqual(json(`Subject: ${at.all[0]}\n`), { result: 'stopped', sign: null, public_id, topic: null });
  assert.match(said('Subject: hello\n', ['--verbose']), /^Nothing changed: .*token.*\n$/);
  assert.match(said('Return-Path: <>\n', ['--verbose']), /machine wrote it.*\(return-path\)/);
  const history = at.json(['history', person(0), '--json']);
  assert.equal(history[0].actor, 'mailto');
  // An answer that can't be written does not undo what was done, nor bring the message back.
  assert.equal(at.sh(at.write('full.sh', 'echo "Subject: x" | "$1" mailto --json >/dev/full; echo $?\n')).trim(), '0');
});

test('a message of any size is read to its end, so that the mail server can write it all', async (t) => {
  const at = list(t, 1);
  const child = spawn(assent, ['mailto'], { env: { ...process.env, ...at.env }, cwd: at.path });
  const ended = new Promise((done) => child.once('close', done));
  child.stdin.on('error', assert.fail);
  child.stdin.write(`Subject: ${at.all[0]}\r\n\r\n`);
  const block = Buffer.alloc(1 << 20, 'body\n');
  for (let i = 0; i < 64; i++) {
    if (!child.stdin.write(block)) {
      await new Promise((done) => child.stdin.once('drain', done));
    }
  }
  child.stdin.end();
  assert.equal(await ended, 0);
  assert.equal(at.json(['show', person(0)]).status, 'opted_out');
});

test('75 while nothing can be written, so that the mail server keeps the message; then it acts', (t) => {
  const at = list(t, 1);
  const message = `Subject: ${at.all[0]}\n`;
  const path = at.write('m.eml', message);
  const kept = (done) => {
    assert.equal(done.code, 75);
    assert.equal(done.out, '');
    assert.notEqual(done.err, '');
  };
  // Another program has the database.
  const busy = spawnSync('sh', ['-c', `( echo 'BEGIN IMMEDIATE;'; echo '.shell touch held'; until [ -e done ]; do sleep 0.05; done; echo 'ROLLBACK;' ) | sqlite3 data/assent.db & until [ -e held ]; do sleep 0.05; done; "${assent}" mailto < "${path}"; echo "code $?"; touch done; wait`], { cwd: at.path, env: { ...process.env, ...at.env }, encoding: 'utf8' });
  assert.match(busy.stdout, /code 75/);
  assert.match(busy.stderr, /try again/);
  // Nothing can be written: no file may grow.
  const full = spawnSync('sh', ['-c', `trap '' XFSZ; ulimit -f 0; "${assent}" mailto < "${path}"`], { cwd: at.path, env: { ...process.env, ...at.env }, encoding: 'utf8' });
  assert.equal(full.status, 75, full.stderr);
  // A slip in the mail server's settings.
  kept(at.try(['mailto', '--recipent', 'a@b.example'], message));
  kept(at.try(['mailto', '--recipient'], message));
  // No list there, or settings that make no sense: the operator will mend it.
  kept(at.try(['mailto'], message, { ASSENT_DATA: join(at.path, 'elsewhere') }));
  kept(at.try(['mailto'], message, { ASSENT_PUBLIC_URL: 'javascript:x' }));
  assert.equal(at.json(['show', person(0)]).status, 'opted_in');
  delivered(at, message);
  assert.equal(at.json(['show', person(0)]).status, 'opted_out');
});

test('killed at any moment and handed over again, no message is lost and none counts twice', async (t) => {
  const count = 40;
  const at = list(t, count);
  const before = entries(at);
  let killed = 0;
  for (let i = 0; i < count; i++) {
    const once = (after) => new Promise((done) => {
      const child = spawn(assent, ['mailto'], { env: { ...process.env, ...at.env }, cwd: at.path, stdio: ['pipe', 'ignore', 'inherit'] });
      const timer = after === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), after);
      child.stdin.on('error', () => {});
      child.stdin.end(`Subject: ${at.all[i]}\n\n`);
      child.once('close', (code) => (clearTimeout(timer), done(code)));
    });
    let code = await once(1 + (i % 20) * 1.5);
    killed += code === null;
    if (code === 0) {
      assert.equal(at.json(['show', person(i)]).status, 'opted_out', 'what was taken is on disk');
    }
    while (code !== 0) {
      code = await once();
    }
  }
  assert.ok(killed > 0, 'some were killed');
  assert.equal(at.sql('SELECT count(*) FROM contact WHERE status = 0').trim(), String(count));
  assert.equal(entries(at), before + count, 'an entry each');
  assert.equal(at.sql('PRAGMA integrity_check').trim(), 'ok');
});

test('many at once', async (t) => {
  const count = 24;
  const at = list(t, count);
  const codes = await Promise.all(at.all.map((token) => new Promise((done) => {
    const child = spawn(assent, ['mailto'], { env: { ...process.env, ...at.env }, cwd: at.path, stdio: ['pipe', 'ignore', 'inherit'] });
    child.stdin.end(`Subject: ${token}\n\n`);
    child.once('close', done);
  })));
  assert.deepEqual(codes, Array(count).fill(0));
  assert.equal(at.sql('SELECT count(*) FROM contact WHERE status = 0').trim(), String(count));
});

test('while the server runs the next page shows it, and the link that stopped it takes it back', async (t) => {
  const at = list(t, 1);
  const port = await freePort();
  const child = at.start(['serve', '--port', String(port), '--quiet']);
  at.ends.push(async () => (child.kill('SIGTERM'), child.ended));
  const ask = async (path, body) => (await fetch(`http://127.0.0.1:${port}${path}`, body && { method: 'POST', body: new URLSearchParams(body) })).text();
  const until = Date.now() + 30000;
  while (!(await ask('/readyz').then(() => true, () => false))) {
    assert.ok(Date.now() < until, child.text.err);
    await pause(50);
  }
  const link = `/u/${at.newsletter[0]}`;
  assert.match(await ask(link), /Unsubscribe from Newsletter\?/);
  delivered(at, `Subject: Re: ${at.newsletter[0]}\n\n`);
  assert.match(await ask(link), /You don’t receive Newsletter/);
  assert.doesNotMatch(await ask(`/p/${at.manage[0]}`), /value="newsletter"[^>]*checked/);
  const [, undoes] = (await ask(link, { do: 'stop_topic' })).match(/name="undoes" value="(\d+)"/);
  await ask(link, { do: 'undo', undoes });
  assert.match(await ask(link), /Unsubscribe from Newsletter\?/);
});

test('U1, U11: the mailto URI stands behind the https one, in link, links and JSON, once it is set', (t) => {
  const at = folder(t);
  at.run(['add', 'ann@b.example', '--topics', 'newsletter']);
  assert.equal(at.json(['link', 'ann@b.example', '--json']).mailto, undefined);
  at.run(['settings', 'set', 'mailto_address', 'stop+me@Example.com']);
  const links = at.json(['link', 'ann@b.example', '--topic', 'newsletter', '--json']);
  const token = links.unsubscribe.slice(-112);
  assert.deepEqual(Object.keys(links), ['manage', 'unsubscribe', 'mailto', 'headers', 'verdict', 'advice']);
  assert.equal(links.mailto, `mailto:stop%2Bme@Example.com?subject=${token}`);
  assert.deepEqual(links.headers, {
    'List-Unsubscribe': `<${links.unsubscribe}>, <${links.mailto}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click', 'List-Id': links.headers['List-Id'],
  });
  const uri = new URL(links.mailto);
  assert.deepEqual([uri.protocol, decodeURIComponent(uri.pathname), uri.searchParams.get('subject')], ['mailto:', 'stop+me@Example.com', token]);
  const lines = at.run(['link', 'ann@b.example']).split('\n').filter((line) => line.startsWith('List-Unsubscribe:'));
  assert.equal(lines.length, 1);
  const uris = lines[0].match(/^List-Unsubscribe: <(https?:[^<>, ]+)>, <(mailto:[^<>, ]+)>$/);
  assert.ok(uris, lines[0]);
  assert.equal(uris[1].slice(-112), uris[2].slice(-112), 'one token in both');
  const path = at.write('l.csv', 'email\nann@b.example\n');
  const [header, row] = at.run(['links', path, '--topic', 'newsletter']).trim().split('\n').map((line) => line.split(','));
  assert.deepEqual(header, ['email', 'status', 'manage', 'unsubscribe', 'verdict', 'frequency', 'last_sent', 'mailto']);
  assert.equal(row[7], `mailto:stop%2Bme@Example.com?subject=${row[3].slice(-112)}`);
  assert.deepEqual(Object.keys(JSON.parse(at.run(['links', path, '--json']))), ['email', 'status', 'manage', 'unsubscribe', 'mailto']);
  // What the URI says really opts out.
  delivered(at, `To: ${decodeURIComponent(uri.pathname)}\r\nSubject: ${uri.searchParams.get('subject')}\r\n\r\n`);
  assert.deepEqual([at.json(['show', 'ann@b.example']).status, at.sql('SELECT choices FROM contact').trim()], ['opted_in', '0']);
  at.run(['settings', 'set', 'mailto_address', '']);
  assert.deepEqual(Object.keys(at.json(['link', 'ann@b.example', '--json'])), ['manage', 'unsubscribe', 'headers']);
});

test('settings: mailto_address must be an address that every mail server can write to', (t) => {
  const at = folder(t);
  const before = at.hash();
  for (const value of ['unsubscribe', '@example.com', 'a@b', 'a b@example.com', '<a@example.com>', 'mailto:a@example.com?x', 'a@example.com, b@example.com', 'désabonner@example.com', 'a@bücher.example', `${'a'.repeat(65)}@example.com`, `a@${'b.'.repeat(130)}com`]) {
    const done = at.try(['settings', 'set', '--', 'mailto_address', value]);
    assert.deepEqual([done.code, done.out], [1, ''], value);
    assert.match(done.err, value.length > 254 ? /254 bytes at most/ : /mail address in plain ASCII/, value);
  }
  assert.equal(at.hash(), before);
  // The longest there can be still fits a header line (RFC 5322: 998 bytes).
  at.run(['add', 'ann@b.example', '--topics', 'newsletter']);
  at.run(['settings', 'set', 'mailto_address', `${'+'.repeat(64)}@${'b'.repeat(60)}.${'c'.repeat(60)}.${'d'.repeat(60)}.example`.slice(0, 254)]);
  const long = at.try(['link', 'ann@b.example'], '', { ASSENT_PUBLIC_URL: `https://${'a.'.repeat(100)}example` }).out.split('\n').find((line) => line.startsWith('List-Unsubscribe:'));
  assert.ok(long.length < 998, `${long.length} bytes`);
});
