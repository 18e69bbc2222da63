// Admins come in: login, sessions, CSRF, throttling, roles.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as html from './lib/html.mjs';
import { ADMIN, serve } from './lib/server.mjs';
import { Visitor, idOf } from './lib/visitor.mjs';

const person = 'someone@example.com';
let server;
let id;

before(async () => {
  server = await serve({ env: {} });
  server.add(person);
  id = idOf(server, person);
});
after(() => server?.stop());

const sessions = () => Number(server.sql('SELECT count(*) FROM session'));

describe('coming in', () => {
  test('S3: a login sets one cookie: HttpOnly, SameSite=Lax, Path=/, 128 bits or more, stored hashed', async () => {
    const visitor = new Visitor(server);
    const reply = await visitor.post('/admin/login', { email: ADMIN.email, password: ADMIN.password });
    assert.equal(reply.status, 303);
    assert.equal(reply.get('location'), '/admin/people');
    const [cookie, ...rest] = reply.all('set-cookie');
    assert.equal(rest.length, 0);
    assert.match(cookie, /^assent=[A-Za-z0-9_-]{43};/);
    for (const part of [/HttpOnly/i, /SameSite=Lax/i, /Path=\/(;|$)/i]) {
      assert.match(cookie, part);
    }
    assert.doesNotMatch(cookie, /Domain/i);
    const token = /assent=([^;]+)/.exec(cookie)[1];
    const raw = Buffer.from(token, 'base64url').toString('hex').toUpperCase();
    assert.ok(!server.sql('SELECT hex(hash) FROM session').includes(raw));
    assert.equal((await visitor.get('/admin/people')).status, 200);
  });

  test('the address may be typed in any case', async () => {
    await new Visitor(server).login({ email: ` ${ADMIN.email.toUpperCase()} ` });
  });

  test('S3: a second login gives another token and ends the session it replaces', async () => {
    const visitor = await new Visitor(server).login();
    const first = visitor.cookies.get('assent');
    await visitor.login();
    assert.notEqual(visitor.cookies.get('assent'), first);
    visitor.cookies.set('assent', first);
    assert.equal((await visitor.get('/admin/people')).status, 303);
  });

  test('someone signed in who opens the login is sent on', async () => {
    const visitor = await new Visitor(server).login();
    const reply = await visitor.get('/admin/login?next=%2Fadmin%2Ftopics');
    assert.equal(reply.status, 303);
    assert.equal(reply.get('location'), '/admin/topics');
  });

  test('a page asked for without a session leads to the login and back, filters and all', async () => {
    const visitor = new Visitor(server);
    const asked = '/admin/people?q=Bj%C3%B6rn%20%26%20co&status=in&sort=email';
    const sent = await visitor.get(asked);
    assert.equal(sent.status, 303);
    const login = await visitor.get(sent.get('location'));
    const into = await visitor.press(login, 'Sign in', { email: ADMIN.email, password: ADMIN.password });
    assert.equal(into.status, 303);
    const landed = new URL(into.get('location'), server.origin);
    const wanted = new URL(asked, server.origin);
    assert.equal(landed.pathname, wanted.pathname);
    assert.deepEqual([...landed.searchParams], [...wanted.searchParams]);
  });

  test('next leads nowhere but to pages of admins on this site', async () => {
    for (const next of ['https://evil.example/', '//evil.example/', '/\\evil.example', '/admin/../../x//y', '/p/x',
      '/admin/people\r\nX-Evil: 1', '/admin/people\nSet-Cookie: a=b', '/admin/péople', 'javascript:alert(1)',
      '/admin/logout', '/admin/login', '/administrators']) {
      const reply = await new Visitor(server).post('/admin/login', { email: ADMIN.email, password: ADMIN.password, next });
      assert.equal(reply.status, 303, next);
      assert.equal(reply.get('location'), '/admin/people', next);
      assert.equal(reply.get('x-evil'), undefined);
      assert.equal(reply.all('set-cookie').length, 1);
    }
  });

  test('A7: the form lets a password manager fill it and forbids no paste', async () => {
    const page = await new Visitor(server).get('/admin/login');
    assert.match(page.body, /autocomplete="username"/);
    assert.match(page.body, /autocomplete="current-password"/);
    assert.doesNotMatch(page.body, /onpaste/i);
    assert.match(page.get('cache-control'), /no-store/);
  });
});

describe('refused', () => {
  test('S8: a wrong password and an unknown address get the same answer, and take as long', async () => {
    // By turns, and the least of each: what else the machine does meanwhile only adds.
    const known = { ms: Infinity }, unknown = { ms: Infinity };
    for (let i = 0; i < 4; i++) {
      for (const [one, email] of [[known, ADMIN.email], [unknown, `nobody${i}@example.com`]]) {
        const began = process.hrtime.bigint();
        one.reply = await new Visitor(server).post('/admin/login', { email, password: 'not the password 1' });
        one.ms = Math.min(one.ms, Number(process.hrtime.bigint() - began) / 1e6);
      }
    }
    assert.equal(known.reply.status, unknown.reply.status);
    assert.equal(known.reply.status, 403);
    const plain = (reply) => reply.body.replace(/value="[^"]*"/, '');
    assert.equal(plain(known.reply), plain(unknown.reply));
    assert.ok(Math.abs(known.ms - unknown.ms) < 0.6 * Math.max(known.ms, unknown.ms), `${known.ms} ms and ${unknown.ms} ms`);
    assert.ok(known.ms > 20, 'Argon2id was computed');
    assert.equal(known.reply.get('set-cookie'), undefined);
    server.sql('DELETE FROM throttle');
  });

  test('S8: a flood of logins from one address is told to come again; whoever comes from elsewhere logs in, and lists are shown', async () => {
    const admin = await new Visitor(server).login();
    const flood = Array.from({ length: 60 }, (_, i) => new Visitor(server).post('/admin/login', { email: `nobody${i}@example.org`, password: 'wrong horse battery' }));
    const elsewhere = new Visitor({ origin: server.origin, ask: (request) => server.ask({ localAddress: '127.0.0.2', ...request }) });
    const list = admin.get('/admin/people?q=someone');
    const right = await elsewhere.post('/admin/login', { email: ADMIN.email, password: ADMIN.password });
    assert.equal(right.status, 303);
    assert.equal((await list).status, 200);
    const replies = await Promise.all(flood);
    const refused = replies.filter((reply) => reply.status === 429);
    assert.deepEqual([...new Set(replies.map((reply) => reply.status))].sort(), [403, 429]);
    assert.ok(refused.length > 0);
    assert.ok(refused.every((reply) => Number(reply.get('retry-after')) > 0));
    server.sql('DELETE FROM throttle');
  });

  test('S8: guessing is slowed with 429 and Retry-After; whoever comes from elsewhere is not locked out', async () => {
    const email = 'ada@example.com';
    let reply;
    for (let i = 0; i < 8; i++) {
      reply = await new Visitor(server).post('/admin/login', { email, password: `wrong guess ${i}` });
    }
    assert.equal(reply.status, 429);
    assert.ok(Number(reply.get('retry-after')) >= 1);
    assert.ok(reply.says(/Try again in \d+ second/));
    const right = await new Visitor(server).post('/admin/login', { email, password: ADMIN.password });
    assert.equal(right.status, 429, 'the right password waits too, so that the wait tells nothing');
    const other = await new Visitor(server).post('/admin/login', { email: 'other@example.com', password: 'wrong guess 1' });
    assert.equal(other.status, 403, 'another address is another count');
    server.sql('DELETE FROM throttle');
    await new Visitor(server).login();
  });

  test('S8: an address that makes no sense, an empty form, a password of 10,000 characters: 403', async () => {
    for (const fields of [{ email: 'not an address', password: 'x' }, {}, { email: ADMIN.email, password: 'x'.repeat(10000) },
      { email: `${'a'.repeat(5000)}@example.com`, password: 'x' }]) {
      assert.equal((await new Visitor(server).post('/admin/login', fields)).status, 403);
    }
    server.sql('DELETE FROM throttle');
  });

  test('S4: a login form sent from another site is refused', async () => {
    const headers = [{ Origin: 'https://evil.example' }, { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' }];
    for (const more of headers) {
      const reply = await new Visitor(server).post('/admin/login', { email: ADMIN.email, password: ADMIN.password }, more);
      assert.equal(reply.status, 403);
      assert.equal(reply.get('set-cookie'), undefined);
    }
  });

  test('what was typed comes back escaped; the password never does', async () => {
    const reply = await new Visitor(server).post('/admin/login', { email: '"><script>alert(1)</script>@x', password: 'sécret pässword' });
    assert.ok(!reply.body.includes('<script>alert'));
    assert.ok(!reply.body.includes('pässword'));
    server.sql('DELETE FROM throttle');
  });
});

describe('sessions', () => {
  test('S3: signing out ends that session and takes the cookie away', async () => {
    const visitor = await new Visitor(server).login();
    const other = await new Visitor(server).login();
    const token = visitor.cookies.get('assent');
    const before = sessions();
    const out = await visitor.press(await visitor.get('/admin/help'), 'Sign out');
    assert.equal(out.status, 303);
    assert.match(out.all('set-cookie')[0], /Max-Age=0/i);
    assert.equal(sessions(), before - 1);
    visitor.cookies.set('assent', token);
    assert.equal((await visitor.get('/admin/help')).status, 303);
    assert.equal((await other.get('/admin/help')).status, 200);
  });

  test('a GET can’t sign anybody out', async () => {
    const visitor = await new Visitor(server).login();
    assert.equal((await visitor.get('/admin/logout')).status, 405);
    assert.equal((await visitor.get('/admin/help')).status, 200);
  });

  test('S3: idle for eight hours, or seven days old, a session is over', async () => {
    const visitor = await new Visitor(server).login();
    server.sql('UPDATE session SET seen_at = seen_at - 8 * 3600 - 60');
    const idle = await visitor.get('/admin/help');
    assert.equal(idle.status, 303);
    assert.match(idle.get('location'), /^\/admin\/login\?ended=1&next=/);
    const second = await new Visitor(server).login();
    server.sql('UPDATE session SET created_at = created_at - 7 * 86400 - 60');
    assert.equal((await second.get('/admin/help')).status, 303);
  });

  test('S3: using a session keeps it alive, without delaying the answer', async () => {
    const visitor = await new Visitor(server).login();
    server.sql('UPDATE session SET seen_at = seen_at - 7 * 3600');
    const before = Number(server.sql('SELECT max(seen_at) FROM session'));
    assert.equal((await visitor.get('/admin/help')).status, 200);
    for (let i = 0; i < 50 && Number(server.sql('SELECT max(seen_at) FROM session')) === before; i++) {
      await new Promise((done) => setTimeout(done, 20));
    }
    assert.ok(Number(server.sql('SELECT max(seen_at) FROM session')) > before + 3600);
  });

  test('a new password ends all sessions', async () => {
    server.run(['admin', 'add', 'bob@example.com', '--name', 'Bob'], 'a long password 1\n');
    const visitor = await new Visitor(server).login({ email: 'bob@example.com', password: 'a long password 1' });
    server.run(['admin', 'passwd', 'bob@example.com'], 'a longer password 2\n');
    assert.equal((await visitor.get('/admin/help')).status, 303);
    await new Visitor(server).login({ email: 'bob@example.com', password: 'a longer password 2' });
  });

  test('cookies that are no session of ours: to the login, never an error', async () => {
    for (const value of ['x', 'A'.repeat(43), 'A'.repeat(4000), '"quoted"', '%00', '../../etc/passwd', '']) {
      const visitor = new Visitor(server);
      visitor.cookies.set('assent', value);
      assert.equal((await visitor.get('/admin/people')).status, 303, value);
    }
  });
});

describe('S4: writes need the session’s own token and an Origin of ours', () => {
  const save = (csrf) => ({ csrf, do: 'save', version: server.sql('SELECT head FROM contact').trim(), status: 'opted_out', shown: 'newsletter' });
  let visitor;
  let csrf;

  before(async () => {
    visitor = await new Visitor(server).login();
    csrf = await visitor.csrf();
  });

  test('without a token, with another session’s, or with one altered: 403, nothing written', async () => {
    const other = await new Visitor(server).login();
    const before = server.state();
    for (const token of ['', await other.csrf(), `${csrf.slice(0, -1)}${csrf.endsWith('A') ? 'B' : 'A'}`, `${csrf}A`, csrf.slice(1)]) {
      assert.equal((await visitor.post(`/admin/people/${id}`, save(token))).status, 403, token);
    }
    const { csrf: left, ...without } = save(csrf);
    assert.ok(left);
    assert.equal((await visitor.post(`/admin/people/${id}`, without)).status, 403);
    assert.equal(server.state(), before);
  });

  test('with an Origin of elsewhere, or none and no sign of the same origin: 403, nothing written', async () => {
    const before = server.state();
    for (const headers of [{ Origin: 'https://evil.example' }, { Origin: 'null', 'Sec-Fetch-Site': 'cross-site' },
      { Origin: `${server.origin}.evil.example` }, { Origin: server.origin.replace('http', 'https') }]) {
      assert.equal((await visitor.post(`/admin/people/${id}`, save(csrf), headers)).status, 403, JSON.stringify(headers));
    }
    assert.equal(server.state(), before);
  });

  test('without a session: 401, nothing written', async () => {
    const before = server.state();
    for (const path of [`/admin/people/${id}`, '/admin/people/new', `/admin/people/${id}/link`, '/admin/topics', '/admin/logout']) {
      assert.equal((await new Visitor(server).post(path, save(csrf))).status, 401, path);
    }
    assert.equal(server.state(), before);
  });

  test('a form that comes when the session is over: a page with the way in, and on to the form', async () => {
    const late = new Visitor(server);
    const ways = async (path) => {
      const { page } = await late.post(path, save(csrf));
      return html.all(page, (node) => node.tag === 'a' && /^\/admin\/login/.test(node.attrs.href)).map((link) => link.attrs.href);
    };
    assert.deepEqual(await ways(`/admin/people/${id}`), [`/admin/login?next=%2Fadmin%2Fpeople%2F${id}`]);
    assert.deepEqual(await ways(`/admin/people/${id}/link`), ['/admin/login']); // which no address can show
  });
});

describe('S10: every role on every route', () => {
  const roles = { viewer: 0, manager: 1, owner: 2 };
  const routes = [
    ['GET', '/admin/people', 'viewer'],
    ['GET', '/admin/people/new', 'viewer'],
    ['GET', '/admin/people/ID', 'viewer'],
    ['GET', '/admin/people/ID/data', 'manager'],
    ['GET', '/admin/people/ID/erase', 'manager'],
    ['GET', '/admin/topics', 'viewer'],
    ['GET', '/admin/help', 'viewer'],
    ['POST', '/admin/people/new', 'manager'],
    ['POST', '/admin/people/ID', 'manager'],
    ['POST', '/admin/people/ID/link', 'manager'],
    ['POST', '/admin/topics', 'manager'],
  ];
  for (const [role, rank] of Object.entries(roles)) {
    test(`a ${role} may do what the role allows, and nothing more`, async () => {
      const email = `${role}@example.com`;
      server.run(['admin', 'add', email, '--name', role], 'a password of mine 1\n');
      server.sql(`UPDATE admin SET role = ${rank} WHERE email = '${email}'`);
      const visitor = await new Visitor(server).login({ email, password: 'a password of mine 1' });
      const csrf = await visitor.csrf();
      for (const [method, route, least] of routes) {
        const path = route.replace('ID', id);
        const before = server.state();
        const reply = method === 'GET' ? await visitor.get(path) : await visitor.post(path, { csrf, do: 'nothing' });
        if (rank >= roles[least]) {
          assert.ok([200, 400].includes(reply.status), `${role} ${method} ${path}: ${reply.status}`);
        } else {
          assert.equal(reply.status, 403, `${role} ${method} ${path}`);
        }
        if (reply.status === 200 && path.endsWith('/link')) assert.notEqual(server.state(), before, 'who took it stands in the ledger');
        else assert.equal(server.state(), before);
      }
      const saved = await visitor.post(`/admin/people/${id}`, { csrf, do: 'save', shown: 'newsletter',
        version: server.sql(`SELECT head FROM contact WHERE email_key = '${person}'`).trim(), name: `by ${role}` });
      assert.equal(saved.status, rank >= 1 ? 303 : 403);
    });
  }
});

test('S7: no password, token, email or cookie in what the server logged', async () => {
  const visitor = await new Visitor(server).login();
  await visitor.post('/admin/login', { email: 'wrong@example.com', password: 'a guess that is wrong' });
  const { manage, unsubscribe } = server.links(person, 'newsletter');
  await visitor.get(manage);
  await server.ask({ method: 'POST', path: unsubscribe, body: 'List-Unsubscribe=One-Click' });
  await visitor.get(`/admin/people?q=${encodeURIComponent(person)}`);
  await visitor.get('/p/nonsense');
  const secrets = [ADMIN.password, 'a guess that is wrong', ADMIN.email, 'wrong@example.com', person, manage.slice(3),
    unsubscribe.slice(3), visitor.cookies.get('assent')];
  for (const secret of secrets) {
    assert.ok(!server.log.includes(secret), `the log holds ${secret}`);
  }
});
