// The courier against a real mail server (npm smtp-server): TLS, login, size, refusals of both kinds,
// greylisting, connections that break, and addresses beyond ASCII.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { certificate, mailServer, messageId, office, refusal, until } from './lib/post.mjs';
import { Folder } from './lib/command.mjs';

const shop = new Folder();
const good = certificate(shop, '127.0.0.1', 'good');
const elsewhere = certificate(shop, 'mail.example.org', 'elsewhere');
test.after(() => shop.remove());
const trusting = (which, tls = 'required') => `smtp_tls ${tls}\nsmtp_ca ${which.path}\n`;

for (const [name, options, conf, expected] of [
  ['required, and the certificate is good', { ...good }, trusting(good), { secure: true }],
  ['required, and nobody vouches for the certificate', { ...good }, 'smtp_tls required\n', { fault: /certificate/i }],
  ['required, and the certificate is another host’s', { ...elsewhere }, trusting(elsewhere), { fault: /subject name|match/i }],
  ['required, and not offered', {}, 'smtp_tls required\n', { fault: /STARTTLS|SSL|TLS/ }],
  ['required is what holds when nothing is said', {}, '', { fault: /STARTTLS|SSL|TLS/ }],
  ['optional, any certificate', { ...elsewhere }, 'smtp_tls optional\n', { secure: true }],
  ['optional, and not offered', {}, 'smtp_tls optional\n', { secure: false }],
  ['off, though offered', { ...good }, 'smtp_tls off\n', { secure: false }],
  ['smtps, and the certificate is good', { ...good, secure: true }, trusting(good), { secure: true }],
  ['smtps, and nobody vouches for the certificate', { ...good, secure: true }, '', { fault: /certificate/i }],
  ['smtps stays strict where smtp_tls is off', { ...good, secure: true }, 'smtp_tls off\n', { fault: /certificate/i }],
]) {
  test(`TLS: ${name}`, async (t) => {
    const server = await mailServer(t, options);
    const at = office(t, server.url, conf);
    const id = at.ask();
    const { err } = await at.send();
    if (expected.fault) {
      assert.equal(server.calls.mail, 0, 'no address was told');
      assert.equal(at.letter(id).outcome, 'waits');
      assert.match(at.letter(id).fault, expected.fault);
      assert.match(err, /the mail server can't be used/);
    } else {
      assert.deepEqual(at.letter(id), { outcome: 'sent', tries: 1, fault: '' });
      assert.equal(server.mails.length, 1);
      assert.equal(server.mails[0].secure, expected.secure);
    }
  });
}

test('login: with the password of the file, over TLS', async (t) => {
  const seen = [];
  const server = await mailServer(t, { ...good, authOptional: false, onAuth: (auth, session, done) => {
    seen.push({ user: auth.username, password: auth.password, secure: session.secure });
    done(null, { user: auth.username });
  } });
  const at = office(t, server.url);
  writeFileSync(join(at.path, 'password'), 'pä$$ wörd \r\nnot this line\n');
  at.write('mail.conf', `${trusting(good)}smtp_user assent\nsmtp_password_file ${join(at.path, 'password')}\n`);
  const id = at.ask();
  await at.send();
  assert.deepEqual(seen, [{ user: 'assent', password: 'pä$$ wörd ', secure: true }]);
  assert.equal(at.letter(id).outcome, 'sent');
});

test('login refused: the letters wait, the password is told to nobody', async (t) => {
  const server = await mailServer(t, { ...good, authOptional: false, onAuth: (auth, session, done) => done(refusal(535, '5.7.8 who are you')) });
  const at = office(t, server.url);
  writeFileSync(join(at.path, 'password'), 'not-this-one\n');
  at.write('mail.conf', `${trusting(good)}smtp_user assent\nsmtp_password_file ${join(at.path, 'password')}\n`);
  const id = at.ask();
  const { err } = await at.send();
  const letter = at.letter(id);
  assert.equal(letter.outcome, 'waits');
  assert.match(letter.fault, /^535 .*who are you/);
  assert.doesNotMatch(letter.fault + err, /not-this-one|bm90LXRoaXMtb25l/);
  assert.equal(server.calls.mail, 0);
});

test('a login that is wanted and not set is no fault of the letter', async (t) => {
  const server = await mailServer(t, { ...good, authOptional: false });
  const at = office(t, server.url, trusting(good));
  const id = at.ask();
  await at.send();
  assert.equal(at.letter(id).outcome, 'waits');
  assert.match(at.letter(id).fault, /^530/);
});

test('a password file that is missing or empty stops the courier, with its name', async (t) => {
  const at = office(t, 'smtp://127.0.0.1:1');
  for (const make of [() => {}, (path) => writeFileSync(path, '\nsecond line\n')]) {
    const path = join(at.path, 'password');
    make(path);
    at.write('mail.conf', `smtp_tls off\nsmtp_user assent\nsmtp_password_file ${path}\n`);
    const done = at.try(['courier', '--once']);
    assert.equal(done.code, 1);
    assert.ok(done.err.includes(path), done.err);
  }
});

test('SIZE: a mail larger than the server takes ends, before its data is sent', async (t) => {
  const server = await mailServer(t, { size: 900 });
  const at = office(t, server.url);
  const id = at.ask();
  await at.send();
  assert.equal(server.calls.data + server.calls.rcpt, 0);
  assert.equal(at.letter(id).outcome, 'dead');
  assert.match(at.letter(id).fault, /^552 /);
});

test('greylisting: put off with 450, taken when it comes again, as the same message', async (t) => {
  const server = await mailServer(t, { rules: { rcpt: ({ n }) => (n === 1 ? refusal(450, '4.2.0 greylisted') : undefined) } });
  const at = office(t, server.url);
  const id = at.ask();
  await at.send();
  assert.equal(at.letter(id).outcome, 'waits');
  assert.match(at.letter(id).fault, /^450 .*greylisted/);
  const wait = Number(at.sql(`SELECT due_at - unixepoch() FROM letter WHERE id = ${id}`));
  assert.ok(wait > 50 && wait <= 60, `${wait}`);
  await at.send();
  assert.equal(server.mails.length, 0, 'not before its time');
  await at.send({ ASSENT_CLOCK_OFFSET_S: '61' });
  assert.deepEqual(at.letter(id), { outcome: 'sent', tries: 2, fault: '' });
  assert.equal(server.mails.length, 1);
});

for (const [where, code, outcome] of [['mail', 550, 'dead'], ['mail', 451, 'waits'], ['rcpt', 550, 'dead'], ['rcpt', 452, 'waits'],
  ['data', 554, 'dead'], ['data', 451, 'waits']]) {
  test(`refused with ${code} after ${where}: ${outcome}, with the server's words, and the next mail goes`, async (t) => {
    const server = await mailServer(t, { rules: { [where]: ({ n }) => (n === 1 ? refusal(code, `no: ${where} é`) : undefined) } });
    const at = office(t, server.url);
    const id = at.ask();
    await at.send();
    assert.equal(at.letter(id).outcome, outcome);
    assert.match(at.letter(id).fault, new RegExp(`^${code} .*no: ${where} é`));
    const next = at.ask('bob@example.com');
    await at.send();
    assert.equal(at.letter(next).outcome, 'sent');
  });
}

test('a dead letter is shown with its fault, and is not tried again by itself', async (t) => {
  const server = await mailServer(t, { rules: { rcpt: () => refusal(550, '5.1.1 nobody here') } });
  const at = office(t, server.url);
  at.ask();
  const { out } = await at.courier(['--once', '--verbose']).ended;
  assert.match(out, /^letter 1: refused: 550 .*nobody here/m);
  assert.doesNotMatch(out, /ann@/);
  await at.send({ ASSENT_CLOCK_OFFSET_S: '864000' });
  assert.equal(server.calls.rcpt, 1);
});

for (const [where, name] of [['at its greeting', 'connect'], ['after MAIL', 'mail'], ['after RCPT', 'rcpt'],
  ['after the data, before it answers', 'data']]) {
  test(`the connection breaks ${where}: tried again, as the same message`, async (t) => {
    const server = await mailServer(t, { rules: { [name]: ({ n, hangUp }) => void (n === 1 && hangUp()) } });
    const at = office(t, server.url);
    const id = at.ask();
    await at.send();
    assert.equal(at.letter(id).outcome, 'waits');
    assert.notEqual(at.letter(id).fault, '');
    await at.send({ ASSENT_CLOCK_OFFSET_S: '61' });
    assert.equal(at.letter(id).outcome, 'sent');
    assert.ok(server.mails.length >= 1);
    assert.equal(new Set(server.mails.map(messageId)).size, 1);
  });
}

test('a server that is down at the start, then up: one courier, nothing lost, no try for each of many letters', async (t) => {
  const server = await mailServer(t);
  await server.close();
  const at = office(t, server.url);
  at.ask('ann@example.com', 100);
  const child = at.courier([]);
  await until('a try failed', () => at.sql("SELECT 1 FROM letter WHERE fault <> ''"));
  const again = await mailServer(t, { port: server.port });
  at.hasten();
  await until('all were sent', () => again.mails.length === 100);
  child.kill('SIGTERM');
  const { code, err } = await child.ended;
  assert.equal(code, 0);
  assert.equal(err.match(/can't be used/g).length, 1, err);
  assert.equal(at.sql('SELECT count(*) FROM letter WHERE outcome = 1').trim(), '100');
});

test('a slow server is waited for; one that says nothing more does not hold the courier up when it is told to end', async (t) => {
  const server = await mailServer(t, { rules: {
    mail: () => new Promise((done) => setTimeout(done, 700)),
    data: ({ n }) => (n === 1 ? undefined : new Promise(() => {})),
  } });
  const at = office(t, server.url);
  const first = at.ask();
  await at.send();
  assert.equal(at.letter(first).outcome, 'sent');
  const second = at.ask('bob@example.com');
  const child = at.courier([]);
  await until('it hangs', () => server.calls.data === 2);
  child.kill('SIGTERM');
  await until('it ends though the server never answers', () => child.exitCode !== null);
  assert.equal(child.exitCode, 0);
  assert.deepEqual(at.letter(second), { outcome: 'waits', tries: 0, fault: '' }, 'it costs no try');
  assert.ok(Number(at.sql(`SELECT due_at <= unixepoch() FROM letter WHERE id = ${second}`)), 'and is due at once');
});

test('one server that hangs on one mail still takes the others', async (t) => {
  const server = await mailServer(t, { rules: { data: ({ address }) => (address.startsWith('slow') ? new Promise(() => {}) : undefined) } });
  const at = office(t, server.url);
  at.ask('slow@example.com');
  at.ask('ann@example.com', 90);
  at.courier([]);
  await until('all the others', () => server.mails.length === 90);
});

test('many mails go over few connections, one after the other', async (t) => {
  const server = await mailServer(t);
  const at = office(t, server.url);
  at.ask('ann@example.com', 120);
  await at.send();
  assert.equal(server.mails.length, 120);
  assert.equal(new Set(server.mails.map(messageId)).size, 120);
  assert.ok(server.sessions.length <= 4, `${server.sessions.length} connections`);
});

test('a server that takes only some mails a connection gets the rest over new ones, at no cost of tries', async (t) => {
  const counts = new Map();
  const server = await mailServer(t, { rules: { mail: ({ id, hangUp }) => {
    counts.set(id, (counts.get(id) ?? 0) + 1);
    if (counts.get(id) > 5) {
      setTimeout(hangUp, 20);
      return refusal(421, '4.7.0 too many messages on this connection');
    }
    return undefined;
  } } });
  const at = office(t, server.url);
  at.ask('ann@example.com', 40);
  await at.send();
  assert.equal(server.mails.length, 40);
  assert.equal(at.sql('SELECT max(tries) FROM letter').trim(), '1');
});

test('a connection that the server closed between two mails is made anew, at no cost of a try', async (t) => {
  const server = await mailServer(t, { rules: { data: ({ hangUp }) => void setTimeout(hangUp, 30) } });
  const at = office(t, server.url);
  at.courier([]);
  for (let n = 1; n <= 3; n++) {
    const id = at.ask();
    await until(`mail ${n}`, () => at.letter(id).outcome === 'sent');
    await new Promise((done) => setTimeout(done, 100));
    assert.equal(at.letter(id).tries, 1);
  }
  assert.equal(server.mails.length, 3);
});

test('a domain beyond ASCII is written in its ASCII form, to any server', async (t) => {
  const server = await mailServer(t, { hideSMTPUTF8: true });
  const at = office(t, server.url);
  const id = at.ask('ann@bücher.example');
  await at.send();
  assert.equal(at.letter(id).outcome, 'sent', at.letter(id).fault);
  assert.match(server.mails[0].text, /^To: ann@xn--bcher-kva\.example\r$/m);
  assert.ok(server.mails[0].raw.every((byte) => byte < 0x80));
});

test('a name before the @ that is not ASCII: SMTPUTF8 where it is offered, else the letter ends', async (t) => {
  const server = await mailServer(t);
  const at = office(t, server.url);
  const id = at.ask('jürgen@example.com');
  await at.send();
  assert.equal(at.letter(id).outcome, 'sent', at.letter(id).fault);
  assert.equal(server.mails[0].to, 'jürgen@example.com');
  assert.equal(server.mails[0].from.args.SMTPUTF8, true);
  assert.match(server.mails[0].text, /^To: jürgen@example\.com\r$/m);
  const old = await mailServer(t, { hideSMTPUTF8: true });
  const other = at.ask('jürgen@example.com');
  await at.send({ ASSENT_SMTP: old.url });
  assert.equal(old.mails.length, 0);
  assert.equal(at.letter(other).outcome, 'dead');
  assert.match(at.letter(other).fault, /SMTPUTF8|UTF-8|ASCII/);
});
