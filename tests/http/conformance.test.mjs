// HTTP/1.1 on raw sockets, by section of RFC 9112 and RFC 9110: what is refused, with which status,
// and that nothing behind a refused request is ever read as another one. What the guard says, and
// how, is in guard.test.mjs; every way of writing a head is in unit/test_guard_parse.c.
import assert from 'node:assert/strict';
import net from 'node:net';
import { after, before, describe, test } from 'node:test';
import { serve } from './lib/server.mjs';
import { Wire } from './lib/wire.mjs';
import { HOST, SMUGGLED, bodies, heads, lengths, lines } from './lib/smuggling.mjs';

let server;
let smuggled;
before(async () => {
  server = await serve({ admin: false });
  server.add('victim@example.org');
  smuggled = SMUGGLED(server.links('victim@example.org').unsubscribe);
});
after(() => server?.stop());

const CLOSE = 'Connection: close\r\n';
const LAST = `GET /healthz HTTP/1.1\r\n${HOST}${CLOSE}\r\n`;
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Sends the pieces; all that comes until the server closes. */
function raw(...pieces) {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port: server.port, host: '127.0.0.1', noDelay: true });
    const chunks = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('close', () => resolve(Buffer.concat(chunks).toString('latin1')));
    socket.on('error', () => {}); // a reset: what came says whether that was right
    socket.setTimeout(15000, () => reject(new Error(`no end: ${Buffer.concat(chunks)}`)));
    (async () => {
      for (const piece of pieces) {
        socket.write(piece, 'latin1');
        await pause(pieces.length > 1 ? 4 : 0);
      }
    })();
  });
}

/** The answers in what came, read as RFC 9112 section 6.3 says: nothing may be left over. */
function answers(text, methods = []) {
  const all = [];
  while (text.length) {
    const end = text.indexOf('\r\n\r\n');
    const [status, ...fields] = text.slice(0, end).split('\r\n');
    assert.match(status, /^HTTP\/1\.[01] [1-5]\d\d [ -~]*$/, 'a status line (RFC 9112 section 4)');
    const headers = new Map(fields.map((line) => {
      assert.match(line, /^[!#$%&'*+.^_`|~0-9A-Za-z-]+: ?[ -~]*$/, 'a field line (section 5)');
      return [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()];
    }));
    assert.equal(headers.size, fields.length, `no field twice: ${fields}`);
    const code = Number(status.split(' ')[1]);
    const isBare = methods[all.length] === 'HEAD' || code === 304 || code === 204 || code < 200;
    if (!isBare) {
      assert.match(headers.get('content-length') ?? '', /^\d+$/);
    }
    const size = isBare ? 0 : Number(headers.get('content-length'));
    const body = text.slice(end + 4, end + 4 + size);
    assert.equal(body.length, size, 'a whole body');
    all.push({ code, status, headers, body });
    text = text.slice(end + 4 + size);
  }
  return all;
}
const codes = (text, methods) => answers(text, methods).map((answer) => answer.code);
const victim = () => server.show('victim@example.org').status;

describe('a refused request ends its connection: what stands behind it is never read as one', () => {
  const tables = { 'RFC 9112 2.2, 3': lines, 'RFC 9112 5': heads, 'RFC 9112 6.3': lengths, 'RFC 9112 6.1, 7.1': bodies };
  for (const [section, cases] of Object.entries(tables)) {
    for (const [what, code, bytes] of cases) {
      test(`${section}: ${what}: ${code}`, async () => {
        const [only, ...more] = answers(await raw(bytes + smuggled));
        assert.equal(only?.code, code);
        assert.deepEqual(more, []);
        assert.equal(only.headers.get('connection'), 'close');
        assert.ok(only.headers.get('date'), 'RFC 9110 6.6.1');
        assert.doesNotMatch(only.status, /\d $/, 'with a reason');
      });
    }
  }

  test('the same in two pieces, cut anywhere, behind a good request', async () => {
    const all = Object.values(tables).flat();
    for (let from = 0; from < all.length; from += 40) {
      await Promise.all(all.slice(from, from + 40).map(async ([what, code, bytes], i) => {
        const text = `GET /readyz HTTP/1.1\r\n${HOST}\r\n${bytes}${smuggled}`;
        const cut = text.length - bytes.length - smuggled.length + ((7 * (from + i)) % bytes.length);
        assert.deepEqual(codes(await raw(text.slice(0, cut), text.slice(cut))), [200, code], what);
      }));
    }
  });

  test('nobody was opted out by any of them, and a request of the same bytes alone would have done it', async () => {
    assert.equal(victim(), 'opted_in');
    server.add('other@example.org');
    const bytes = SMUGGLED(server.links('other@example.org').unsubscribe);
    assert.deepEqual(codes(await raw(bytes + LAST)), [200, 200]);
    assert.equal(server.show('other@example.org').status, 'opted_out');
  });
});

describe('what is one request, and only one', () => {
  /** The body is the smuggled request: it must be eaten as a body. */
  const holds = (head) => `${head.replace('LENGTH', smuggled.length)}${smuggled}`;
  const eaten = [
    ['a header that only looks like Transfer-Encoding', 'Transfer_Encoding: chunked\r\nContent-Length: LENGTH\r\n'],
    ['one with a suffix', 'Transfer-Encodings: chunked\r\nX-Transfer-Encoding: chunked\r\nContent-Length: LENGTH\r\n'],
    ['a length that Connection names', 'Connection: Content-Length\r\nContent-Length: LENGTH\r\n'],
    ['a length with zeros before it', 'Content-Length: 000000LENGTH\r\n'],
    ['a length between spaces and tabs', 'Content-Length: \t LENGTH \t \r\n'],
    ['an upgrade to HTTP/2', 'Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\nContent-Length: LENGTH\r\n'],
    ['an upgrade to WebSocket', 'Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: x3JJHMbDL1EzLkh9GBhXDw==\r\nSec-WebSocket-Version: 13\r\nContent-Length: LENGTH\r\n'],
    ['another method in a header', 'X-HTTP-Method-Override: DELETE\r\nX-Method-Override: GET\r\nContent-Length: LENGTH\r\n'],
    ['another address in a header', 'X-Original-URL: /healthz\r\nX-Rewrite-URL: /healthz\r\nContent-Length: LENGTH\r\n'],
  ];
  for (const [what, headers] of eaten) {
    test(`${what} changes nothing: the body is a body`, async () => {
      assert.deepEqual(codes(await raw(holds(`POST /nowhere HTTP/1.1\r\n${HOST}${headers}\r\n`) + LAST)), [404, 200]);
    });
  }

  test('after Connection: close, in any spelling, nothing more is read (RFC 9112 9.6)', async () => {
    for (const value of ['close', 'CLOSE', 'keep-alive, close', 'close , keep-alive', '\tclose\t']) {
      assert.deepEqual(codes(await raw(`GET /healthz HTTP/1.1\r\n${HOST}Connection: ${value}\r\n\r\n${smuggled}`)), [200], value);
    }
  });

  test('HTTP/1.0 is answered and closed, also where it asks to stay (RFC 9112 9.3)', async () => {
    for (const headers of ['', HOST, `${HOST}Connection: keep-alive\r\n`]) {
      const all = answers(await raw(`GET /healthz HTTP/1.0\r\n${headers}\r\n${smuggled}`));
      assert.deepEqual(all.map((answer) => [answer.code, answer.headers.get('connection')]), [[200, 'close']]);
    }
  });

  test('nobody was opted out by any of them', () => assert.equal(victim(), 'opted_in'));
});

describe('the forms of an address (RFC 9112 3.2)', () => {
  const forms = [
    ['http://a.example/healthz', 200], ['HTTP://A.EXAMPLE/healthz', 200], ['https://a.example:443/healthz', 200], ['http://a.example', 200],
    ['http://a.example?x', 200], ['/healthz?', 200], ['/healthz?=&&=', 200],
    // An address is what it is, letter by letter: nothing is decoded or tidied before it is looked up.
    ['/%68ealthz', 404], ['/healthz%00', 404], ['/healthz%2f', 404], ['/%2e%2e/healthz', 404], ['/x/../healthz', 404], ['/./healthz', 404],
    ['//healthz', 404], ['/healthz/', 404], ['/healthz;x=y', 404], ['/\\healthz', 404], ['/%c0%ae%c0%ae/healthz', 404], ['/%252e/healthz', 404],
    ['/HEALTHZ', 404], ['/admin%2flogin', 404], ['//admin/people', 404], ['/%', 404], ['/%zz', 404], ['/%u002e', 404], ['/{}|^`<>"', 404],
    ['/assets/..%2f..%2fconf', 404], ['/assets/../kore.conf', 404], ['/assets/%2e%2e%2fkore.conf', 404], [`/${'a/'.repeat(900)}`, 404],
    [`/${'%00'.repeat(600)}`, 404], 
    // A query must be UTF-8 without a NUL, and no longer than one makes sense.
    ['/healthz?x=%00', 400], ['/?lang=%00de', 400], ['/?lang=%c0%ae', 400], ['/how?lang=%ff', 400], ['/how?lang=%ed%a0%80', 400], [`/?${'a&'.repeat(900)}`, 400],
    ['/?%0d%0aSet-Cookie:%20a=b', 200], ['/p/%0d%0aLocation:%20x', 404],
  ];
  for (const [target, code] of forms) {
    test(`${target.slice(0, 60)} is ${code}`, async () => {
      const [answer, ...more] = answers(await raw(`GET ${target} HTTP/1.1\r\n${HOST}${CLOSE}\r\n`));
      assert.equal(answer.code, code);
      assert.deepEqual(more, []);
      assert.equal(answer.headers.get('set-cookie'), undefined);
    });
  }

  test('the host of the address counts, not the Host header, which must be there all the same', async () => {
    assert.deepEqual(codes(await raw(`GET http://a.example/healthz HTTP/1.1\r\nHost: b.example\r\n${CLOSE}\r\n`)), [200]);
    assert.deepEqual(codes(await raw(`GET http://a.example/healthz HTTP/1.1\r\n\r\n${smuggled}`)), [400]);
  });

  test('OPTIONS says what there is, of the server, of an address and of none (RFC 9110 9.3.7)', async () => {
    const one = (target) => `OPTIONS ${target} HTTP/1.1\r\n${HOST}\r\n`;
    const all = answers(await raw(one('*') + one('/healthz') + one('/join') + one('/nowhere') + LAST));
    assert.equal(all.length, 5);
    assert.equal(all[0].code, 204);
    for (const answer of all.slice(0, 3)) {
      assert.match(answer.headers.get('allow') ?? '', /GET, HEAD/);
    }
  });
});

describe('methods (RFC 9110 9)', () => {
  test('a HEAD among others has the head of GET and no body, and the rest stay in step', async () => {
    const one = (method, target) => `${method} ${target} HTTP/1.1\r\n${HOST}\r\n`;
    const asked = ['/', '/how', '/healthz', '/nowhere', '/assets/recipient.css', '/robots.txt', '/join'].flatMap((target) => [['HEAD', target], ['GET', target]]);
    const all = answers(await raw(asked.map(([method, target]) => one(method, target)).join('') + LAST), asked.map(([method]) => method));
    assert.equal(all.length, asked.length + 1);
    for (let i = 0; i < asked.length; i += 2) {
      assert.equal(all[i].code, all[i + 1].code, asked[i][1]);
      for (const name of ['content-length', 'content-type', 'etag', 'cache-control', 'content-security-policy']) {
        assert.equal(all[i].headers.get(name), all[i + 1].headers.get(name), `${asked[i][1]} ${name}`);
      }
    }
  });

  test('405 names what is allowed (RFC 9110 15.5.6)', async () => {
    for (const [method, target, allow] of [['POST', '/how', /^GET, HEAD/], ['DELETE', '/join', /POST/], ['GET', '/api/v1/contacts:batch', /POST/], ['PATCH', '/', /GET/]]) {
      const [answer] = answers(await raw(`${method} ${target} HTTP/1.1\r\n${HOST}${CLOSE}Content-Length: 0\r\n\r\n`));
      assert.equal(answer.code, 405, target);
      assert.match(answer.headers.get('allow') ?? '', allow, target);
    }
  });

  test('TRACE gives nothing back (RFC 9110 9.3.8)', async () => {
    const text = await raw(`TRACE / HTTP/1.1\r\n${HOST}Cookie: secret=1\r\n\r\n`);
    assert.deepEqual(codes(text), [501]);
    assert.doesNotMatch(text, /secret/);
  });
});

test('a stream of requests in pieces of any size is answered in order, each with its own (RFC 9112 9.3.2)', async () => {
  const kinds = [
    ['GET', '/healthz', '', 200, 'ok'], ['GET', '/readyz', '', 200, 'ready'], ['HEAD', '/how', '', 200, ''], ['GET', '/how', '', 200, '<!doctype'],
    ['GET', '/assets/recipient.css', '', 200, ''], ['POST', '/nowhere', 'x'.repeat(9), 404, '{'], ['POST', '/nowhere', 'y'.repeat(20000), 404, '{'], ['POST', '/nowhere', smuggled, 404, '{'],
    ['DELETE', '/healthz', '', 405, '{'], ['OPTIONS', '*', '', 204, ''], ['HEAD', '/nowhere', '', 404, ''], ['GET', '/nowhere', '', 404, '{'],
  ];
  const seed = Math.floor(Math.random() * 1e6);
  let drawn = seed;
  const random = (bound) => (drawn = (drawn * 48271 + 11) % 2147483647) % bound;
  await Promise.all(Array.from({ length: 16 }, async (_, connection) => {
    const asked = Array.from({ length: 40 }, () => kinds[random(kinds.length)]);
    const text = asked.map(([method, target, body]) => `${method} ${target} HTTP/1.1\r\n${HOST}${body && `Content-Length: ${body.length}\r\n`}\r\n${body}`).join('') + LAST;
    const pieces = [];
    for (let at = 0, size; at < text.length; at += size) {
      size = 1 + random([3, 40, 400, 5000, 70000][random(5)]);
      pieces.push(text.slice(at, at + size));
    }
    const socket = net.connect({ port: server.port, host: '127.0.0.1', noDelay: true });
    const chunks = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    const over = new Promise((done, fail) => socket.on('close', done).on('error', fail));
    for (const [i, piece] of pieces.entries()) {
      socket.write(piece, 'latin1');
      await (i % 7 === connection % 7 ? pause(0) : new Promise(setImmediate));
    }
    await over;
    const all = answers(Buffer.concat(chunks).toString('latin1'), asked.map(([method]) => method));
    assert.deepEqual(all.map(({ code }) => code), [...asked.map(([, , , code]) => code), 200], `seed ${seed}`);
    asked.forEach(([, target, , , begin], i) => assert.ok(all[i].body.startsWith(begin), `seed ${seed}: ${target}`));
  }));
  assert.equal(victim(), 'opted_in');
});

describe('Expect (RFC 9110 10.1.1)', () => {
  const ask = (more, body = '') => `POST /nowhere HTTP/1.1\r\n${HOST}${more}\r\n${body}`;
  const cases = [
    ['without a body it asks nothing', `GET /healthz HTTP/1.1\r\n${HOST}Expect: 100-continue\r\n${CLOSE}\r\n`, [200]],
    ['with an empty body it asks nothing', ask(`${CLOSE}Expect: 100-continue\r\nContent-Length: 0\r\n`), [404]],
    ['with the body already here it may be passed over', ask(`${CLOSE}Expect: 100-continue\r\nContent-Length: 3\r\n`, 'abc'), [404]],
    ['of HTTP/1.0 it is ignored', `POST /nowhere HTTP/1.0\r\n${HOST}Expect: 100-continue\r\nContent-Length: 3\r\n\r\nabc`, [404]],
    ['of what is too long the end is told at once', ask('Expect: 100-continue\r\nContent-Length: 99999999\r\n'), [413]],
    ['of chunks too', ask('Expect: 100-continue\r\nTransfer-Encoding: chunked\r\n'), [411]],
    ['of a program that shows no key too', `POST /api/v1/contacts:batch HTTP/1.1\r\n${HOST}Expect: 100-continue\r\nContent-Length: 99999\r\n\r\n`, [401]],
    ['what else is expected can\'t be met', ask('Expect: 100-continue, tea\r\nContent-Length: 3\r\n', 'abc'), [417]],
    ['nor can it beside', ask('Expect: tea\r\nExpect: 100-continue\r\nContent-Length: 3\r\n', 'abc'), [417]],
  ];
  for (const [what, bytes, expected] of cases) {
    test(what, async () => assert.deepEqual(codes(await raw(bytes)), expected));
  }

  test('in any case of letters it is answered with 100, and then with what came of it', async () => {
    const wire = await Wire.open(server.port);
    wire.write(ask('Expect: 100-CONTINUE\r\nContent-Length: 3\r\n'));
    assert.equal((await wire.reply('HEAD')).status, 100);
    wire.write('abc');
    assert.equal((await wire.reply()).status, 404);
    wire.close();
  });
});

describe('bounds', () => {
  const get = (target, more = '') => `GET ${target} HTTP/1.1\r\n${HOST}${CLOSE}${more}\r\n`;
  const cases = [
    ['two thousand headers', get('/healthz', 'a:b\r\n'.repeat(2000)), 200],
    ['ten thousand headers', get('/healthz', 'a:b\r\n'.repeat(10000)), 431],
    ['one long header', get('/healthz', `X: ${'a'.repeat(32000)}\r\n`), 200],
    ['one longer header', get('/healthz', `X: ${'a'.repeat(33000)}\r\n`), 431],
    ['a long name of a header', get('/healthz', `${'a'.repeat(33000)}: x\r\n`), 431],
    ['an address of 1,990 bytes', get(`/${'a'.repeat(1989)}`), 404],
    ['one of 1,991', get(`/${'a'.repeat(1990)}`), 414],
    ['one of 100 kB', get(`/${'a'.repeat(100000)}`), 414],
    ['a method without an end', `${'A'.repeat(40000)}`, 414],
    ['cookies beyond the bound', get('/healthz', `Cookie: ${'a=b; '.repeat(5000)}\r\n`), 200],
  ];
  for (const [what, bytes, code] of cases) {
    test(`${what}: ${code}`, async () => assert.deepEqual(codes(await raw(bytes)), [code]));
  }

  test('bytes beyond ASCII in values, and empty ones, trouble nobody (RFC 9110 5.5)', async () => {
    for (const name of ['User-Agent', 'Accept', 'Accept-Language', 'If-None-Match', 'Range', 'Cookie', 'Authorization', 'Origin', 'Sec-Fetch-Site', 'Last-Event-ID']) {
      for (const value of ['', '\xff\xfe', 'M\xc3\xbcller', '\xc0\xae', '\t', '"', '%00', ',,,,']) {
        const [code] = codes(await raw(get('/how', `${name}: ${value}\r\n`)));
        assert.ok(code === 200 || code === 416, `${name}: ${value}: ${code}`);
      }
    }
  });
});

test('after all that both workers answer, and none was ended by the sandbox', async () => {
  for (let i = 0; i < 8; i++) {
    assert.equal((await server.ask({ path: '/readyz' })).status, 200);
  }
  assert.doesNotMatch(server.log, /sandbox violation|signal|restart/);
});
