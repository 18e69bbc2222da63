// S10: who may do what: every role on every route of kore.conf with every method. A route that has no
// row here fails the test, and so does a row without a route.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';
import { serve } from './lib/server.mjs';
import { Visitor } from './lib/visitor.mjs';

const PASSWORD = 'a password of mine 1';
/** Who asks, from the least to the most. A viewer sees addresses masked, a seer whole. */
const ROLES = ['stranger', 'viewer', 'seer', 'manager', 'owner'];
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * Pattern of kore.conf: [GET and HEAD, POST, what to ask for in its place]: the least role that is let
 * in; "all": no session is asked for; "key": a program's key is, and no session counts; "": refused
 * with 405 whoever asks.
 */
const ROUTES = {
  '/': ['all', 'all'],
  '/how': ['all', ''],
  '^/p/[^/]+$': ['all', 'all', 'MANAGE'],
  '^/u/[^/]+$': ['all', 'all', 'UNSUBSCRIBE'],
  '^/[pu]/[^/]+/receipt$': ['all', '', 'MANAGE/receipt'],
  '^/[pu]/[^/]+/wording$': ['all', '', 'MANAGE/wording?entry=1'],
  '/receipt': ['all', 'all'],
  '^/p/[^/]+/data$': ['all', 'all', 'MANAGE/data'],
  '/.well-known/assent/keys.json': ['all', ''],
  '/.well-known/assent/checkpoint': ['all', ''],
  '/.well-known/assent/receipt-schema.json': ['all', ''],
  '^/c/[^/]+$': ['all', 'all', '/c/none'],
  '^/[pu](/|/[^/]+/)?$': ['all', 'all', '/p/'],
  '^/c(/|/[^/]+/)?$': ['all', 'all', '/c/'],
  '/join': ['all', 'all'],

  '/admin': ['all', ''],
  '/admin/': ['all', ''],
  '/admin/login': ['all', 'all'],
  '/admin/login/code': ['all', 'all'],
  '/admin/logout': ['', 'viewer'],
  '/admin/account': ['viewer', 'viewer'],
  '/admin/account/factor': ['viewer', 'viewer'],
  '^/admin/invite/[^/]+$': ['all', 'all', `/admin/invite/${'A'.repeat(43)}`],
  '/admin/people': ['viewer', ''],
  '/admin/people/new': ['viewer', 'manager'],
  '/admin/people/export': ['', 'seer'],
  '^/admin/people/[0-9a-fA-F]+$': ['viewer', 'manager', '/admin/people/ID'],
  '^/admin/people/[0-9a-fA-F]+/link$': ['', 'manager', '/admin/people/ID/link'],
  '^/admin/people/[0-9a-fA-F]+/receipt$': ['viewer', '', '/admin/people/ID/receipt?entry=1'],
  '^/admin/people/[0-9a-fA-F]+/data$': ['manager', 'manager', '/admin/people/ID/data'],
  '^/admin/people/[0-9a-fA-F]+/erase$': ['manager', 'manager', '/admin/people/ID/erase'],
  '/admin/overview': ['viewer', ''],
  '/admin/overview/export': ['viewer', '', '/admin/overview/export?plot=time'],
  '/admin/activity': ['viewer', ''],
  '/admin/activity/export': ['', 'seer', '/admin/activity/export?format=csv'],
  '/admin/activity/asof': ['viewer', 'viewer'],
  '^/admin/activity/[0-9]+$': ['viewer', '', '/admin/activity/1'],
  '^/admin/activity/[0-9]+/json$': ['viewer', '', '/admin/activity/1/json'],
  '/admin/wording': ['viewer', ''],
  '^/admin/wording/[0-9]+$': ['viewer', '', '/admin/wording/1'],
  '/admin/topics': ['viewer', 'manager'],
  '/admin/outbox': ['viewer', 'manager'],
  '^/admin/outbox/[0-9]+$': ['seer', 'manager', '/admin/outbox/1'],
  '^/admin/outbox/[0-9]+/html$': ['seer', '', '/admin/outbox/1/html'],
  '^/admin/outbox/[0-9]+/eml$': ['seer', '', '/admin/outbox/1/eml'],
  '/admin/import': ['viewer', 'manager'],
  '^/admin/import/[0-9]+$': ['viewer', 'manager', '/admin/import/1'],
  '^/admin/import/[0-9]+/rejected$': ['', 'seer', '/admin/import/1/rejected'],
  '/admin/settings': ['viewer', 'manager'],
  '/admin/settings/preview': ['viewer', ''],
  '/admin/settings/preview/mail': ['viewer', '', '/admin/settings/preview/mail?page=mail_link'],
  '/admin/requests': ['viewer', 'manager'],
  '^/admin/requests/[0-9]+$': ['viewer', 'manager', '/admin/requests/1'],
  '/admin/keys': ['viewer', 'owner'],
  '/admin/approvals': ['manager', 'manager'],
  '/admin/hooks': ['viewer', 'owner'],
  '^/admin/hooks/[0-9]+$': ['viewer', 'owner', '/admin/hooks/1'],
  '/admin/api-keys': ['viewer', 'owner'],
  '/admin/api': ['viewer', ''],
  '/admin/team': ['viewer', 'owner'],
  '/admin/help': ['viewer', ''],

  '/api/v1/topics': ['key', ''],
  '/api/v1/check': ['', 'key'],
  '/api/v1/events': ['key', ''],
  '^/api/v1/audience/[^/]+$': ['key', '', '/api/v1/audience/newsletter'],
  '/api/v1/links': ['', 'key'],
  '/api/v1/feedback': ['', 'key'],
  '/api/v1/openapi.json': ['all', ''],
  '/api/v1/contacts': ['key', ''],
  '/api/v1/contacts:batch': ['', 'key'],
  '/api/v1/problems': ['all', ''],
  '^/api/v1/contacts/[^/]+$': ['key', '', '/api/v1/contacts/someone%40example.com', 'key'],
  '^/api/.*$': ['nowhere', 'nowhere', '/api/none'],

  '/assets/recipient.css': ['all', ''],
  '/assets/logo': ['all', ''],
  '^/assets/[a-z0-9._-]+$': ['all', '', '/assets/recipient.css'],
  '/favicon.ico': ['all', ''],
  '/robots.txt': ['all', ''],
  '/healthz': ['all', ''],
  '/readyz': ['all', ''],
  '/metrics': ['all', ''],
  '^/.*$': ['nowhere', 'nowhere', '/nowhere'],
};

const routes = readFileSync(new URL('../../kore.conf', import.meta.url), 'utf8')
  .split('\n').map((line) => /^\s*route\s+(\S+)\s+\S+/.exec(line)?.[1]).filter(Boolean);

let server;
let links;
let id;
const visitors = {};

before(async () => {
  server = await serve();
  server.add('someone@example.com', { topics: 'newsletter' });
  server.run(['hooks', 'add', 'https://hooks.example.com/']);
  server.run(['hooks', 'stop', '1']);
  server.run(['requests', 'add', '--kind', 'access', '--way', 'letter', '--who', 'Kim Poe']);
  links = server.links('someone@example.com', 'newsletter');
  ({ public_id: id } = server.show('someone@example.com'));
  visitors.stranger = new Visitor(server);
  for (const role of ROLES.slice(1)) {
    server.run(['admin', 'add', `${role}@example.com`, '--role', role === 'seer' ? 'viewer' : role], `${PASSWORD}\n`);
  }
  server.run(['admin', 'role', 'seer@example.com', 'viewer', '--addresses', 'whole']);
  await Promise.all(ROLES.slice(1).map(async (role) => {
    visitors[role] = await new Visitor(server).login({ email: `${role}@example.com`, password: PASSWORD });
    visitors[role].token = await visitors[role].csrf();
  }));
});
after(() => server?.stop());

const pathOf = (route) => (ROUTES[route][2] ?? route).replace('MANAGE', links.manage).replace('UNSUBSCRIBE', links.unsubscribe).replace('ID', id);

/** What the table says of a method: who is let in. */
function leastOf(route, method) {
  const [get, post, , others = ''] = ROUTES[route];
  return { GET: get, HEAD: get, POST: post }[method] ?? others;
}

/** As a browser asks that has the session and the form's token. */
async function ask(role, method, path) {
  const visitor = visitors[role];
  const headers = {
    Accept: 'text/html', Origin: server.origin, 'Sec-Fetch-Site': 'same-origin',
    Cookie: [...visitor.cookies].map((pair) => pair.join('=')).join('; ') || undefined,
    'Content-Type': method === 'POST' ? 'application/x-www-form-urlencoded' : undefined,
  };
  for (const name of Object.keys(headers)) {
    headers[name] ?? delete headers[name];
  }
  const body = method === 'POST' ? `do=nothing&csrf=${encodeURIComponent(visitor.token ?? '')}` : undefined;
  return server.ask({ method, path, headers: body === undefined && method !== 'GET' && method !== 'HEAD' ? { ...headers, 'Content-Length': '0' } : headers, body });
}

/** What came back, in the table's words. */
function outcome(reply) {
  if (reply.status === 405 || reply.status === 501) {
    return 'no method';
  }
  if (reply.status === 401 || (reply.status === 303 && /^\/admin\/login(?!\?again=1)/.test(reply.get('location')))) {
    return 'not signed in';
  }
  return reply.status === 403 ? 'not allowed' : 'let in';
}

function expected(role, method, least) {
  if (least === 'nowhere') {
    return method === 'GET' || method === 'HEAD' || method === 'POST' ? ['let in'] : ['no method'];
  }
  if (least === '') {
    return ['no method'];
  }
  if (least === 'all') {
    return ['let in'];
  }
  if (least === 'key') {
    return ['not signed in'];
  }
  if (role === 'stranger') {
    return ['not signed in'];
  }
  return ROLES.indexOf(role) >= ROLES.indexOf(least) ? ['let in'] : ['not allowed'];
}

test('S10: each route of kore.conf has a row, and each row a route', () => {
  assert.deepEqual(Object.keys(ROUTES).sort(), [...new Set(routes)].sort());
});

describe('S10: every role, route and method', () => {
  for (const role of ROLES) {
    test(`${role}: what the table says and nothing more; what is refused changes nothing`, async () => {
      const cases = Object.keys(ROUTES).flatMap((route) => METHODS.map((method) => {
        const least = leastOf(route, method);
        return { method, path: pathOf(route), wanted: expected(role, method, least), least };
      })).filter(({ path, method }) => !(path === '/admin/logout' && method === 'POST'));
      const before = server.state();
      const faults = [];
      const tried = async (list) => {
        for (const { method, path, wanted } of list) {
          const reply = await ask(role, method, path);
          const got = outcome(reply);
          const isWrongPassword = path === '/admin/login' && reply.status === 403;
          if ((!wanted.includes(got) && !isWrongPassword) || reply.status >= 500) {
            faults.push(`${method} ${path}: ${reply.status}, ${got}; wanted: ${wanted}`);
          }
        }
      };
      await tried(cases.filter(({ wanted }) => !wanted.includes('let in')));
      assert.equal(server.state(), before);
      await tried(cases.filter(({ wanted, least }) => wanted.includes('let in') && !(role !== 'stranger' && least === 'all')));
      assert.deepEqual(faults, []);
    });
  }

  test('whoever is signed in may leave, and is nobody then; a stranger has nothing to leave', async () => {
    assert.equal(outcome(await ask('stranger', 'POST', '/admin/logout')), 'not signed in');
    for (const role of ROLES.slice(1)) {
      assert.equal((await ask(role, 'POST', '/admin/logout')).get('location'), '/admin/login?left=1');
      assert.equal(outcome(await ask(role, 'GET', '/admin/people')), 'not signed in');
    }
  });
});
