// bench: Communications → Activity: how long its pages take, whatever is asked of the ledger. Alone,
// with a folder that has a ledger already: node tests/bench/activity.mjs DATA [PORT]
// With --each a line for each filter. It adds an admin to the folder, and nothing else.
import { spawn, spawnSync, execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

const now = () => Number(process.hrtime.bigint()) / 1e6;
const KINDS = ['opted_out', 'opted_in', 'choices', 'added', 'details', 'pause', 'undone', 'reasons', 'links', 'erasing',
  'requests', 'imports', 'topics', 'wording', 'settings', 'retention', 'keys', 'hooks', 'admins'];
const ACTORS = ['person', 'recipient', 'one_click', 'mailto', 'admin', 'operator', 'import', 'api', 'system', 'admin:1', 'admin:9999', 'import:1'];

function percentiles(all) {
  all.sort((a, b) => a - b);
  return { p50: all[all.length >> 1], p99: all[Math.min(all.length - 1, Math.ceil(all.length * 0.99) - 1)] };
}

/** Adds its rows. headers: of somebody who is signed in; emails: of people on the list. */
export async function activityRows({ rows, origin, headers, emails, each = false }) {
  const page = `${origin}/admin/activity`;
  async function once(query) {
    const began = now();
    const reply = await fetch(`${page}${query}`, { headers });
    const text = await reply.text();
    if (reply.status !== 200) throw new Error(`${reply.status} for ${query}`);
    return { ms: now() - began, text };
  }
  async function timed(job, queries, times) {
    const all = [];
    for (const query of queries) await once(query);
    for (let i = 0; i < times; i++) for (const query of queries) all.push((await once(query)).ms);
    rows.push({ job, unit: 'ms', ...percentiles(all), target: 'p99 < 20' });
  }
  const { text: first } = await once('');
  const newest = Number(/id="e-(\d+)"/.exec(first)[1]);
  await timed('activity: first page', [''], 100);
  const filters = [...KINDS.map((kind) => `?kind=${kind}`), ...ACTORS.map((actor) => `?actor=${actor}`),
    '?topic=newsletter', '?topic=newsletter&actor=one_click', '?kind=opted_out&actor=import', '?from=2000-01-01&to=2000-12-31', '?to=2000-12-31&kind=choices'];
  if (each) for (const query of filters) await timed(`activity: ${query}`, [query], 40);
  await timed('activity: every filter in turn', filters, 5);
  await timed('activity: what fits nothing', ['?kind=requests&actor=mailto'], 100);
  const places = Array.from({ length: 100 }, (_, i) => 1 + Math.floor((newest - 1) * ((i * 0.618) % 1)));
  await timed('activity: deep in the ledger', places.flatMap((at) => [`?older=${at}`, `?newer=${at}`]), 1);
  await timed('activity: deep, filtered', places.map((at) => `?older=${at}&topic=marketing&kind=added`), 1);
  await timed('activity: a person by address', emails.map((email) => `?q=${encodeURIComponent(email)}`), 1);
  const { text } = await once(`?q=${encodeURIComponent(emails[0])}`);
  const person = /name="person" value="([0-9a-f]{16})"/.exec(text)[1];
  await timed('activity: a person’s history', [`?person=${person}`], 100);
  await timed('activity: one entry', places.map((at) => `/${at}`), 1);
}

if (import.meta.url === `file://${process.argv[1]}`) {
  const words = process.argv.slice(2).filter((word) => !word.startsWith('--'));
  const [data, port = '8898'] = words;
  const origin = `http://127.0.0.1:${port}`;
  const env = { ...process.env, ASSENT_DATA: resolve(data), ASSENT_PUBLIC_URL: origin };
  const assent = resolve('build/assent');
  const password = 'bench horse battery staple';
  spawnSync(assent, ['admin', 'add', 'bench@example.com', '--name', 'Bench'], { env, input: `${password}\n` });
  const emails = execFileSync('sqlite3', ['-readonly', `${data}/assent.db`,
    'SELECT email_key FROM contact WHERE id % 99991 = 7 LIMIT 100'], { encoding: 'utf8' }).trim().split('\n');
  const server = spawn(assent, ['serve', '--quiet', '--no-courier', '--port', port], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const rows = [];
  try {
    for (let i = 0; i < 100; i++) {
      if (await fetch(`${origin}/readyz`).then((reply) => reply.ok, () => false)) break;
      await new Promise((done) => setTimeout(done, 100));
    }
    const reply = await fetch(`${origin}/admin/login`, { method: 'POST', redirect: 'manual', headers: { origin },
      body: new URLSearchParams({ email: 'bench@example.com', password }) });
    const cookie = reply.headers.getSetCookie()[0].split(';')[0];
    await activityRows({ rows, origin, headers: { cookie }, emails, each: process.argv.includes('--each') });
    console.table(rows);
  } finally {
    server.kill('SIGTERM');
  }
}
