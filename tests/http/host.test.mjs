// What the host promises whatever page it serves: health, headers, errors, safe methods, logs,
// writes that survive a worker's death and a stop.
import assert from 'node:assert/strict';
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { serve } from './lib/server.mjs';
import { Wire } from './lib/wire.mjs';

const BUILD = process.env.ASSENT_BUILD ?? 'build';
const pause = (ms) => new Promise((done) => setTimeout(done, ms));
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
const ONE_CLICK = { method: 'POST', headers: FORM, body: 'List-Unsubscribe=One-Click' };

/** Process ids of the workers of a server, by their parent. */
function workers(server) {
  return execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(server.child.pid)], { encoding: 'utf8' })
    .split('\n')
    .filter((line) => line.includes('[wrk'))
    .map((line) => Number(line.trim().split(/\s+/)[0]));
}

async function until(what, is, limit_ms = 10000) {
  for (const end = Date.now() + limit_ms; !is(); await pause(20)) {
    assert.ok(Date.now() < end, `${what}: not within ${limit_ms} ms`);
  }
}

/** The addresses of kore.conf, patterns filled in. */
function routes(filled) {
  return readFileSync('kore.conf', 'utf8')
    .split('\n')
    .map((line) => /^\s+route\s+(\S+)\s+(\S+)/.exec(line))
    .filter(Boolean)
    .map(([, address, name]) => ({
      name,
      path: filled[address] ?? (address.startsWith('^') ? assert.fail(`nothing to try ${address} with`) : address),
    }));
}

/** Help plays films, Settings shows the preview, the outbox a mail; both stand in that frame alone. */
function policy(path) {
  const base = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; form-action 'self'; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'";
  const more = { '/admin/help': "; media-src 'self'", '/admin/settings': "; frame-src 'self'", '/admin/outbox/1': "; frame-src 'self'" }[path] ?? '';
  const framed = path.startsWith('/admin/settings/preview') || path === '/admin/outbox/1/html' ? "|default-src 'none'; .*form-action 'none'; frame-ancestors 'self'; sandbox.*" : '';
  const picture = path === '/assets/logo' ? "|default-src 'none'; .*sandbox.*" : '';
  return new RegExp(`^(${base}${more}${framed}${picture})$`);
}

describe('one server', () => {
  let server, links, person, all;
  before(async () => {
    server = await serve({ env: { ASSENT_ACCESS_LOG: '1' } });
    server.add('anna@example.org');
    links = server.links('anna@example.org', 'newsletter');
    person = server.show('anna@example.org').public_id;
    all = routes({
      '^/p/[^/]+$': links.manage,
      '^/[pu]/[^/]+/receipt$': `${links.manage}/receipt`,
      '^/[pu]/[^/]+/wording$': `${links.manage}/wording`,
      '^/p/[^/]+/data$': `${links.manage}/data`,
      '^/u/[^/]+$': links.unsubscribe,
      '^/c/[^/]+$': `/c/${links.manage.slice(3)}`,
      '^/[pu](/|/[^/]+/)?$': '/p/',
      '^/c(/|/[^/]+/)?$': '/c/',
      '^/admin/hooks/[0-9]+$': '/admin/hooks/1',
      '^/admin/invite/[^/]+$': `/admin/invite/${'A'.repeat(43)}`,
      '^/admin/activity/[0-9]+$': '/admin/activity/1',
      '^/admin/activity/[0-9]+/json$': '/admin/activity/1/json',
      '^/admin/wording/[0-9]+$': '/admin/wording/1',
      '^/admin/outbox/[0-9]+$': '/admin/outbox/1',
      '^/admin/requests/[0-9]+$': '/admin/requests/1',
      '^/admin/outbox/[0-9]+/html$': '/admin/outbox/1/html',
      '^/admin/outbox/[0-9]+/eml$': '/admin/outbox/1/eml',
      '^/admin/people/[0-9a-fA-F]+$': `/admin/people/${person}`,
      '^/admin/people/[0-9a-fA-F]+/link$': `/admin/people/${person}/link`,
      '^/admin/people/[0-9a-fA-F]+/receipt$': `/admin/people/${person}/receipt?entry=1`,
      '^/admin/people/[0-9a-fA-F]+/data$': `/admin/people/${person}/data`,
      '^/admin/people/[0-9a-fA-F]+/erase$': `/admin/people/${person}/erase`,
      '^/assets/[a-z0-9._-]+$': '/assets/admin.css',
      '^/api/v1/contacts/[^/]+$': '/api/v1/contacts/anna%40example.org',
      '^/admin/import/[0-9]+$': '/admin/import/1',
      '^/admin/import/[0-9]+/rejected$': '/admin/import/1/rejected',
      '^/api/v1/audience/[^/]+$': '/api/v1/audience/newsletter',
      '^/api/.*$': '/api/no/such/call',
      '^/.*$': '/no/such/page',
    });
  });
  after(() => server?.stop());

  test('health: alive, ready to read and write, never kept by a cache', async () => {
    for (const [path, body] of [['/healthz', 'ok\n'], ['/readyz', 'ready\n']]) {
      const reply = await server.ask({ path });
      assert.equal(reply.status, 200);
      assert.equal(reply.body, body);
      assert.equal(reply.get('cache-control'), 'no-store');
    }
  });

  test('metrics: requests by route and status, of both workers, and people by status', async () => {
    const value = async (line) => {
      const { body } = await server.ask({ path: '/metrics' });
      const found = body.split('\n').find((one) => one.startsWith(`${line} `));
      return found ? Number(found.split(' ').pop()) : 0;
    };
    const line = 'assent_requests_total{route="health_live",status="200"}';
    const before = await value(line);
    await Promise.all(Array.from({ length: 40 }, () => server.ask({ path: '/healthz' })));
    assert.equal(await value(line), before + 40);
    await server.ask({ path: '/healthz', host: null });
    assert.ok((await value('assent_requests_total{route="guard",status="400"}')) >= 1);
    await server.ask({ path: '/assets/admin.css', headers: { Range: 'bytes=99999999-' } });
    assert.equal(await value('assent_requests_total{route="asset_get",status="416"}'), 1);
    assert.equal(await value('assent_contacts{status="opted_in"}'), 1);
    assert.ok((await value('assent_writes_total')) > 0);
    assert.equal(await value('assent_write_queue'), 0);
    assert.ok((await value('assent_request_seconds_bucket{route="health_live",le="+Inf"}')) >= 40);
  });

  test('metrics: each status that the program answers with has a row of its own, and no other has', async () => {
    const read = (folder, name) => readFileSync(`src/${folder}/${name}`, 'utf8');
    const numbers = (text) => [...new Set(text.match(/\b[2-5]\d\d\b/g))].sort();
    const files = ['web', 'view'].flatMap((folder) => readdirSync(`src/${folder}`)
      .filter((name) => name.endsWith('.c') && name !== 'metrics.c' && (folder === 'web' || /^(problem|error)/.test(name)))
      .map((name) => read(folder, name)));
    // A status stands first or behind other arguments, after return, in a choice, in a table, or as a code.
    const shapes = /(?:\b\w+\((?:[a-z>.\-_&]+, )*|\breturn |[?:]\s+|\bcode = |[{,] )[2-5]\d\d\b(?![.\w])/g;
    const answered = numbers(files.flatMap((text) => text.match(shapes) ?? []).join('\n'));
    const [, listed] = /static const int codes\[\] = \{([^}]+)\}/.exec(read('web', 'metrics.c'));
    assert.ok(answered.length > 25, String(answered));
    assert.deepEqual(numbers(listed), answered);
    const path = '/assets/admin.css';
    await server.ask({ path, headers: { Range: 'bytes=0-9' } });
    await server.ask({ path, headers: { Range: 'bytes=999999999-' } });
    const { body } = await server.ask({ path: '/metrics' });
    assert.match(body, /^assent_requests_total\{route="[a-z_]+",status="206"\} \d+$/m);
    assert.match(body, /^assent_requests_total\{route="[a-z_]+",status="416"\} \d+$/m);
    assert.doesNotMatch(body, /status="other"/);
  });

  test('metrics: the text is what Prometheus reads', async () => {
    const reply = await server.ask({ path: '/metrics' });
    assert.match(reply.get('content-type'), /^text\/plain; version=0\.0\.4/);
    for (const line of reply.body.trimEnd().split('\n')) {
      assert.match(line, /^(# (HELP|TYPE) [a-z_]+ .+|[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? [0-9.]+)$/);
    }
  });

  test('S5: every route, by every method, answers with the headers that keep a page safe', async () => {
    for (const { path } of all) {
      for (const method of ['GET', 'HEAD', 'POST', 'OPTIONS', 'PUT']) {
        if (method === 'POST' && path.startsWith('/u/')) {
          continue; // it acts; the tests of one-click look at it
        }
        const reply = await server.ask({ method, path });
        const where = `${method} ${path}`;
        assert.ok(reply.status >= 200 && reply.status < 500, `${where}: ${reply.status}`);
        assert.match(reply.get('content-security-policy') ?? '', policy(path), where);
        assert.equal(reply.get('x-content-type-options'), 'nosniff', where);
        assert.equal(reply.get('referrer-policy'), 'no-referrer', where);
        assert.equal(reply.get('strict-transport-security'), undefined, where);
        assert.ok(reply.get('cache-control'), where);
        assert.ok(reply.get('date'), where);
        assert.equal(reply.all('content-type').length <= 1, true, where);
      }
    }
  });

  test('S5: pages about a person are not kept and not indexed', async () => {
    for (const path of [links.manage, links.unsubscribe, '/admin/people', `/admin/people/${person}`, '/admin/login']) {
      const reply = await server.ask({ path });
      assert.equal(reply.get('cache-control'), 'no-store', path);
      assert.match(reply.get('x-robots-tag'), /noindex/, path);
    }
  });

  test('U12: GET, HEAD and OPTIONS change nothing on any route, whatever they carry', async () => {
    const before = server.state();
    const tails = ['', '?do=stop_all', '?do=save&topic=marketing', '?List-Unsubscribe=One-Click', '?do=retire&key=newsletter', '?csrf=x&do=add&key=z&name=z', '?said=1&undoes=1', '?%', '?a=%00', `?${'x=1&'.repeat(300)}`];
    const wire = await Wire.open(server.port);
    for (const { path } of all) {
      for (const tail of tails) {
        for (const method of ['GET', 'HEAD', 'OPTIONS']) {
          const reply = await wire.ask({ method, path: path + tail, headers: { Accept: 'text/html', Origin: 'null' } });
          assert.ok(reply.status < 500, `${method} ${path}${tail}: ${reply.status}`);
        }
      }
    }
    wire.close();
    assert.equal(server.state(), before);
  });

  test('an error is a page for people and problem+json for programs (U13)', async () => {
    const page = await server.ask({ path: '/no/such/page', headers: { Accept: 'text/html,*/*' } });
    assert.equal(page.status, 404);
    assert.match(page.get('content-type'), /^text\/html/);
    assert.match(page.body, /<h1/);
    const problem = await server.ask({ path: '/no/such/page', headers: { Accept: 'application/json' } });
    assert.equal(problem.get('content-type'), 'application/problem+json');
    const said = JSON.parse(problem.body);
    assert.equal(said.status, 404);
    assert.equal(typeof said.title, 'string');
    assert.equal(said.type, 'about:blank');
  });

  test('assets: kept for a year under their own hash, else asked for again by ETag', async () => {
    const plain = await server.ask({ path: '/assets/recipient.css' });
    assert.equal(plain.status, 200);
    assert.equal(plain.get('cache-control'), 'no-cache');
    const etag = plain.get('etag');
    const again = await server.ask({ path: '/assets/recipient.css', headers: { 'If-None-Match': etag } });
    assert.equal(again.status, 304);
    assert.equal(again.bytes.length, 0);
    const hashed = await server.ask({ path: `/assets/recipient.css?v=${etag.replaceAll('"', '')}` });
    assert.match(hashed.get('cache-control'), /max-age=31536000, immutable/);
    assert.equal((await server.ask({ path: '/assets/..%2fkore.conf' })).status, 404);
    assert.equal((await server.ask({ path: '/assets/none.css' })).status, 404);
  });

  test('S7: no token, address or password reaches the log', async () => {
    await server.ask({ path: links.manage });
    await server.ask({ path: `/admin/people?q=anna%40example.org` });
    await server.ask({ path: links.unsubscribe, ...ONE_CLICK });
    await server.ask({ method: 'POST', path: '/admin/login', headers: { ...FORM, Origin: server.origin }, body: 'email=ada%40example.com&password=secret-of-mine' });
    await server.ask({ path: `${links.manage}x` });
    await server.ask({ path: links.manage, host: null });
    await until('the log tells of it', () => / page_manage 200 /.test(server.log));
    await pause(300);
    assert.match(server.log, /GET page_manage 200 /);
    for (const secret of [links.manage.slice(3), links.unsubscribe.slice(3), 'anna', 'ada@', 'ada%40', 'secret-of-mine', person]) {
      assert.ok(!server.log.includes(secret), `the log holds ${secret}`);
    }
    for (const name of readdirSync(server.data)) {
      assert.ok(!/log/.test(name), `${name} in the data folder`);
    }
  });

  test('U2: an unsubscribe address with a broken query, as link trackers make them, still acts', async () => {
    server.add('broken@example.org');
    const { unsubscribe } = server.links('broken@example.org');
    assert.equal((await server.ask({ path: `${unsubscribe}?utm=%zz&%ff` })).status, 200);
    assert.equal((await server.ask({ path: `${unsubscribe}?utm=%zz&%ff`, ...ONE_CLICK })).status, 200);
    assert.equal(server.show('broken@example.org').status, 'opted_out');
    assert.equal((await server.ask({ path: '/?%zz' })).status, 400);
  });

  test('a form over 64 KiB is refused with 413, one of an unknown type with 415', async () => {
    const at = { method: 'POST', path: links.manage };
    assert.equal((await server.ask({ ...at, headers: FORM, body: 'x'.repeat(65537) })).status, 413);
    assert.equal((await server.ask({ ...at, headers: { 'Content-Type': 'text/xml' }, body: '<a/>' })).status, 415);
    assert.equal((await server.ask({ ...at, headers: FORM, body: 'do=%zz' })).status, 400);
    assert.equal((await server.ask({ ...at, headers: FORM, body: 'do=%ff' })).status, 400);
  });
});

describe('behind a proxy', () => {
  let server;
  before(async () => {
    server = await serve({
      admin: false,
      env: {},
      before: (one) => {
        one.env.ASSENT_CONF = `${one.data}/assent.conf`;
        execFileSync('sh', ['-c', `echo "trusted_proxy 127.0.0.1" > ${one.env.ASSENT_CONF}`]);
      },
    });
    server.add('anna@example.org');
  });
  after(() => server?.stop());

  test('the last hop that a trusted proxy names goes into the ledger; what it is told by others does not', async () => {
    const { unsubscribe } = server.links('anna@example.org');
    await server.ask({ path: unsubscribe, method: 'POST', headers: { ...FORM, 'X-Forwarded-For': '6.6.6.6, 198.51.100.7', 'X-Forwarded-Proto': 'https' }, body: ONE_CLICK.body });
    assert.match(server.sql('SELECT address FROM entry_private ORDER BY position DESC LIMIT 1'), /^198\.51\.100\.7$/m);
  });

  test('S5: HSTS stands where the proxy says that the client came by TLS', async () => {
    assert.ok((await server.ask({ path: '/', headers: { 'X-Forwarded-Proto': 'https' } })).get('strict-transport-security'));
    assert.equal((await server.ask({ path: '/' })).get('strict-transport-security'), undefined);
  });

  test('S5: metrics are for this machine and private networks; others are told that there is no such page', async () => {
    const from = async (address) => (await server.ask({ path: '/metrics', headers: { 'X-Forwarded-For': `127.0.0.1, ${address}` } })).status;
    for (const address of ['127.0.0.1', '::1', '10.1.2.3', '192.168.0.9', 'fd00::1']) {
      assert.equal(await from(address), 200, address);
    }
    for (const address of ['8.8.8.8', '198.51.100.7', '2a00:1450::1', '100.64.0.1']) {
      assert.equal(await from(address), 404, address);
    }
  });
});

describe('a full queue', () => {
  let server, path;
  before(async () => {
    server = await serve({ admin: false, env: { ASSENT_WRITE_QUEUE: '8' } });
    server.add('anna@example.org');
    path = server.links('anna@example.org').unsubscribe;
  });
  after(() => server?.stop());

  /** Whether somebody has the database for themselves for longer than a change takes. */
  const isLocked = () => spawnSync('sqlite3', ['-cmd', '.timeout 200', join(server.data, 'assent.db'), 'BEGIN IMMEDIATE; ROLLBACK;']).status !== 0;

  /** Runs act while an import, stopped in the middle, holds the write lock; then lets go of it. */
  async function whileLocked(act) {
    const file = join(server.data, 'people.csv');
    writeFileSync(file, `email\n${Array.from({ length: 300000 }, (_, i) => `p${i}@example.org\n`).join('')}`);
    const run = spawn(join(BUILD, 'assent'), ['import', file], { env: server.env, stdio: 'ignore' });
    try {
      let isHeld = false;
      for (let i = 0; i < 300 && !isHeld; i++) {
        await pause(15);
        run.kill('SIGSTOP');
        isHeld = isLocked();
        if (!isHeld) {
          run.kill('SIGCONT');
        }
      }
      assert.ok(isHeld, 'the import never held the lock');
      return await act(() => run.kill('SIGCONT'));
    } finally {
      run.kill('SIGCONT');
      run.kill('SIGKILL');
    }
  }

  test('writes beyond the bound are told to come again (503, Retry-After); reads go on; the rest are made once they can be', async () => {
    const replies = await whileLocked(async (release) => {
      const sent = Array.from({ length: 200 }, () => server.ask({ path, ...ONE_CLICK }));
      const refused = [];
      sent.forEach((one) => one.then((reply) => refused.push(reply)));
      await until('those beyond the bound are answered', () => refused.length >= 100, 20000);
      for (const reply of refused) {
        assert.equal(reply.status, 503);
        assert.match(reply.get('retry-after'), /^\d+$/);
      }
      assert.ok(refused.length < 200);
      assert.equal((await server.ask({ path: '/healthz' })).status, 200);
      assert.equal((await server.ask({ path })).status, 200);
      release();
      return Promise.all(sent);
    });
    assert.ok(replies.some((reply) => reply.status === 200));
    assert.equal(server.show('anna@example.org').status, 'opted_out');
    assert.equal(server.sql("SELECT count(*) FROM entry WHERE kind = 2 AND contact = (SELECT id FROM contact WHERE email_key = 'anna@example.org')").trim(), '1');
  });

  test('a client that leaves before its answer: the write is made all the same, once', async () => {
    server.add('bert@example.org');
    const { unsubscribe } = server.links('bert@example.org');
    await whileLocked(async (release) => {
      for (let i = 0; i < 4; i++) {
        const wire = await Wire.open(server.port);
        wire.write(`POST ${unsubscribe} HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n`);
        await pause(30);
        wire.close();
      }
      await pause(100);
      release();
    });
    for (let i = 0; i < 100 && server.show('bert@example.org').status !== 'opted_out'; i++) {
      await pause(50);
    }
    assert.equal(server.show('bert@example.org').status, 'opted_out');
    assert.equal((await server.ask({ path: '/readyz' })).status, 200);
  });

  test('clients that leave a login or a search behind hold nobody up', async () => {
    const login = () => server.ask({ method: 'POST', path: '/admin/login', headers: { ...FORM, Origin: server.origin }, body: 'email=b%40example.org&password=of-no-use-at-all' });
    const worked = () => workers(server).map((pid) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')).reduce((sum, at) => sum + Number(at[11]) + Number(at[12]), 0);
    const alone = worked();
    await login();
    const one = Math.max(5, worked() - alone);
    for (let i = 0; i < 60; i++) {
      const wire = await Wire.open(server.port);
      const body = `email=a${i}%40example.org&password=of-no-use-at-all`;
      wire.write(`POST /admin/login HTTP/1.1\r\nHost: a\r\nOrigin: http://a\r\nContent-Type: ${FORM['Content-Type']}\r\nContent-Length: ${body.length}\r\n\r\n${body}`);
      await pause(2);
      wire.close();
    }
    const began = worked();
    const reply = await login();
    assert.ok(reply.status < 500, `${reply.status}`);
    const took = worked() - began; // of the processors' time, which others on the machine do not lengthen
    assert.ok(took < 20 * one, `${took} ticks, alone ${one}`);
  });
});

describe('what may die', () => {
  const PEOPLE = 600;
  let server, paths;
  before(async () => {
    server = await serve({ admin: false, env: { ASSENT_ACCESS_LOG: '0' } });
    server.import(`email,newsletter\n${Array.from({ length: PEOPLE }, (_, i) => `p${i}@example.org,yes\n`).join('')}`);
    const list = Array.from({ length: PEOPLE }, (_, i) => `p${i}@example.org`).join('\n');
    const csv = execFileSync(join(BUILD, 'assent'), ['links', '-'], { env: server.env, input: list, encoding: 'utf8' });
    paths = new Map(
      csv.trim().split(/\r?\n/).slice(1).map((line) => {
        const url = line.split(',').find((cell) => cell.includes('/u/'));
        return [line.split(',')[0], new URL(url.replaceAll('"', '')).pathname];
      }),
    );
  });
  after(() => server?.stop());

  /** One-click for each address over some connections; the addresses that were told 200. */
  async function optOut(emails, disturb) {
    const told = [];
    let at = 0;
    const run = async () => {
      while (at < emails.length) {
        const email = emails[at++];
        try {
          const reply = await server.ask({ path: paths.get(email), ...ONE_CLICK });
          if (reply.status === 200) {
            told.push(email);
          }
        } catch {
          // its worker died: not told, not counted
        }
      }
    };
    await Promise.all([...Array.from({ length: 16 }, run), disturb?.(() => at)]);
    return told;
  }

  const outOf = () => new Set(server.sql("SELECT email_key FROM contact WHERE choices = 0").trim().split('\n'));

  test('kill -9 of workers under load loses nothing that was acknowledged, and they come back', async () => {
    const emails = [...paths.keys()].slice(0, 300);
    const told = await optOut(emails, async (done) => {
      for (const share of [50, 120, 200]) {
        while (done() < share) {
          await pause(1);
        }
        process.kill(workers(server)[0], 'SIGKILL');
      }
    });
    assert.ok(told.length > 200, `${told.length} told`);
    const out = outOf();
    assert.deepEqual(told.filter((email) => !out.has(email)), []);
    await until('others take their places', () => workers(server).length === 2);
    for (let i = 0; i < 10; i++) {
      assert.equal((await server.ask({ path: '/readyz' })).status, 200);
    }
    assert.equal(server.sql('PRAGMA integrity_check').trim(), 'ok');
  });

  for (const [what, isLocked] of [['under load', false], ['while another program locks the database', true]]) {
    test(`SIGTERM ${what}: who waits is answered, and what was told is on disk`, async () => {
      await (server.child.exitCode === null ? undefined : server.begin());
      const emails = [...paths.keys()].slice(isLocked ? 300 : 364, isLocked ? 364 : 428);
      const wires = await Promise.all(emails.map(() => Wire.open(server.port)));
      let released;
      if (isLocked) {
        const lock = spawn('sqlite3', [join(server.data, 'assent.db')], { stdio: ['pipe', 'ignore', 'inherit'] });
        released = new Promise((done) => lock.once('exit', done));
        lock.stdin.end('BEGIN IMMEDIATE;\n.shell sleep 1\nROLLBACK;\n');
        await pause(200);
      }
      const replies = wires.map((wire, i) => wire.ask({ path: paths.get(emails[i]), ...ONE_CLICK }).then((reply) => reply.status, () => 0));
      await (isLocked && server.hasRead()); // else what was sent lies in the sockets still when the stop comes
      const ended = server.end();
      const statuses = await Promise.all(replies);
      await Promise.all([ended, released]);
      const out = outOf();
      statuses.forEach((status, i) => status === 200 && assert.ok(out.has(emails[i]), emails[i]));
      assert.deepEqual(statuses.filter((status) => status !== 200 && !(isLocked && status === 503)), []);
      assert.equal(server.sql('PRAGMA integrity_check').trim(), 'ok');
      assert.doesNotMatch(server.log, /sandbox violation/);
    });
  }

  test('a hangup of the terminal ends the server as SIGTERM does', async () => {
    await (server.child.exitCode === null ? undefined : server.begin());
    for (const pid of [...workers(server), server.child.pid]) {
      process.kill(pid, 'SIGHUP');
    }
    const code = await Promise.race([server.gone, pause(5000)]);
    assert.equal(code, 0);
  });

  test('kill -9 of the whole server, started again: all that was acknowledged is there', async () => {
    await server.begin();
    const emails = [...paths.keys()].slice(428, 600);
    const told = await optOut(emails, async (done) => {
      while (done() < 80) {
        await pause(1);
      }
      const all = workers(server);
      server.child.kill('SIGKILL');
      all.forEach((pid) => process.kill(pid, 'SIGKILL'));
    });
    assert.ok(told.length > 50);
    await server.gone;
    await server.begin();
    const out = outOf();
    assert.deepEqual(told.filter((email) => !out.has(email)), []);
    assert.equal((await server.ask({ path: '/readyz' })).status, 200);
  });
});
