// bench: what good requests feel while somebody floods the server: each flood for some seconds,
// beside the same requests before it. Prints one table. Alone: node tests/bench/flood.mjs [--tls]
// [--seconds N] [NAME…]; with names only those floods.
//
// The good client is one who comes anew each time: it opens a connection, asks, and closes. It comes
// from another address than the flood, which counts for logins alone.
import { writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import tls from 'node:tls';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';
import { ADMIN, serve } from '../http/lib/server.mjs';
import { Visitor } from '../http/lib/visitor.mjs';
import { ask, compose } from '../http/lib/wire.mjs';

const CROWD = 4500; // connections: more than both workers have places for
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

function connect({ port, secure }) {
  const to = { host: '127.0.0.1', port, servername: 'localhost', rejectUnauthorized: false };
  const socket = secure ? tls.connect(to) : net.connect(to);
  socket.on('error', () => {});
  return socket;
}

/** Keeps count connections open, each begun by begin and given a byte by drip every two seconds. */
function crowd(given, count, begin, drip) {
  const sockets = new Set();
  const add = () => {
    const socket = connect({ ...given, secure: given.secure && !given.raw });
    sockets.add(socket);
    socket.once('connect', () => begin?.(socket));
    socket.once('close', () => sockets.delete(socket));
  };
  const refill = setInterval(() => {
    for (let i = 0; i < 150 && sockets.size < count; i++) {
      add();
    }
  }, 20);
  const dripping = drip && setInterval(() => sockets.forEach((socket) => socket.writable && drip(socket)), 2000);
  return () => {
    clearInterval(refill);
    clearInterval(dripping);
    sockets.forEach((socket) => socket.destroy());
  };
}

/** Asks without a pause over count connections; request makes the bytes of each. */
function hammer(given, count, request, burst = 1) {
  let stops = false;
  let sent = 0;
  const one = () => {
    if (stops) {
      return;
    }
    const socket = connect(given);
    let waiting = 0;
    const more = () => {
      if (stops || socket.destroyed) {
        socket.destroy();
        return;
      }
      waiting = burst;
      sent += burst;
      socket.write(Buffer.concat(Array.from({ length: burst }, request)));
    };
    socket.once(given.secure ? 'secureConnect' : 'connect', more);
    socket.on('data', (chunk) => {
      for (let at = -1; (at = chunk.indexOf('HTTP/1.1 ', at + 1)) >= 0;) {
        waiting--;
      }
      if (waiting <= 0) {
        more();
      }
    });
    socket.once('close', () => setTimeout(one, 5));
  };
  for (let i = 0; i < count; i++) {
    one();
  }
  return () => {
    stops = true;
    return sent;
  };
}

const token = () => Array.from({ length: 112 }, () => 'ABCDEFGHIJKLMNOPabcdefghijklmnop0123456789_-'[Math.floor(Math.random() * 44)]).join('');
const login = (origin) => compose({ method: 'POST', path: '/admin/login', headers: { ...FORM, Origin: origin }, body: `email=x${Math.random()}%40example.org&password=wrong+horse+battery` });

const FLOODS = {
  'idle sockets': (given) => crowd(given, CROWD),
  'handshakes never ended': (given) => crowd({ ...given, raw: true }, CROWD, (socket) => socket.write(Buffer.from('1603010200010001fc0303', 'hex')), (socket) => socket.write('\0')),
  'slow headers': (given) => crowd(given, CROWD, (socket) => socket.write('GET / HTTP/1.1\r\nHost: localhost\r\nX: '), (socket) => socket.write('x')),
  'slow bodies': (given) => crowd(given, CROWD, (socket) => socket.write(`POST /join HTTP/1.1\r\nHost: localhost\r\nContent-Type: ${FORM['Content-Type']}\r\nContent-Length: 60000\r\n\r\n`), (socket) => socket.write('x')),
  'slow readers': (given) => crowd(given, 2000, (socket) => {
    socket.pause();
    socket.write('GET /assets/manage.webm HTTP/1.1\r\nHost: localhost\r\n\r\n'.repeat(3));
  }),
  'huge headers': (given) => hammer(given, 32, () => Buffer.from(`GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(1 << 20)}\r\n\r\n`)),
  pipelines: (given) => hammer(given, 16, () => compose({ path: '/how' }), 500),
  'bad tokens': (given) => hammer(given, 64, () => compose({ path: `/p/${token()}` })),
  'bad tokens, posted': (given) => hammer(given, 64, () => compose({ method: 'POST', path: `/u/${token()}`, headers: FORM, body: 'List-Unsubscribe=One-Click' })),
  'one link': (given) => hammer(given, 64, () => compose({ method: 'POST', path: given.link, headers: FORM, body: 'List-Unsubscribe=One-Click' })),
  logins: (given) => hammer(given, 64, () => login(given.origin)),
  'logins, a thousand at once': (given) => hammer(given, 1000, () => login(given.origin)),
};

if (!isMainThread) {
  const stop = FLOODS[workerData.name](workerData.given);
  parentPort.once('message', () => {
    parentPort.postMessage(stop() ?? 0);
    setTimeout(() => process.exit(0), 200);
  });
} else {
  await main(process.argv.slice(2));
}

async function main(words) {
  const secure = words.includes('--tls');
  const at = words.indexOf('--seconds');
  const seconds = at >= 0 ? Number(words[at + 1]) : 12;
  const wanted = words.filter((word, i) => !word.startsWith('--') && (at < 0 || i !== at + 1));
  const names = Object.keys(FLOODS).filter((name) => (wanted.length === 0 || wanted.includes(name)) && (secure || name !== 'handshakes never ended'));
  const server = await serve({ env: secure ? { ASSENT_TLS: '1' } : {} });
  const rows = ['email,name,newsletter'];
  for (let i = 0; i < 20000; i++) {
    rows.push(`f${i}@example.com,Flood ${i},yes`);
  }
  server.import(rows.join('\n'));
  writeFileSync(join(server.data, 'l.txt'), rows.slice(1, 8001).map((row) => row.split(',')[0]).join('\n'));
  const [head, ...lines] = (await server.runAsync(['links', join(server.data, 'l.txt'), '--topic', 'newsletter'])).trim().split('\n');
  const column = head.split(',').indexOf('unsubscribe');
  const links = lines.map((line) => new URL(line.split(',')[column]).pathname);
  const admin = await new Visitor(server).login();
  const cookie = [...admin.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  let next = 1;
  const good = {
    page: () => ({ path: '/join' }),
    post: () => ({ method: 'POST', path: links[next++ % links.length], headers: FORM, body: 'List-Unsubscribe=One-Click' }),
    list: () => ({ path: '/admin/people?q=flood+1', headers: { Cookie: cookie } }),
    login: () => ({ method: 'POST', path: '/admin/login', headers: { ...FORM, Origin: server.origin }, body: `email=${encodeURIComponent(ADMIN.email)}&password=${encodeURIComponent(ADMIN.password)}` }),
  };
  const right = { page: 200, post: 200, list: 200, login: 303 };

  /** Each kind of good request, one after another, for some seconds: times in ms, and how many failed. */
  async function measure(for_s) {
    const told = {};
    const end = Date.now() + for_s * 1000;
    await Promise.all(Object.entries(good).map(async ([kind, make]) => {
      const times = [];
      let failed = 0;
      while (Date.now() < end) {
        const began = performance.now();
        const reply = await Promise.race([ask(server.port, { secure, localAddress: '127.0.0.2', ...make() }).catch(() => null), pause(15000)]);
        times.push(performance.now() - began);
        failed += reply?.status === right[kind] ? 0 : 1;
        await pause(kind === 'login' ? 500 : 40);
      }
      times.sort((a, b) => a - b);
      told[kind] = { n: times.length, failed, p50: times[Math.floor(times.length / 2)], max: times.at(-1) };
    }));
    return told;
  }

  const show = (one) => `${one.p50.toFixed(0)} / ${one.max.toFixed(0)}${one.failed ? ` (${one.failed} of ${one.n} failed)` : ''}`;
  const line = (name, told, sent) => console.log(`| ${name} | ${sent} | ${Object.keys(good).map((kind) => show(told[kind])).join(' | ')} |`);
  console.log(`ms, median / longest\n| flood | asked a second | ${Object.keys(good).join(' | ')} |\n|---|---|---|---|---|---|`);
  line('none', await measure(5), '');
  for (const name of names) {
    const worker = new Worker(new URL(import.meta.url), { workerData: { name, given: { port: server.port, secure, link: links[0], origin: server.origin } } });
    await pause(3000);
    const told = await measure(seconds);
    const sent = await new Promise((done) => {
      worker.once('message', done);
      worker.postMessage('stop');
    });
    line(name, told, sent ? Math.round(sent / (seconds + 3)) : '');
    await worker.terminate();
    await pause(1000);
  }
  await server.stop();
}
