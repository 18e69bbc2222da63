// The server as a service: what a service manager hears of it, and a renewed certificate that is
// taken without a restart.
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import tls from 'node:tls';
import { remove } from './lib/remove.mjs';
import { serve } from './lib/server.mjs';
import { Wire } from './lib/wire.mjs';

const LISTENER = `
import socket, sys
manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
manager.bind(sys.argv[1])
print("listening", flush=True)
while True:
    print(manager.recv(4096).decode(), flush=True)
`;
const place = mkdtempSync(join(tmpdir(), 'assent-service-'));
const cert = join(place, 'cert.pem');
const key = join(place, 'key.pem');
let server;
let manager;
let heard = '';

async function until(what, is, limit_ms = 60000) {
  const end = Date.now() + limit_ms;
  while (!(await is())) {
    assert.ok(Date.now() < end, `${what}: not within ${limit_ms} ms`);
    await new Promise((done) => setTimeout(done, 50));
  }
}

const workers = () => readFileSync(`/proc/${server.child.pid}/task/${server.child.pid}/children`, 'utf8').trim().split(' ').map(Number);

/** A new key and certificate, in the places that the settings name; its fingerprint. */
function renew(kind) {
  execFileSync('openssl', ['req', '-x509', '-nodes', '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost',
    ...(kind === 'ec' ? ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'] : ['-newkey', 'rsa:2048']),
    '-keyout', key, '-out', cert], { stdio: 'pipe' });
  return execFileSync('openssl', ['x509', '-in', cert, '-noout', '-fingerprint', '-sha256'], { encoding: 'utf8' }).trim().split('=')[1];
}

async function shake(options = {}) {
  const socket = tls.connect({ host: '127.0.0.1', port: server.port, servername: 'localhost', rejectUnauthorized: false, ...options });
  let session = null;
  socket.on('session', (given) => {
    session = given;
  });
  await new Promise((resolve, reject) => {
    socket.once('secureConnect', resolve);
    socket.once('error', reject);
    socket.once('close', () => reject(new Error('closed')));
  });
  const now = { fingerprint: socket.getPeerX509Certificate()?.fingerprint256, protocol: socket.alpnProtocol, isReused: socket.isSessionReused() };
  socket.write('GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n');
  let text = '';
  for await (const chunk of socket) {
    text += chunk;
  }
  assert.match(text, /^HTTP\/1\.1 200 /);
  return { ...now, session };
}

/** What several new connections are shown, of whichever workers. */
async function shown() {
  const all = new Set();
  for (let i = 0; i < 6; i++) {
    const { fingerprint } = await shake({ session: undefined });
    all.add(fingerprint);
  }
  return [...all];
}

before(async () => {
  const socket = join(place, 'notify');
  manager = spawn('python3', ['-c', LISTENER, socket], { stdio: ['ignore', 'pipe', 'inherit'] });
  manager.stdout.on('data', (chunk) => {
    heard += chunk;
  });
  await until('the manager listens', () => heard.includes('listening'));
  renew('ec');
  writeFileSync(join(place, 'assent.conf'), `tls_cert ${cert}\ntls_key ${key}\n`);
  server = await serve({ admin: false, env: { ASSENT_TLS: '1', ASSENT_CONF: join(place, 'assent.conf'), NOTIFY_SOCKET: socket } });
});
after(async () => {
  await server?.stop();
  manager?.kill('SIGKILL');
  remove(place);
});

describe('the service manager', () => {
  test('hears that the server is ready once each worker answers, and that it lives', async () => {
    await until('ready', () => heard.includes('READY=1'));
    assert.match(heard, new RegExp(`STATUS=Serving ${server.origin}`));
    assert.ok(heard.indexOf('READY=1') < heard.indexOf('WATCHDOG=1') || !heard.includes('WATCHDOG=1'));
    await until('fed', () => heard.split('WATCHDOG=1').length > 3);
  });

  test('hears nothing more while one worker hangs, though the other serves; and again afterwards', async () => {
    const [one] = workers();
    process.kill(one, 'SIGSTOP');
    let fed = -1;
    await until('silence', async () => {
      const before = fed;
      fed = heard.split('WATCHDOG=1').length;
      await new Promise((done) => setTimeout(done, 1500));
      return before === fed;
    });
    process.kill(one, 'SIGCONT');
    await until('fed again', () => heard.split('WATCHDOG=1').length > fed);
    assert.deepEqual(workers().includes(one), true, 'it was not ended for that short a while');
  });
});

describe('a renewed certificate', () => {
  test('is taken at SIGUSR1 by every worker; connections that are open go on', async () => {
    const open = await Wire.open(server.port, { secure: true });
    assert.equal((await open.ask({ path: '/healthz' })).status, 200);
    const fresh = renew('rsa');
    server.child.kill('SIGUSR1');
    await until('the new one is shown', async () => (await shown()).join() === fresh);
    assert.equal((await open.ask({ path: '/healthz' })).status, 200);
    open.close();
  });

  test('that can\'t be used is told of, and the one before is served on, by new workers too', async () => {
    const [before] = await shown();
    for (const [what, spoil] of [
      ['does not belong to', () => { const old = readFileSync(key); renew('rsa'); writeFileSync(key, old); }],
      ['can be used', () => writeFileSync(cert, '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')],
      ['No such file', () => rmSync(cert)],
      ['it is empty', () => writeFileSync(cert, '')],
    ]) {
      const said = server.log.length;
      spoil();
      server.child.kill('SIGUSR1');
      // A line may come in pieces: it is looked at when its end is there.
      await until(`the log says: ${what}`, () => server.log.slice(said).split('\n').slice(0, -1)
        .some((line) => line.includes(what) && line.includes('stays what it was')));
    }
    const [gone] = workers();
    process.kill(gone, 'SIGKILL');
    // It stands among the children until the parent has looked after it.
    await until('another worker', async () => workers().length === 2 && !workers().includes(gone));
    assert.deepEqual(await shown(), [before]);
  });
});

describe('TLS', () => {
  for (const version of ['TLSv1.2', 'TLSv1.3']) {
    test(`${version}: a session is resumed, by whichever worker it is offered to`, async () => {
      const only = { minVersion: version, maxVersion: version };
      let { session, isReused } = await shake(only);
      assert.equal(isReused, false);
      for (let i = 0; i < 6; i++) {
        const next = await shake({ ...only, session });
        assert.equal(next.isReused, true, `time ${i + 1}`);
        session = next.session ?? session;
      }
    });
  }

  test('who knows HTTP/2 alone is told that it is not spoken here', async () => {
    assert.equal((await shake({ ALPNProtocols: ['h2', 'http/1.1'] })).protocol, 'http/1.1');
    await assert.rejects(shake({ ALPNProtocols: ['h2'] }));
  });

  test('ciphers without forward secrecy or without authenticated encryption are refused', async () => {
    for (const ciphers of ['AES128-GCM-SHA256', 'ECDHE-RSA-AES128-SHA256', 'DHE-RSA-AES128-GCM-SHA256', 'AES256-SHA']) {
      await assert.rejects(shake({ maxVersion: 'TLSv1.2', ciphers }), ciphers);
    }
    assert.ok(await shake({ maxVersion: 'TLSv1.2', ciphers: 'ECDHE-RSA-AES256-GCM-SHA384' }));
  });
});
