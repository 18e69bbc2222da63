// The door: bytes on raw sockets, as no browser sends them and attackers do.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import net from 'node:net';
import { after, before, describe, test } from 'node:test';
import { serve } from './lib/server.mjs';
import { Wire, compose } from './lib/wire.mjs';

let server;
before(async () => {
  server = await serve({ admin: false });
});
after(() => server?.stop());

const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Sends the pieces one after another; all that comes back until the server closes. */
function raw(pieces, { gap = 5, halfClose = false } = {}) {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
    const chunks = [];
    socket.on('data', (chunk) => chunks.push(chunk));
    socket.on('end', () => {
      socket.destroy();
      resolve(Buffer.concat(chunks).toString('latin1'));
    });
    socket.on('error', reject);
    socket.on('connect', async () => {
      socket.setNoDelay(true);
      for (const piece of [].concat(pieces)) {
        socket.write(piece, 'latin1');
        await pause(gap);
      }
      if (halfClose) {
        socket.end();
      }
    });
    socket.setTimeout(15000, () => reject(new Error('no end')));
  });
}

const statuses = (text) => [...text.matchAll(/^HTTP\/1\.1 (\d+)/gm)].map((found) => Number(found[1]));
const HOST = 'Host: a.example\r\n';
const CLOSE = 'Connection: close\r\n';

describe('what is refused, and how', () => {
  const cases = [
    ['no Host', 400, 'GET /healthz HTTP/1.1\r\n\r\n'],
    ['two Hosts', 400, `GET /healthz HTTP/1.1\r\n${HOST}${HOST}\r\n`],
    ['a bare line feed', 400, `GET /healthz HTTP/1.1\n${HOST}\r\n`],
    ['a bare carriage return', 400, `GET /healthz HTTP/1.1\r\n${HOST}X: a\rY: b\r\n\r\n`],
    ['a control byte', 400, `GET /healthz HTTP/1.1\r\n${HOST}X: \x00\r\n\r\n`],
    ['a folded header', 400, `GET /healthz HTTP/1.1\r\n${HOST}X: a\r\n b\r\n\r\n`],
    ['a space before a colon', 400, `POST /healthz HTTP/1.1\r\n${HOST}Content-Length : 3\r\n\r\nabc`],
    ['two lengths', 400, `POST /x HTTP/1.1\r\n${HOST}Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd`],
    ['a signed length', 400, `POST /x HTTP/1.1\r\n${HOST}Content-Length: +3\r\n\r\nabc`],
    ['a negative length', 400, `POST /x HTTP/1.1\r\n${HOST}Content-Length: -1\r\n\r\n`],
    ['a list of lengths', 400, `POST /x HTTP/1.1\r\n${HOST}Content-Length: 3, 3\r\n\r\nabc`],
    ['length and chunks', 400, `POST /x HTTP/1.1\r\n${HOST}Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['chunks', 411, `POST /x HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n`],
    ['an unknown coding', 501, `POST /x HTTP/1.1\r\n${HOST}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`],
    ['a body on GET', 400, `GET /healthz HTTP/1.1\r\n${HOST}Content-Length: 3\r\n\r\nabc`],
    ['a body on HEAD', 400, `HEAD /healthz HTTP/1.1\r\n${HOST}Content-Length: 3\r\n\r\nabc`],
    ['a body over the bound', 413, `POST /x HTTP/1.1\r\n${HOST}Content-Length: 65537\r\n\r\n`],
    ['an unknown method', 501, `BREW /x HTTP/1.1\r\n${HOST}\r\n`],
    ['TRACE', 501, `TRACE /x HTTP/1.1\r\n${HOST}\r\n`],
    ['CONNECT', 501, `CONNECT a:80 HTTP/1.1\r\n${HOST}\r\n`],
    ['HTTP/2', 505, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
    ['HTTP/0.9', 400, 'GET /healthz\r\n\r\n'],
    ['a TLS hello', 400, '\x16\x03\x01\x00\xf4\x01\x00\x00\xf0\x03\x03'],
    ['an address with a fragment', 400, `GET /healthz#x HTTP/1.1\r\n${HOST}\r\n`],
    ['an address too long', 414, `GET /${'a'.repeat(2000)} HTTP/1.1\r\n${HOST}\r\n`],
    ['an address without an end', 414, `GET /${'a'.repeat(33000)}`],
    ['headers too long', 431, `GET /healthz HTTP/1.1\r\n${HOST}X: ${'a'.repeat(33000)}\r\n\r\n`],
    ['an unknown expectation', 417, `POST /x HTTP/1.1\r\n${HOST}Expect: tea\r\nContent-Length: 1\r\n\r\na`],
  ];
  for (const [what, code, bytes] of cases) {
    test(`${what} is refused with ${code}, a reason and the S5 headers`, async () => {
      const reply = await raw(bytes);
      assert.deepEqual(statuses(reply), [code], reply);
      assert.match(reply, /^content-security-policy: default-src 'none';/m);
      assert.match(reply, /^x-content-type-options: nosniff\r$/m);
      assert.match(reply, /^referrer-policy: no-referrer\r$/m);
      assert.match(reply, /^connection: close\r$/m);
      assert.match(reply, new RegExp(`\r\n\r\n${code} .+\n.+\\.\n$`));
    });
  }

  test('a refusal reaches a client that is still sending', async () => {
    const reply = await raw([`POST /x HTTP/1.1\r\n${HOST}Content-Length: 900000\r\n\r\n`, 'a'.repeat(300000), 'b'.repeat(300000)]);
    assert.deepEqual(statuses(reply), [413]);
  });
});

describe('smuggling', () => {
  test('bytes behind a body are a request of their own, and no worker hangs', async () => {
    const reply = await raw(`POST /nowhere HTTP/1.1\r\n${HOST}Content-Length: 3\r\n\r\nabcGARBAGE BEHIND IT\r\n\r\n`);
    assert.deepEqual(statuses(reply), [404, 400]);
    const both = await raw(`POST /nowhere HTTP/1.1\r\n${HOST}Content-Length: 3\r\n\r\nabcGET /healthz HTTP/1.1\r\n${HOST}${CLOSE}\r\n`);
    assert.deepEqual(statuses(both), [404, 200]);
    for (let i = 0; i < 8; i++) {
      assert.equal((await server.ask({ path: '/healthz' })).status, 200);
    }
  });

  test('a request hidden in a chunked body is never answered', async () => {
    const reply = await raw(`POST /healthz HTTP/1.1\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /healthz HTTP/1.1\r\n${HOST}${CLOSE}\r\n`);
    assert.deepEqual(statuses(reply), [411]);
  });

  test('a header line that only looks like Host is not taken for it', async () => {
    const reply = await raw(`GET /healthz HTTP/1.1\r\nHostile: x\r\n${HOST}${CLOSE}\r\n`);
    assert.deepEqual(statuses(reply), [200]);
  });
});

describe('what is let through', () => {
  test('more headers than Kore can count: the last still counts', async () => {
    const many = Array.from({ length: 60 }, (_, i) => `Sec-Ch-${i}: x\r\n`).join('');
    const wire = await Wire.open(server.port);
    wire.write(`POST /nowhere HTTP/1.1\r\n${HOST}${many}Content-Length: 3\r\n\r\nabc`);
    assert.equal((await wire.reply()).status, 404);
    wire.write(`GET /healthz HTTP/1.1\r\n${HOST}${many}${CLOSE}\r\n`);
    assert.equal((await wire.reply()).get('connection'), 'close');
    wire.close();
  });

  test('headers beyond ASCII, with tabs, and empty ones', async () => {
    const reply = await raw(`GET /healthz HTTP/1.1\r\n${HOST}User-Agent: M\xfcller\t1\r\nAccept:\r\nReferer: \xff\r\n${CLOSE}\r\n`);
    assert.deepEqual(statuses(reply), [200]);
  });

  test('requests sent at once are answered in order', async () => {
    const one = (path) => `GET ${path} HTTP/1.1\r\n${HOST}\r\n`;
    const reply = await raw(
      one('/healthz') + one('/readyz') + one('/nowhere') + `POST /x HTTP/1.1\r\n${HOST}Content-Length: 3\r\n\r\nabc` + one('/readyz') + `GET /healthz HTTP/1.1\r\n${HOST}${CLOSE}\r\n`,
    );
    assert.deepEqual(statuses(reply), [200, 200, 404, 404, 200, 200]);
    const bodies = [...reply.matchAll(/\r\n\r\n(ok|ready|\{)/g)].map((found) => found[1]);
    assert.deepEqual(bodies, ['ok', 'ready', '{', '{', 'ready', 'ok']);
  });

  test('a request sent while one with a late body sleeps waits its turn', async () => {
    const wire = await Wire.open(server.port);
    wire.write(`POST /nowhere HTTP/1.1\r\n${HOST}Content-Length: 6\r\n\r\nabc`);
    await pause(50);
    wire.write(`defGET /readyz HTTP/1.1\r\n${HOST}\r\nGET /healthz HTTP/1.1\r\n${HOST}\r\n`);
    assert.equal((await wire.reply()).status, 404);
    assert.equal((await wire.reply()).body, 'ready\n');
    assert.equal((await wire.reply()).body, 'ok\n');
    wire.close();
  });

  test('a head and a body byte by byte', async () => {
    const text = `POST /nowhere HTTP/1.1\r\n${HOST}Content-Length: 4\r\n${CLOSE}\r\nabcd`;
    assert.deepEqual(statuses(await raw([...text], { gap: 1 })), [404]);
  });

  test('a body of the full bound, in pieces', async () => {
    const wire = await Wire.open(server.port);
    wire.write(`POST /nowhere HTTP/1.1\r\n${HOST}Content-Length: 65536\r\n\r\n`);
    for (let i = 0; i < 16; i++) {
      wire.write('x'.repeat(4096));
      await pause(2);
    }
    assert.equal((await wire.reply()).status, 404);
    assert.equal((await wire.ask({ path: '/healthz' })).status, 200);
    wire.close();
  });

  test('Expect: 100-continue is answered before the body comes', async () => {
    const wire = await Wire.open(server.port);
    wire.write(`POST /nowhere HTTP/1.1\r\n${HOST}Content-Length: 3\r\nExpect: 100-continue\r\n\r\n`);
    const interim = await Promise.race([wire.reply('HEAD'), pause(3000)]);
    assert.equal(interim?.status, 100);
    wire.write('abc');
    assert.equal((await wire.reply()).status, 404);
    wire.close();
  });

  test('an address with scheme and host, and the asterisk', async () => {
    const wire = await Wire.open(server.port);
    wire.write(`GET http://a.example/healthz HTTP/1.1\r\n${HOST}\r\n`);
    assert.equal((await wire.reply()).body, 'ok\n');
    wire.write(`OPTIONS * HTTP/1.1\r\n${HOST}\r\n`);
    const reply = await wire.reply();
    assert.equal(reply.status, 204);
    assert.match(reply.get('allow'), /GET/);
    wire.close();
  });

  test('HTTP/1.0 without Host, as health checks send it, is answered and closed', async () => {
    const reply = await raw('GET /healthz HTTP/1.0\r\n\r\n');
    assert.match(reply, /^HTTP\/1\.0 200 OK\r\n[^]*\r\n\r\nok\n$/);
  });

  test('a client that sends no more still gets its answer', async () => {
    assert.deepEqual(statuses(await raw(`GET /nowhere HTTP/1.1\r\n${HOST}\r\n`, { gap: 0, halfClose: true })), [404]);
  });

  test('HEAD has the head of GET and no body', async () => {
    const wire = await Wire.open(server.port);
    const get = await wire.ask({ path: '/' });
    const head = await wire.ask({ method: 'HEAD', path: '/' });
    assert.equal(head.status, 200);
    assert.equal(head.get('content-length'), String(get.bytes.length));
    assert.equal((await wire.ask({ path: '/healthz' })).body, 'ok\n');
    wire.close();
  });

  test('no other method does anything: 405 says what does', async () => {
    for (const method of ['PUT', 'DELETE', 'PATCH']) {
      const reply = await server.ask({ method, path: '/healthz' });
      assert.equal(reply.status, 405, method);
      assert.match(reply.get('allow'), /GET, HEAD/);
    }
    const post = await server.ask({ method: 'POST', path: '/healthz' });
    assert.equal(post.status, 405);
  });
});

describe('time', { concurrency: true }, () => {
  test('a head that trickles is refused with 408 after 10 s, one that never begins is just closed', { timeout: 40000 }, async () => {
    const text = `GET /healthz HTTP/1.1\r\n${HOST}X: ${'a'.repeat(100)}`;
    const [slow, silent] = await Promise.all([raw([...text.slice(0, 60)], { gap: 250 }), new Promise((resolve, reject) => {
      const socket = net.connect(server.port, '127.0.0.1');
      let got = '';
      socket.on('data', (chunk) => (got += chunk));
      socket.on('close', () => resolve(got));
      socket.setTimeout(35000, () => reject(new Error('never closed')));
    })]);
    assert.deepEqual(statuses(slow), [408]);
    assert.equal(silent, '');
  });

  test('a connection is kept for the time that is announced, from the answer on, however long that took', { timeout: 60000 }, async () => {
    const key = server.run(['apikey', 'new', 'follower', '--scopes', 'events']).trim();
    const wire = await Wire.open(server.port);
    const waited = await wire.ask({ path: '/api/v1/events?after=latest&wait=21', headers: { Authorization: `Bearer ${key}` } });
    assert.deepEqual([waited.status, waited.get('keep-alive')], [200, 'timeout=20']);
    await pause(1500); // idle connections are looked for twice a second
    assert.equal((await wire.ask({ path: '/healthz' })).status, 200);
    wire.close();
  });
});

describe('crowds', () => {
  const BEGINNINGS = {
    'do nothing': '',
    'send half a head': `GET / HTTP/1.1\r\n${HOST}X: `,
    'send half a body': `POST /join HTTP/1.1\r\n${HOST}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\nx`,
  };
  for (const [what, beginning] of Object.entries(BEGINNINGS)) {
    test(`thousands of connections that ${what} shut nobody out for long`, { timeout: 40000 }, async () => {
      const crowd = [];
      for (let i = 0; i < 4300; i += 100) {
        await Promise.all(Array.from({ length: 100 }, () => new Promise((resolve) => {
          const socket = net.connect(server.port, '127.0.0.1', () => {
            socket.write(beginning);
            resolve();
          });
          socket.on('error', resolve);
          crowd.push(socket);
        })));
      }
      const began = Date.now();
      assert.equal((await server.ask({ path: '/healthz' })).status, 200);
      assert.ok(Date.now() - began < 8000, `${Date.now() - began} ms`);
      crowd.forEach((socket) => socket.destroy());
    });
  }

  test('who reads next to nothing of long answers has the kernel hold some of them, not all', async () => {
    const socket = net.connect(server.port, '127.0.0.1');
    await new Promise((done) => socket.once('connect', done));
    socket.pause();
    socket.write(`GET /assets/find.webm HTTP/1.1\r\n${HOST}\r\n`.repeat(12));
    const hex = (port) => port.toString(16).toUpperCase().padStart(4, '0');
    const ends = new RegExp(`:${hex(server.port)} \\w+:${hex(socket.localPort)} 01 (\\w+):`);
    const queued = () => parseInt(ends.exec(readFileSync('/proc/net/tcp', 'utf8'))?.[1] ?? '0', 16);
    for (let was = -1; queued() === 0 || queued() !== was;) {
      was = queued();
      await pause(200);
    }
    assert.ok(queued() < 400000, `${queued()} bytes`);
    socket.destroy();
  });

  test('who asks and asks and takes no answer does not fill the server\'s memory; later all of it comes', { timeout: 40000 }, async () => {
    const { pid } = server.child;
    const held = () => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')
      .map((child) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${child}/status`, 'utf8'))[1])).reduce((sum, kb) => sum + kb, 0);
    const before = held();
    const ASKED = 10000;
    const socket = net.connect(server.port, '127.0.0.1');
    let bytes = 0;
    let answers = 0;
    let tail = '';
    socket.pause();
    const made = async () => Number(/route="page_how",status="200"\} (\d+)/.exec((await server.ask({ path: '/metrics' })).body)?.[1] ?? 0);
    const first = await made();
    socket.write(`GET /how HTTP/1.1\r\n${HOST}\r\n`.repeat(ASKED));
    // Until no more are made: the sockets of both sides hold some thousands, the server a few.
    for (let was = -1, now = 0; (now !== was || now === 0) && now < ASKED;) {
      was = now;
      await pause(400);
      now = await made() - first;
    }
    const answered = await made() - first;
    assert.ok(answered > 10 && answered < ASKED * 0.7, `${answered} answers made for who takes none`);
    if (!/san$/.test(process.env.ASSENT_BUILD ?? '')) { // AddressSanitizer keeps what was freed
      assert.ok(held() - before < 12000, `${held() - before} kB more`);
    }
    await new Promise((done, fail) => {
      socket.on('data', (chunk) => {
        bytes += chunk.length;
        const text = tail + chunk.toString('latin1');
        answers += text.split('HTTP/1.1 ').length - 1;
        tail = text.slice(-8);
        if (answers === ASKED) {
          done();
        }
      });
      socket.once('close', () => fail(new Error(`closed after ${answers} answers, ${bytes} bytes`)));
      socket.resume();
    });
    socket.destroy();
  });
});
