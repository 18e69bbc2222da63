// My account: the second factor, sessions, the password; and the login's second step.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import * as html from './lib/html.mjs';
import { ADMIN, serve } from './lib/server.mjs';
import { totp } from './lib/totp.mjs';
import { Visitor } from './lib/visitor.mjs';

const FACTOR = '/admin/account/factor';
let server;
before(async () => {
  server = await serve();
});
after(() => server?.stop());

const codesOf = (reply) => html.all(reply.page, (node) => node.tag === 'code' && /^[a-z2-7]{4}(-[a-z2-7]{4}){3}$/.test(html.text(node))).map(html.text);
const secretOf = (reply) => /\b([a-z2-7]{4}(?: [a-z2-7]{4}){7})\b/.exec(reply.text)?.[1];
/** Codes of before may come again, and nobody waits. */
const forget = () => server.sql('UPDATE factor SET last_step = 0; DELETE FROM throttle');

/** Turns it on by the pages: the secret and the recovery codes. */
async function setUp(visitor, password = ADMIN.password) {
  const began = await visitor.follow(await visitor.press(await visitor.get(FACTOR), 'Go on', { password }));
  const secret = secretOf(began);
  const done = await visitor.press(began, 'Turn on', { code: totp(secret) });
  assert.equal(done.status, 200, done.text);
  forget();
  return { secret, codes: codesOf(done), done };
}

const reset = () => {
  server.try(['admin', 'factor', ADMIN.email, '--reset']);
  server.sql('DELETE FROM throttle');
};

/** As far as the page that asks for a code. */
async function half(visitor = new Visitor(server), next) {
  const reply = await visitor.post('/admin/login', { email: ADMIN.email, password: ADMIN.password, ...(next ? { next } : {}) });
  assert.equal(reply.status, 303);
  assert.match(reply.get('location'), /^\/admin\/login\/code/);
  return { visitor, reply, page: await visitor.get(reply.get('location')) };
}

describe('the second factor', () => {
  test('S2: it is set up with a QR code drawn here and a secret to type, and on after a right code alone', async () => {
    const visitor = await new Visitor(server).login();
    const account = await visitor.get('/admin/account');
    assert.match(account.text, /Second factor Off/);
    const wrong = await visitor.press(await visitor.get(FACTOR), 'Go on', { password: 'not the password' });
    assert.equal(wrong.status, 403);
    assert.ok(wrong.says(/not your password/));
    const page = await visitor.follow(await visitor.press(wrong, 'Go on', { password: ADMIN.password }));
    const secret = secretOf(page);
    assert.equal(secret.replace(/ /g, '').length, 32);
    const [qr] = html.all(page.page, (node) => node.attrs.class === 'qr');
    assert.match(html.all(qr, (node) => node.tag === 'path')[0].attrs.d, /^M4 4h7v1h-7z/);
    assert.match(page.get('content-security-policy'), /default-src 'none'/);
    assert.doesNotMatch(page.get('content-security-policy'), /unsafe|data:/);
    assert.doesNotMatch(page.body, /style=/);
    const [link] = html.all(page.page, (node) => /^otpauth:/.test(node.attrs.href ?? ''));
    assert.equal(new URL(link.attrs.href).searchParams.get('secret'), secret.replace(/ /g, '').toUpperCase());
    assert.match(page.get('cache-control'), /no-store/);
    assert.match(page.body, /autocomplete="one-time-code"/);
    assert.match(page.body, /inputmode="numeric"/);

    assert.equal(secretOf(await visitor.get(FACTOR)), secret, 'the page loaded again shows the same');
    const bad = await visitor.press(page, 'Turn on', { code: '12345' });
    assert.equal(bad.status, 422);
    assert.ok(bad.says(/That code is not right.*\d\d:\d\d:\d\d UTC/));
    const off = await visitor.press(page, 'Turn on', { code: totp(secret, 20) });
    assert.ok(off.says(/about (9|10) minutes ahead/), off.text);
    assert.equal(secretOf(off), secret);
    const done = await visitor.press(page, 'Turn on', { code: totp(secret) });
    assert.equal(done.status, 200);
    const codes = codesOf(done);
    assert.equal(new Set(codes).size, 10);
    const [file] = html.all(done.page, (node) => node.attrs.download);
    assert.deepEqual(decodeURIComponent(file.attrs.href).match(/^[a-z2-7-]{19}(?=\r$)/gm), codes);
    assert.equal(codesOf(await visitor.get(FACTOR)).length, 0, 'codes are shown once');

    const raw = readFileSync(join(server.data, 'assent.db')).toString('latin1') + readFileSync(join(server.data, 'assent.db-wal')).toString('latin1');
    const bits = [...secret.replace(/ /g, '')].map((c) => 'abcdefghijklmnopqrstuvwxyz234567'.indexOf(c).toString(2).padStart(5, '0')).join('');
    const bytes = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2))).toString('latin1');
    for (const kept of [bytes, secret, secret.replace(/ /g, ''), codes[0], codes[0].replace(/-/g, '')]) {
      assert.ok(!raw.includes(kept), 'a copied database tells no secret and no code');
    }
    assert.match((await visitor.get('/admin/account')).text, /Second factor On.*10 of ten are left/);
    assert.match((await visitor.get('/admin/activity')).text, /second factor: off → on/);
    reset();
  });

  test('S2, S8: what a right password opens reaches nothing but the code: every admin route, each method', async () => {
    const signedIn = await new Visitor(server).login();
    const { secret } = await setUp(signedIn);
    const { visitor, reply } = await half();
    const token = visitor.cookies.get('assent-step');
    assert.match(reply.all('set-cookie')[0], /^assent-step=[A-Za-z0-9_-]{43}; Path=\/; HttpOnly; SameSite=Lax; Max-Age=300/);
    assert.equal(visitor.cookies.get('assent'), undefined);
    visitor.cookies.set('assent', token);
    const routes = [...readFileSync('kore.conf', 'utf8').matchAll(/^\s*route (\^?\/admin\S*)/gm)].map(([, route]) => route.replace(/^\^|\$$/g, '').replace(/\[[^\]]+\]\+/g, '1'));
    assert.ok(routes.length > 30);
    const state = server.state();
    for (const path of routes.filter((one) => !/^\/admin(\/|\/login.*|\/invite.*)?$/.test(one))) {
      const seen = await visitor.get(path);
      assert.ok([303, 401, 405].includes(seen.status), `${path}: ${seen.status}`);
      if (seen.status === 303) {
        assert.match(seen.get('location'), /^\/admin\/login\?/, path);
      }
      const sent = await visitor.post(path, { csrf: 'x', do: 'off', code: '123456' });
      assert.ok([401, 405].includes(sent.status), `POST ${path}: ${sent.status}`);
    }
    assert.equal(server.state(), state);
    visitor.cookies.delete('assent');
    const into = await visitor.press(await visitor.get('/admin/login/code'), 'Sign in', { code: totp(secret) });
    assert.equal(into.status, 303);
    assert.equal((await visitor.get('/admin/people')).status, 200);
    visitor.cookies.delete('assent');
    assert.match((await visitor.get('/admin/login/code')).get('location'), /again=1/, 'a step is good once');
    reset();
  });

  test('S2: a code is taken once, one step of drift and no more; the way back is kept', async () => {
    const { secret } = await setUp(await new Visitor(server).login());
    const first = await half(undefined, '/admin/topics?x=1');
    const code = totp(secret);
    const into = await first.visitor.press(first.page, 'Sign in', { code: `${code.slice(0, 3)} ${code.slice(3)}` });
    assert.equal(into.get('location'), '/admin/topics?x=1');
    const again = await half();
    const used = await again.visitor.press(again.page, 'Sign in', { code });
    assert.equal(used.status, 403);
    assert.ok(used.says(/used already/));
    for (const steps of [-4, 4]) {
      assert.ok((await again.visitor.press(again.page, 'Sign in', { code: totp(secret, steps) })).says(/not right/));
    }
    const foreign = await again.visitor.post('/admin/login/code', { code: totp(secret, 1) }, { Origin: 'https://evil.example' });
    assert.equal(foreign.status, 403);
    assert.equal((await again.visitor.press(again.page, 'Sign in', { code: totp(secret, 1) })).status, 303);
    reset();
  });

  test('a recovery code signs in once, says how many are left, and new ones take the place of all', async () => {
    const { secret, codes } = await setUp(await new Visitor(server).login());
    const { visitor, page } = await half();
    const [other] = html.all(page.page, (node) => node.tag === 'a' && /recovery code instead/.test(html.text(node)));
    const form = await visitor.get(other.attrs.href);
    const into = await visitor.press(form, 'Sign in', { code: codes[2].toUpperCase().replace(/-/g, ' ') });
    assert.ok((await visitor.follow(into)).says(/signed in with a recovery code. 9 are left/));
    const again = await half();
    const used = await again.visitor.press(await again.visitor.get(other.attrs.href), 'Sign in', { code: codes[2] });
    assert.equal(used.status, 403);
    assert.ok(used.says(/no recovery code of yours that is still good/));

    const renewed = await visitor.press(await visitor.get(FACTOR), 'Make new codes', { password: ADMIN.password, code: totp(secret) });
    const fresh = codesOf(renewed);
    assert.equal(fresh.length, 10);
    assert.equal((await again.visitor.press(await again.visitor.get(other.attrs.href), 'Sign in', { code: codes[3] })).status, 403);
    assert.equal((await again.visitor.press(await again.visitor.get(other.attrs.href), 'Sign in', { code: fresh[3] })).status, 303);
    reset();
  });

  test('S8: five wrong codes end the step, and the next login waits; a recovery code still signs in', async () => {
    const { secret, codes } = await setUp(await new Visitor(server).login());
    const { visitor, page } = await half();
    for (let i = 0; i < 4; i++) {
      assert.equal((await visitor.press(page, 'Sign in', { code: i === 3 ? 'words' : totp(secret, 50 + i) })).status, 403);
    }
    const last = await visitor.press(page, 'Sign in', { code: totp(secret, 60) });
    assert.equal(last.status, 303);
    assert.ok((await visitor.follow(last)).says(/Sign in anew/));
    const wait = await new Visitor(server).post('/admin/login', { email: ADMIN.email, password: ADMIN.password });
    assert.equal(wait.status, 429);
    assert.ok(Number(wait.get('retry-after')) >= 1);
    assert.match(server.sql('SELECT note FROM entry_private ORDER BY position DESC LIMIT 1'), /5 wrong codes behind the right password/);
    server.sql('DELETE FROM throttle');
    const other = await half();
    assert.equal((await other.visitor.press(other.page, 'Sign in', { code: codes[0] })).status, 303);
    reset();
  });

  test('turning off asks for password and code, and the form for its token', async () => {
    const visitor = await new Visitor(server).login();
    const { secret } = await setUp(visitor);
    const page = await visitor.get(FACTOR);
    assert.equal((await visitor.press(page, 'Turn off', { password: 'wrong', code: totp(secret) })).status, 403);
    assert.equal((await visitor.press(page, 'Turn off', { password: ADMIN.password, code: totp(secret, 9) })).status, 422);
    assert.equal((await visitor.post(FACTOR, { do: 'off', password: ADMIN.password, code: totp(secret) })).status, 403);
    const off = await visitor.follow(await visitor.press(page, 'Turn off', { password: ADMIN.password, code: totp(secret) }));
    assert.ok(off.says(/Your second factor is off/));
    await new Visitor(server).login();
    reset();
  });

  test('required for all: who has none sets it up first, and reaches nothing else before', async () => {
    const visitor = await new Visitor(server).login();
    server.run(['settings', 'set', 'factor_required', 'yes']);
    const routes = [...readFileSync('kore.conf', 'utf8').matchAll(/^\s*route (\/admin\S*)/gm)].map(([, route]) => route);
    for (const path of routes.filter((one) => !/^\/admin(\/|\/log.*|\/account\/factor)?$/.test(one))) {
      const seen = await visitor.get(path);
      assert.ok(seen.status === 405 || seen.get('location') === FACTOR, `${path}: ${seen.status}`);
    }
    const csrf = /name="csrf" value="([^"]+)"/.exec((await visitor.get(FACTOR)).body)[1];
    const state = server.state();
    const sent = await visitor.post('/admin/topics', { csrf, do: 'add', key: 'x', name: 'X' });
    assert.equal(sent.status, 403);
    assert.ok(sent.says(/Set up your second factor first/));
    assert.equal(server.state(), state);
    assert.ok((await visitor.get(FACTOR)).says(/until then nothing else opens/));
    const { done } = await setUp(visitor);
    assert.equal((await visitor.follow(await visitor.get('/admin/people'))).status, 200);
    assert.equal(codesOf(done).length, 10);
    server.run(['settings', 'set', 'factor_required', 'no']);
    assert.match(server.run(['admin', 'factor', ADMIN.email]), /has a second factor since .*; 10 recovery codes are left/);
    assert.equal(server.json(['admin', 'factor', ADMIN.email, '--json']).on, true);
    assert.match(server.run(['admin', 'factor', ADMIN.email, '--reset']), /no second factor any more/);
    assert.equal((await visitor.get('/admin/people')).status, 303, 'a reset ends the sessions');
    assert.equal(server.try(['admin', 'factor', ADMIN.email, '--reset']).status, 1);
    assert.equal(server.try(['admin', 'factor', 'nobody@example.org']).status, 1);
    reset();
  });
});

test('an owner resets the second factor of another on Team, and their sessions end', async () => {
  server.sql('DELETE FROM throttle');
  const BO = { email: 'bo@example.com', password: 'a password of bo 1' };
  server.run(['admin', 'add', BO.email, '--role', 'manager'], `${BO.password}\n`);
  const bo = await new Visitor(server).login(BO);
  await setUp(bo, BO.password);
  const owner = await new Visitor(server).login();
  const id = server.sql(`SELECT id FROM admin WHERE email = '${BO.email}'`).trim();
  const done = await owner.follow(await owner.press(await owner.get(`/admin/team?edit=${id}`), 'Reset second factor'));
  assert.ok(done.says(/The second factor of bo@example.com is off/));
  assert.equal((await bo.get('/admin/people')).status, 303);
  await bo.login(BO);
  assert.match((await owner.get('/admin/activity')).text, /second factor: on → reset/);
});

describe('sessions and the password', () => {
  const elsewhere = { 'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0' };
  const comeIn = async () => {
    const visitor = new Visitor(server);
    await visitor.post('/admin/login', { email: ADMIN.email, password: ADMIN.password }, elsewhere);
    return visitor;
  };
  /** Each request is a connection of its own: both workers are asked. */
  const isOut = async (visitor) => {
    const token = visitor.cookies.get('assent');
    for (let i = 0; i < 8; i++) {
      visitor.cookies.set('assent', token);
      if ((await visitor.get('/admin/people')).status !== 303) {
        return false;
      }
    }
    return true;
  };

  test('S3: sessions are listed with program and place, and ended one by one or all others, at once', async () => {
    server.sql('DELETE FROM session');
    const visitor = await new Visitor(server).login();
    const one = await comeIn(), two = await comeIn(), three = await comeIn();
    const page = await visitor.get('/admin/account');
    assert.equal(page.body.match(/Firefox on Linux<\/b>/g).length, 3);
    assert.equal(page.body.match(/This one/g).length, 1);
    assert.match(page.text, /From 127.0.0.1, this machine/);
    const ids = html.all(page.page, (node) => node.attrs.name === 'session').map((node) => node.attrs.value);
    assert.equal(new Set(ids).size, 3);
    const csrf = await visitor.csrf();
    const end = async () => visitor.follow(await visitor.post('/admin/account', { csrf, do: 'end', session: ids[0] }));
    const ended = await end();
    assert.ok(ended.says(/1 session ended/));
    assert.equal((await Promise.all([one, two, three].map(isOut))).filter(Boolean).length, 1);
    assert.ok((await end()).says(/was over already/));
    const rest = await visitor.follow(await visitor.press(ended, 'End all others'));
    assert.ok(rest.says(/2 sessions ended/) && rest.says(/signed in nowhere else/));
    assert.deepEqual(await Promise.all([one, two, three].map(isOut)), [true, true, true]);
    assert.equal((await visitor.get('/admin/people')).status, 200);
    assert.match((await visitor.get('/admin/activity')).text, /ended: Firefox, Linux, 127.0.0.1/);
  });

  test('S1: a change of password asks for the old one, ends the other sessions and renews this one', async () => {
    const visitor = await new Visitor(server).login();
    const other = await comeIn();
    const page = await visitor.get('/admin/account');
    const change = (fields) => visitor.press(page, 'Change password', fields);
    const fresh = 'seven amber lanterns glow';
    for (const [fields, status, words] of [
      [{ old: ADMIN.password, new: 'short', again: 'short' }, 422, /at least 12/],
      [{ old: ADMIN.password, new: fresh, again: `${fresh}!` }, 422, /not the same/],
      [{ old: ADMIN.password, new: ADMIN.password, again: ADMIN.password }, 422, /Choose another/],
      [{ old: 'not the old one', new: fresh, again: fresh }, 403, /not your password now/],
    ]) {
      const refused = await change(fields);
      assert.equal(refused.status, status);
      assert.ok(refused.says(words));
      assert.ok(!refused.body.includes(fresh));
    }
    assert.equal(await isOut(other), false);
    const old = visitor.cookies.get('assent');
    const done = await visitor.follow(await change({ old: ADMIN.password, new: fresh, again: fresh }));
    assert.ok(done.says(/Your password is changed, and \d other sessions? ended/));
    assert.notEqual(visitor.cookies.get('assent'), old);
    assert.equal(await isOut(other), true);
    const stolen = new Visitor(server);
    stolen.cookies.set('assent', old);
    assert.equal(await isOut(stolen), true);
    await new Visitor(server).login({ password: fresh });
    assert.equal((await new Visitor(server).post('/admin/login', { email: ADMIN.email, password: ADMIN.password })).status, 403);
    server.run(['admin', 'passwd', ADMIN.email], `${ADMIN.password}\n`);
    server.sql('DELETE FROM throttle');
  });
});
