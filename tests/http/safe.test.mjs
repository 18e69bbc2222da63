// What holds on every route: methods that change nothing, headers, errors for people and programs.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { readFileSync } from 'node:fs';
import { serve } from './lib/server.mjs';
import { Visitor } from './lib/visitor.mjs';
import { Wire, urlencoded } from './lib/wire.mjs';

const person = 'someone@example.com';
let server;
let visitor;
let paths;
let invitation;

/** Every route of kore.conf, with a real token, id or name in place of its pattern. */
function everyPath() {
  const { manage, unsubscribe } = server.links(person, 'newsletter');
  const { public_id: id } = server.show(person);
  const routes = readFileSync(new URL('../../kore.conf', import.meta.url), 'utf8')
    .split('\n').map((line) => /^\s*route\s+(\S+)\s+\S+/.exec(line)?.[1]).filter(Boolean);
  assert.ok(routes.length > 15);
  return routes.map((route) => {
    if (!route.startsWith('^')) {
      return route;
    }
    if (route.startsWith('^/[pu]/') && route.endsWith('/receipt$')) {
      return `${manage}/receipt`;
    }
    if (route === '^/[pu]/[^/]+/wording$') {
      return `${manage}/wording?entry=3`;
    }
    if (route.endsWith('/data$') && route.startsWith('^/p/')) {
      return `${manage}/data`;
    }
    if (route.startsWith('^/p/')) {
      return manage;
    }
    if (route.startsWith('^/u/')) {
      return unsubscribe;
    }
    if (route.startsWith('^/[pu](')) {
      return `${unsubscribe}/`;
    }
    if (route.startsWith('^/c(')) {
      return '/c/';
    }
    if (route.startsWith('^/c/')) {
      return `/c/${manage.slice(3)}`;
    }
    if (route.startsWith('^/assets/')) {
      return '/assets/recipient.css';
    }
    if (route.startsWith('^/admin/people/')) {
      return `/admin/people/${id}${/\/(link|receipt|data|erase)\$$/.exec(route)?.[0].slice(0, -1) ?? ''}`;
    }
    if (route.startsWith('^/api/v1/contacts/')) {
      return `/api/v1/contacts/${encodeURIComponent(person)}`;
    }
    if (route.startsWith('^/admin/import/')) {
      return route.includes('rejected') ? '/admin/import/1/rejected' : '/admin/import/1';
    }
    if (route.startsWith('^/api/')) {
      return '/api/no/such/call';
    }
    if (route.startsWith('^/admin/outbox/') || route.startsWith('^/admin/requests/') || route.startsWith('^/admin/activity/') || route.startsWith('^/admin/wording/')) {
      return route.slice(1, -1).replace('[0-9]+', '1');
    }
    if (route.startsWith('^/admin/invite/')) {
      return invitation;
    }
    if (route.startsWith('^/admin/hooks/')) {
      return '/admin/hooks/1';
    }
    assert.equal(route, '^/.*$', `a route that this test does not know: ${route}`);
    return '/nowhere';
  });
}

before(async () => {
  server = await serve();
  server.add(person, { topics: 'newsletter,marketing' });
  server.run(['hooks', 'add', 'https://hooks.example.com/']);
  server.run(['hooks', 'stop', '1']);
  server.run(['requests', 'add', '--kind', 'access', '--way', 'letter', '--who', 'Kim Poe']);
  invitation = new URL(server.json(['admin', 'invite', 'invited@example.com', '--json']).link).pathname;
  visitor = await new Visitor(server).login();
  paths = everyPath();
});
after(() => server?.stop());

const cookie = () => [...visitor.cookies].map((pair) => pair.join('=')).join('; ');

describe('U12: GET, HEAD and OPTIONS change nothing', () => {
  const queries = ['', '?do=stop_all', '?do=save&status=opted_out', '?List-Unsubscribe=One-Click', '?do=retire&key=newsletter',
    '?retire=newsletter', '?method=POST&_method=POST'];
  for (const method of ['GET', 'HEAD', 'OPTIONS']) {
    test(`U12: ${method} on every route, signed in and not, with every argument that acts in a form`, async () => {
      const before = server.state();
      const wire = await Wire.open(server.port);
      for (const path of paths) {
        for (const query of queries) {
          for (const headers of [{}, { Cookie: cookie(), Accept: 'text/html' }, { 'X-HTTP-Method-Override': 'POST', Purpose: 'prefetch' }]) {
            const reply = await wire.ask({ method, path: path + query, headers });
            assert.ok(reply.status < 500, `${method} ${path}${query}: ${reply.status}`);
            if (method === 'HEAD') {
              assert.equal(reply.bytes.length, 0);
            }
          }
        }
      }
      wire.close();
      assert.equal(server.state(), before);
    });
  }

  test('U12: a GET with a body is not taken for a POST', async () => {
    const before = server.state();
    for (const path of paths) {
      const reply = await server.ask({ method: 'GET', path, body: 'do=stop_all&List-Unsubscribe=One-Click' });
      assert.ok(reply.status === 400 || reply.status === 413, `${path}: ${reply.status}`);
    }
    assert.equal(server.state(), before);
  });

  test('U12: other methods are refused with 405 or 501 and change nothing', async () => {
    const before = server.state();
    for (const method of ['PUT', 'DELETE', 'PATCH']) {
      for (const path of paths) {
        const reply = await server.ask({ method, path, headers: { 'Content-Length': '0' } }).catch(() => ({ status: 400 }));
        assert.ok(reply.status >= 400 && reply.status < 502, `${method} ${path}: ${reply.status}`);
      }
    }
    assert.equal(server.state(), before);
  });
});

describe('S5: headers', () => {
  test('S5: every response, refusals too, carries policy, nosniff, no-referrer and frame-ancestors', async () => {
    const requests = paths.flatMap((path) => [
      { path }, { path, headers: { Cookie: cookie(), Accept: 'text/html' } }, { method: 'POST', path, body: 'x=%zz' },
      { method: 'DELETE', path }, { method: 'OPTIONS', path },
    ]);
    requests.push({ path: '/a'.repeat(1200) }, { path: '/', headers: { 'X-Long': 'x'.repeat(70000) } });
    for (const request of requests) {
      let reply;
      try {
        reply = await server.ask(request);
      } catch {
        continue; // a head too large may end the connection
      }
      const name = `${request.method ?? 'GET'} ${request.path.slice(0, 40)} ${reply.status}`;
      // The preview alone is shown in a frame, by Settings, in a sandbox; and so is a mail of the outbox.
      const isFramed = (request.path.startsWith('/admin/settings/preview') || request.path === '/admin/outbox/1/html') && /sandbox/.test(reply.get('content-security-policy') ?? '');
      const policy = isFramed ? /default-src 'none'.*frame-ancestors 'self'; sandbox/ : /default-src 'none'.*frame-ancestors 'none'/;
      assert.match(reply.get('content-security-policy') ?? '', policy, name);
      // A mail's own style is inline, as mail programs need it: its preview alone, without scripts.
      const isMail = /^\/admin\/(settings\/preview\/mail|outbox\/1\/html)/.test(request.path) && isFramed;
      assert.doesNotMatch(reply.get('content-security-policy'), isMail ? /script|\*|http/ : /unsafe|\*|http/, name);
      assert.equal(reply.get('x-content-type-options'), 'nosniff', name);
      assert.equal(reply.get('referrer-policy'), 'no-referrer', name);
      assert.equal(reply.get('strict-transport-security'), undefined, `${name}: only under TLS`);
      assert.doesNotMatch(reply.get('server') ?? '', /\d/, name);
    }
  });

  test('S5: pages about people are no-store and noindex; style and script are cached by content', async () => {
    for (const path of paths.filter((one) => /^\/(p|u|admin)\//.test(one))) {
      const reply = await server.ask({ path, headers: { Cookie: cookie(), Accept: 'text/html' } });
      assert.match(reply.get('cache-control') ?? '', /no-store/, path);
      assert.match(reply.get('x-robots-tag') ?? '', /noindex/, path);
    }
    const page = await visitor.get('/admin/people');
    for (const [, url] of page.body.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)) {
      const asset = await server.ask({ path: url });
      assert.equal(asset.status, 200, url);
      assert.match(asset.get('cache-control'), /max-age=\d{5,}/, url);
    }
  });

  test('pages of a session are kept apart from windows that opened them; for others that would cost a process', async () => {
    for (const path of paths) {
      const reply = await server.ask({ path, headers: { Cookie: cookie(), Accept: 'text/html' } });
      assert.equal(reply.get('cross-origin-opener-policy'), path.startsWith('/admin') ? 'same-origin' : undefined, path);
    }
  });

  test('S5: no page holds a script or style of its own, or names another site', async () => {
    for (const path of paths) {
      const { body } = await visitor.get(path);
      assert.doesNotMatch(body, /<script(?![^>]* src=)|<style| style=| on[a-z]+=["']|javascript:/i, path);
      for (const [, url] of body.matchAll(/(?:src|href|action|poster|data)="([^"]*)"/g)) {
        assert.doesNotMatch(url, /^(?:[a-z]+:)?\/\//i, `${path}: ${url}`);
      }
    }
  });
});

describe('errors', () => {
  test('U13: programs get application/problem+json, people a page', async () => {
    const errors = [
      [{ path: '/nowhere' }, 404],
      [{ method: 'POST', path: '/nowhere', body: 'a=b' }, 404],
      [{ method: 'POST', path: '/admin/topics', body: '' }, 401],
      [{ path: '/admin/topics' }, 401],
      [{ method: 'POST', path: '/how', body: '' }, 405],
      [{ method: 'POST', path: '/admin/login', body: '%zz', headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }, 400],
      [{ method: 'POST', path: '/admin/login', body: '{}', headers: { 'Content-Type': 'application/json' } }, 415],
      [{ method: 'POST', path: paths.find((one) => one.startsWith('/p/')), body: 'do=dance',
        headers: { 'Content-Type': 'application/x-www-form-urlencoded' } }, 400],
    ];
    for (const [request, code] of errors) {
      const reply = await server.ask({ ...request, headers: { Accept: 'application/json', ...request.headers } });
      assert.equal(reply.status, code, JSON.stringify(request));
      assert.match(reply.get('content-type'), /^application\/problem\+json/);
      const problem = JSON.parse(reply.body);
      assert.equal(typeof problem.title, 'string');
      assert.equal(problem.status, code);
      assert.ok(['undefined', 'string'].includes(typeof problem.detail));
      const asked = await server.ask({ ...request, headers: { Accept: 'text/html', ...request.headers } });
      if (asked.status === code) {
        assert.match(asked.get('content-type'), /^text\/html/, JSON.stringify(request));
        assert.match(asked.body, /<h1/);
      } else {
        assert.equal(asked.status, 303, 'only a GET without a session is sent to the login');
      }
    }
  });

  test('405 says which methods there are', async () => {
    const reply = await server.ask({ method: 'POST', path: '/admin/help', body: '' });
    assert.equal(reply.status, 405);
    assert.match(reply.get('allow'), /GET/);
  });

  test('a form over 64 KiB is refused with 413, and the next request is served', async () => {
    const body = `do=save&name=${'x'.repeat(70000)}`;
    const reply = await server.ask({ method: 'POST', path: paths.find((one) => one.startsWith('/p/')), body,
      headers: { 'Content-Type': 'application/x-www-form-urlencoded' } });
    assert.equal(reply.status, 413);
    assert.equal((await server.ask({ path: '/healthz' })).status, 200);
  });
});

describe('hostile bytes', () => {
  const texts = ['\u0000', '\u0001\u001f\u007f', '<script>alert(1)</script>', '"\'><img src=x onerror=alert(1)>', '\r\nSet-Cookie: a=b',
    '\u202eevil\u202c', '{{csrf}}', '%s%n%x', "'; DROP TABLE contact; --", '𝕏'.repeat(400), 'x'.repeat(20000), '\ud800', '../../etc/passwd',
    '-1', '9223372036854775808', 'NaN'];
  const raw = [Buffer.from([0x61, 0x3d, 0xff]), Buffer.from([0xc0, 0x80]), Buffer.from('a=%00'), Buffer.from('a=%c3'), Buffer.from('%'),
    Buffer.from('a=%ED%A0%80'), Buffer.from('&&&&==&'), Buffer.from(`${'a=b&'.repeat(5000)}`), Buffer.alloc(1000, 0)];

  test('every field of every form takes every hostile text without an error of the server’s or a byte unescaped', async () => {
    const { public_id: id } = server.show(person);
    const csrf = await visitor.csrf();
    const forms = {
      [`/admin/people/${id}`]: { csrf, do: 'save', version: '1', email: 'x@example.com', name: 'n', language: '', type: 'client',
        status: 'opted_in', topic: 'newsletter', shown: 'newsletter', consent: '' },
      '/admin/people/new': { csrf, do: 'save', email: '', name: 'n', language: '', type: 'client', status: 'opted_in', topic: 'newsletter',
        shown: 'newsletter', consent: '' },
      '/admin/topics': { csrf, do: 'add', key: '', name: '', description: '' },
      '/admin/login': { email: '', password: '', next: '' },
      [paths.find((one) => one.startsWith('/p/'))]: { do: 'save', topic: 'newsletter', shown: 'newsletter', undoes: '1', reason: 'other', comment: '' },
      [paths.find((one) => one.startsWith('/u/'))]: { do: 'reason', undoes: '1', reason: 'other', comment: '' },
    };
    for (const [path, fields] of Object.entries(forms)) {
      for (const name of Object.keys(fields)) {
        for (const text of texts) {
          const reply = await visitor.post(path, { ...fields, [name]: text });
          assert.ok(reply.status < 500, `${path} ${name}=${JSON.stringify(text.slice(0, 40))}: ${reply.status}`);
          assert.ok(!/<script>alert|<img src=x/.test(reply.body), `${path} ${name}`);
          if (path !== '/admin/login') {
            assert.equal(reply.get('set-cookie'), undefined, `${path} ${name}`);
          }
        }
        if (path === '/admin/login') {
          server.sql('DELETE FROM throttle');
        }
      }
      for (const body of raw) {
        const reply = await visitor.post(path, body.toString('latin1'), {}).catch((error) => assert.fail(`${path}: ${error}`));
        assert.ok(reply.status < 500, `${path} ${body.subarray(0, 20)}: ${reply.status}`);
        const bytes = await server.ask({ method: 'POST', path, body, headers: { Cookie: cookie(), Origin: server.origin,
          'Content-Type': 'application/x-www-form-urlencoded' } });
        assert.ok(bytes.status < 500, `${path} raw: ${bytes.status}`);
      }
    }
    assert.equal((await server.ask({ path: '/readyz' })).status, 200);
    assert.doesNotMatch(server.log, /signal|SIGSEGV|abort|fatal/i);
  });

  test('every argument of the list takes them too', async () => {
    for (const name of ['q', 'status', 'sub', 'type', 'sort', 'dir', 'after', 'before', 'n', 'said', 'retire', 'task', 'next']) {
      for (const text of texts.filter((one) => one.length < 1000)) {
        for (const path of ['/admin/people', '/admin/people/export', '/admin/topics', '/admin/help', '/admin/login']) {
          const reply = await visitor.get(`${path}?${urlencoded({ [name]: text })}`);
          assert.ok(reply.status < 500, `${path} ${name}=${JSON.stringify(text)}: ${reply.status}`);
          assert.ok(!/<script>alert|<img src=x/.test(reply.body), `${path} ${name}`);
        }
      }
    }
  });
});
