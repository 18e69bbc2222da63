// bench: the API's check and audience: addresses a second at one client on one connection, what
// one-click POSTs feel of it meanwhile, and the peak of memory.
import http from 'node:http';
import { createReadStream, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';

const CALL = 100000;
const now = () => Number(process.hrtime.bigint()) / 1e6;

/** One call, read to its end: what came, and how long it took. */
function call(agent, options, body) {
  return new Promise((done, fail) => {
    const began = now();
    const request = http.request({ ...options, agent, headers: { ...options.headers, ...(body && { 'content-length': body.length }) } }, (reply) => {
      let lines = 0;
      let bytes = 0;
      reply.on('data', (chunk) => {
        bytes += chunk.length;
        for (let at = -1; (at = chunk.indexOf(10, at + 1)) >= 0;) lines++;
      });
      reply.on('end', () => done({ status: reply.statusCode, headers: reply.headers, lines, bytes, ms: now() - began }));
      reply.on('error', fail);
    });
    request.on('error', fail);
    request.end(body);
  });
}

/** Unsubscribes one after another, 100 a second, until it is told to stop; answers with the times. */
async function unsubscribes({ port, paths }) {
  const agent = new http.Agent({ keepAlive: true });
  const times = [];
  let stops = false;
  parentPort.once('message', () => { stops = true; });
  const pending = [];
  for (let i = 0; !stops && i < paths.length; i++) {
    const body = Buffer.from('List-Unsubscribe=One-Click');
    pending.push(call(agent, { port, method: 'POST', path: paths[i], headers: { 'content-type': 'application/x-www-form-urlencoded' } }, body)
      .then((reply) => times.push(reply.status === 200 ? reply.ms : Infinity)));
    await new Promise((done) => setTimeout(done, 10));
  }
  await Promise.all(pending);
  agent.destroy();
  parentPort.postMessage(times);
}
if (!isMainThread) await unsubscribes(workerData);

async function addresses(csv, wanted) {
  const all = [];
  let n = 0;
  for await (const line of createInterface({ input: createReadStream(csv) })) {
    if (n++ > 0) all.push(line.slice(0, line.indexOf(',')));
  }
  const some = []; // spread over the whole list, in no order
  for (let i = 0, at = 7; i < wanted; i++, at = (at + 611953) % all.length) some.push(all[at]);
  return some;
}

/** The largest that a process of the server ever was, in MB. */
const peak = (pids) => Math.max(...pids.map((pid) => {
  try {
    return Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}));

/** Adds its rows. unsubscribe: a file of paths that nobody has used; pids: the server's processes. */
export async function checkRows({ rows, port, key, csv, unsubscribe, pids, people }) {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  const asked = await addresses(csv, Math.min(CALL, people));
  const bodies = {
    lines: ['text/plain', asked.join('\n')],
    JSON: ['application/json', JSON.stringify({ addresses: asked })],
  };
  const authorization = `Bearer ${key}`;
  const check = async (type, body) => {
    const reply = await call(agent, { port, method: 'POST', path: '/api/v1/check?topic=newsletter', headers: { authorization, 'content-type': type } }, body);
    if (reply.status !== 200 || reply.lines < asked.length) throw new Error(`check answered ${reply.status}, ${reply.lines} lines`);
    return reply.ms;
  };
  const before = peak(pids());
  for (const [form, [type, text]] of Object.entries(bodies)) {
    const body = Buffer.from(text);
    await check(type, body);
    const times = [];
    for (let i = 0; i < 10; i++) times.push(await check(type, body));
    times.sort((a, b) => a - b);
    rows.push({ job: `check of ${asked.length} addresses as ${form}`, figure: asked.length / (times[5] / 1000), unit: 'addresses/s',
      p50: times[5], p99: times[9], target: '>= 300,000' });
  }
  const paths = readFileSync(unsubscribe, 'utf8').split('\n').slice(-4001, -1);
  const worker = new Worker(new URL(import.meta.url), { workerData: { port, paths } });
  const body = Buffer.from(bodies.lines[1]);
  const began = now();
  while (now() - began < 8000) await check('text/plain', body);
  const times = await new Promise((done) => {
    worker.once('message', done);
    worker.postMessage('stop');
  });
  times.sort((a, b) => a - b);
  rows.push({ job: 'one-click POST while checks run, 100/s', unit: 'ms', p50: times[times.length >> 1],
    p99: times[Math.ceil(times.length * 0.99) - 1], errors: times.filter((ms) => ms === Infinity).length, target: 'p99 < 50' });
  const audience = [];
  for (let i = 0; i < 5; i++) {
    const reply = await call(agent, { port, path: '/api/v1/audience/newsletter?format=lines', headers: { authorization } });
    if (reply.status !== 200 || reply.lines !== Number(reply.headers['assent-count'])) throw new Error(`audience answered ${reply.status}`);
    audience.push({ rate: reply.lines / (reply.ms / 1000), lines: reply.lines, ms: reply.ms });
  }
  audience.sort((a, b) => a.ms - b.ms);
  rows.push({ job: `audience of ${audience[2].lines}`, figure: audience[2].rate, unit: 'addresses/s', p50: audience[2].ms, target: '>= 500,000' });
  rows.push({ job: 'memory: a worker before the checks, peak', figure: before, unit: 'MB' });
  rows.push({ job: 'memory: a worker after the checks, peak', figure: peak(pids()), unit: 'MB' });
  agent.destroy();
}
