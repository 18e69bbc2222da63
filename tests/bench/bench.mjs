// bench: measures Assent against bare limits of the same run, prints one table, keeps it as JSON.
// usage: node tests/bench/bench.mjs [--people N] [--seconds S] [--port P] [--seed N] [--reuse] [--lean]
// --reuse keeps the last run's data and leaves out import and links; --lean leaves out what does not
// depend on how many people there are: what goes out, and the first paint.
// README.md beside this file says what each limit is.
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { createReadStream, createWriteStream, existsSync, mkdirSync, readFileSync, rmSync,
  copyFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { once } from 'node:events';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { remove } from '../http/lib/remove.mjs';
import { outside } from './outside.mjs';
import { checkRows } from './check.mjs';
import { eventRows } from './events.mjs';
import { header, person, random } from './people.mjs';
import { activityRows } from './activity.mjs';
import { batches, clicks } from './batch.mjs';
import { keep, runsOf, slower, table } from './table.mjs';
import { chained, verified } from './ledger.mjs';

const { values: options } = parseArgs({ options: {
  people: { type: 'string', default: '1000000' },
  seconds: { type: 'string', default: '8' },
  port: { type: 'string', default: '8899' },
  seed: { type: 'string', default: '1' },
  reuse: { type: 'boolean', default: false },
  lean: { type: 'boolean', default: false },
} });
const people = Number(options.people);
const seconds = Number(options.seconds);
const port = Number(options.port);
const build = resolve('build/bench');
const data = join(build, 'data');
const assent = resolve('build/assent');
const rows = [];
rows.push = (...added) => { // each figure is said as it comes
  for (const row of added)
    say(`  ${row.job}: ${[row.figure !== undefined && `${Math.round(row.figure)} ${row.unit ?? ''}`,
      row.ratio && `ratio ${row.ratio.toFixed(2)}`, row.p50 && `median ${row.p50.toFixed(2)} ms`,
      row.p99 && `p99 ${row.p99.toFixed(2)} ms`].filter(Boolean).join(', ')}`);
  return Array.prototype.push.apply(rows, added);
};
const env = { ...process.env, ASSENT_DATA: data, ASSENT_PUBLIC_URL: `http://127.0.0.1:${port}` };

const say = (text) => process.stderr.write(`${text}\n`);
const run = (program, args, more = {}) =>
  execFileSync(program, args, { env, encoding: 'utf8', maxBuffer: 1 << 28, ...more });
const now = () => Number(process.hrtime.bigint()) / 1e6;

function note(job, figure, unit, limit, extra = {}) {
  rows.push({ job, figure, unit, limit: limit?.figure, limit_name: limit?.name,
    ratio: limit ? figure / limit.figure : undefined, ...extra });
}

async function peopleFile(path, first, last) {
  const out = createWriteStream(path);
  const next = random(Number(options.seed) + first - 1);
  out.write(header);
  for (let n = first; n <= last;) {
    let text = '';
    for (let i = 0; i < 5000 && n <= last; i++, n++) text += person(n, next);
    if (!out.write(text)) await once(out, 'drain');
  }
  out.end();
  await once(out, 'finish');
}

function wrk(url, paths, { method = 'GET', skip = 0, most = 200000, connections = 64, time = seconds, more = {} } = {}) {
  const said = run('wrk', ['-t1', `-c${connections}`, `-d${time}s`, '--timeout', '10s',
    '-s', 'tests/bench/post.lua', url],
  { env: { ...process.env, BENCH_PATHS: paths, BENCH_METHOD: method, BENCH_SKIP: String(skip),
    BENCH_MOST: String(most), ...more } });
  const match = /RESULT (\d+) ([\d.]+) ([\d.]+) ([\d.]+) (\d+)/.exec(said);
  if (!match) throw new Error(`wrk said: ${said}`);
  const [requests, duration, p50, p99, errors] = match.slice(1).map(Number);
  return { rate: requests / duration, requests, p50, p99, errors };
}

async function serverUp(url) {
  for (let i = 0; i < 200; i++) {
    try {
      if ((await fetch(url)).ok) return;
    } catch { /* not yet */ }
    await new Promise((done) => setTimeout(done, 100));
  }
  throw new Error(`no answer from ${url}`);
}

async function stop(child) {
  if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
  child.kill('SIGTERM');
  await once(child, 'exit');
}

async function bareKore(paths) {
  const folder = join(build, 'bare');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'bare.conf'), `server bare {
  bind 127.0.0.1 ${port + 1}
  tls no
}
load ${resolve('build/bench/bare_kore.so')}
workers 2
worker_accept_threshold 1
worker_set_affinity 0
domain * {
  attach bare
  route / bare_page
}
`);
  const kore = spawn('kore', ['-f', '-n', '-r', '-c', join(folder, 'bare.conf')],
    { cwd: folder, stdio: 'ignore' });
  try {
    await serverUp(`http://127.0.0.1:${port + 1}/`);
    return wrk(`http://127.0.0.1:${port + 1}`, paths).rate;
  } finally {
    await stop(kore);
  }
}

function kore(pid) { // the parent and all its children
  const all = [pid];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      if (all.includes(Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1])))
        all.push(Number(name));
    } catch { /* gone */ }
  }
  return all;
}

/** In MB: all of a server's processes, and of that the list that they share, what is their own, and
 * pages of files, which are the system's to take back. */
function residentMb(pid) {
  const kib = { Pss: 0, Pss_Shmem: 0, Pss_Anon: 0, Pss_File: 0 };
  for (const one of kore(pid)) {
    try {
      const text = readFileSync(`/proc/${one}/smaps_rollup`, 'utf8');
      for (const name of Object.keys(kib)) kib[name] += Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)[1]);
    } catch { /* gone */ }
  }
  return Object.values(kib).map((value) => value / 1024);
}

function memoryRows(job, [all, shared, own, files], target) {
  rows.push({ job, figure: all, unit: 'MB', target },
    { job: '  of it the list, shared by all', figure: shared, unit: 'MB' },
    { job: "  of it the processes' own", figure: own, unit: 'MB' },
    { job: '  of it pages of files', figure: files, unit: 'MB' });
}

/** How long an admin's pages take, one request after the other over one connection. */
function looked(url, paths, cookie) {
  const file = join(build, 'looked.txt');
  writeFileSync(file, `${paths.join('\n')}\n`);
  const { p50, p99, errors } = wrk(url, file, { connections: 1, time: Math.min(seconds, 4), more: { BENCH_COOKIE: cookie } });
  if (errors > 0) throw new Error(`${errors} of the pages ${paths[0]} … failed`);
  return { p50, p99 };
}

async function login() {
  const made = spawnSync(assent, ['admin', 'add', 'bench@example.com', '--name', 'Bench'],
    { env, input: 'bench horse battery staple\n' });
  if (made.status !== 0 && !options.reuse) throw new Error(String(made.stderr));
  const reply = await fetch(`http://127.0.0.1:${port}/admin/login`, { method: 'POST',
    redirect: 'manual', headers: { origin: `http://127.0.0.1:${port}` },
    body: new URLSearchParams({ email: 'bench@example.com',
      password: 'bench horse battery staple' }) });
  const cookie = reply.headers.getSetCookie?.()[0]?.split(';')[0];
  if (!cookie) throw new Error(`login answered ${reply.status}`);
  return { cookie };
}

/** What ran outside held everything up here: connections that the server closed meanwhile are noticed. */
const settle = () => new Promise((done) => setTimeout(done, 100));

/** How long until the list answers, once it is in memory; asked seldom, so that asking costs little. */
async function listUp(began, headers) {
  for (;;) {
    const reply = await fetch(`http://127.0.0.1:${port}/admin/people`, { headers });
    await reply.text();
    if (reply.status === 200) return now() - began;
    if (reply.status !== 503) throw new Error(`${reply.status} for ${reply.url}`);
    await new Promise((done) => setTimeout(done, 100));
  }
}

function serve() {
  return spawn(assent, ['serve', '--quiet', '--port', String(port)], { env, stdio: ['ignore', 'ignore', 'inherit'] });
}

async function metric(name) {
  const url = `http://127.0.0.1:${port}/metrics`; // again where an idle connection was closed
  const text = await (await fetch(url).catch(() => fetch(url))).text();
  let sum = 0;
  for (const line of text.split('\n'))
    if (line.startsWith(`${name} `) || line.startsWith(`${name}{`)) sum += Number(line.split(' ').pop());
  return sum;
}

/** More people come in from a file, while others press the one-click button. */
async function importBeside(origin, paths) {
  const count = Math.max(1000, Math.min(100000, people / 10));
  const more = join(build, 'more.csv');
  await peopleFile(more, people + 1, people + count);
  const state = { ends: false };
  const clicking = clicks(origin, paths, state);
  const began = now();
  const child = spawn(assent, ['import', more, '--json'], { env, stdio: ['ignore', 'ignore', 'inherit'] });
  const [code] = await once(child, 'exit');
  const took = (now() - began) / 1000;
  state.ends = true;
  const felt = await clicking;
  rmSync(more);
  if (code !== 0 && !options.reuse) throw new Error(`the import ended with ${code}`);
  note('import while serving, and one-click POSTs meanwhile', count / took, 'rows/s',
    importing && { name: 'the import alone', figure: importing }, { ...felt, target: '>= 80,000, p99 < 50 ms' });
}

/**
 * A copy of the database while the server runs, beside cp of as many bytes: in turn, the best of
 * three of each, and both under a name that is free, since to free what a name held takes its time.
 */
function backup() {
  const file = join(data, 'assent.db');
  const mb = statSync(file).size / 1048576;
  const made = join(build, 'backup.db');
  const timed = (work) => {
    rmSync(made, { force: true });
    const began = now();
    work();
    return mb / ((now() - began) / 1000);
  };
  let limit = 0;
  let checked = 0;
  for (let i = 0; i < 3; i++) {
    limit = Math.max(limit, timed(() => run('sh', ['-c', `cp '${file}' '${made}' && sync '${made}'`])));
    checked = Math.max(checked, timed(() => run(assent, ['backup', made, '--full-speed', '--json'])));
  }
  rmSync(made);
  note('backup while serving, checked', checked, 'MB/s', { name: 'cp and sync', figure: limit }, { target: 'ratio >= 0.90' });
}

/** Paths of both kinds for people who are opted in, in the file's order. */
async function linkPaths(csv, manage, unsubscribe) {
  const lines = createInterface({ input: createReadStream(csv) });
  const outs = [createWriteStream(manage), createWriteStream(unsubscribe)];
  let columns = null;
  let count = 0;
  for await (const line of lines) {
    const cells = line.split(',');
    if (!columns) {
      columns = cells.map((cell) => cell.replace(/"/g, ''));
      continue;
    }
    if (count++ >= 400000) break;
    outs[0].write(`${new URL(cells[columns.indexOf('manage')]).pathname}\n`);
    outs[1].write(`${new URL(cells[columns.indexOf('unsubscribe')]).pathname}\n`);
  }
  for (const out of outs) {
    out.end();
    await once(out, 'finish');
  }
}

if (!options.reuse) remove(data);
mkdirSync(build, { recursive: true });
const csv = join(build, `people-${people}-seed-${options.seed}.csv`);
if (!existsSync(csv)) {
  say(`making ${people} people`);
  await peopleFile(csv, 1, people);
}
const optedIn = join(build, 'opted-in.txt'); // whose POST is a real change
{
  const out = createWriteStream(optedIn);
  let count = 0;
  for await (const line of createInterface({ input: createReadStream(csv) })) {
    if (!line.includes(',Opted In,') || !line.includes(',yes')) continue;
    out.write(`${line.slice(0, line.indexOf(','))}\n`);
    if (++count >= 400000) break;
  }
  out.end();
  await once(out, 'finish');
}

say('bare libsodium');
const [signs, checks] = run(join(build, 'bare_sodium'), []).split(' ').map(Number);
run(assent, ['init']);
let importing; // rows a second, nobody else there
if (!options.reuse) {
  say('import');
  const bareData = join(build, 'bare-import');
  run('sh', ['-c', `rm -rf '${bareData}'`]);
  run(assent, ['init'], { env: { ...env, ASSENT_DATA: bareData } });
  const limit = Number(run(join(build, 'bare_import'), [join(bareData, 'assent.db'), String(Math.min(people, 1000000))]));
  remove(bareData);
  const began = now();
  run(assent, ['import', csv, '--json']);
  importing = people / ((now() - began) / 1000);
  note(`import of ${people} new people`, importing, 'rows/s', { name: 'bare C loop, 500 a commit', figure: limit }, { target: '>= 80,000' });
}
const linksCsv = join(build, 'links.csv');
if (!options.reuse) {
  say('links');
  const out = createWriteStream(linksCsv);
  await once(out, 'open');
  const began = now();
  const made = spawnSync(assent, ['links', optedIn], { env, stdio: ['ignore', out.fd, 'inherit'] });
  if (made.status !== 0) throw new Error('links failed');
  const took = (now() - began) / 1000;
  const count = 2 * Number(run('sh', ['-c', `wc -l < '${linksCsv}'`])) - 2;
  note('links minted', count / took, 'links/s', { name: 'libsodium signatures, 2 cores', figure: 2 * signs });
}
const manage = join(build, 'manage.txt');
const unsubscribe = join(build, 'unsubscribe.txt');
await linkPaths(linksCsv, manage, unsubscribe);
const root = join(build, 'root.txt');
writeFileSync(root, '/\n');

say('bare Kore');
const bare = await bareKore(root);

say('server');
const copy = join(build, 'copy.db');
run('sh', ['-c', `rm -f '${copy}'*`]);
copyFileSync(join(data, 'assent.db'), copy);
if (existsSync(join(data, 'assent.db-wal'))) copyFileSync(join(data, 'assent.db-wal'), `${copy}-wal`);
rmSync(join(data, 'directory.image'), { force: true });
const origin = `http://127.0.0.1:${port}`;
let began = now();
let server = serve();
let auth;
try {
  await serverUp(`${origin}/readyz`);
  auth = await login();
  rows.push({ job: 'cold start: the whole list in memory', unit: 'ms', p50: await listUp(began, auth),
    target: '< 10,000 at 10 M' });
  const list = '/admin/people';
  const shown = (job, paths, target) => rows.push({ job, unit: 'ms', ...looked(origin, paths, auth.cookie), target });
  shown('dashboard: cards and first page', [list], 'p99 < 5');
  shown('dashboard: filtered and sorted', ['status=out', 'sub=yes&type=partner', 'type=franchisee&sort=updated&dir=desc',
    'status=in&sub=no&sort=email', 'sort=name&dir=desc', 'type=client&status=in&sub=yes&sort=status'].map((asked) => `${list}?${asked}`), 'p99 < 5');
  const pages = [];
  for (let next = list; next && pages.length < 60;) {
    const text = await (await fetch(origin + next, { headers: auth })).text();
    const links = (words) => [...text.matchAll(/href="([^"]*)"/g)].map(([, link]) => link.replace(/&amp;/g, '&'))
      .filter((link) => words.test(link)).map((link) => new URL(link, origin + list).href.slice(origin.length));
    const letters = links(/[?&]from=/);
    [next] = links(/[?&]after=/);
    pages.push(...letters.slice(pages.length % 9, pages.length % 9 + 1), ...next ? [next] : []);
  }
  shown('dashboard: page after page, and letters', pages, 'p99 < 5');
  for (const term of ['e', 'smith', 'gmail', 'okafor', 'john.smith', 'absentxyz'])
    shown(`search "${term}"`, [`${list}?q=${term}`], people > 1e6 ? 'p99 < 100' : 'p99 < 15');
  shown('search "an", filters and orders', ['status=out&sort=email', 'sub=yes&type=partner&sort=updated&dir=desc',
    'status=in&sort=name&dir=desc'].map((asked) => `${list}?q=an&${asked}`), people > 1e6 ? 'p99 < 100' : 'p99 < 15');
  say('activity');
  await settle();
  await activityRows({ rows, origin, headers: auth, emails: readFileSync(optedIn, 'utf8').split('\n', 100) });
  const idle = residentMb(server.pid);

  say('manage GET');
  const got = wrk(origin, manage);
  note('manage page GET', got.rate, 'req/s', { name: 'bare Kore handler', figure: bare },
    { p50: got.p50, p99: got.p99, errors: got.errors, target: 'ratio >= 0.10, p99 < 15 ms, 0 errors' });
  const [, checksNow] = run(join(build, 'bare_sodium'), []).split(' ').map(Number);
  const reads = Number(run(join(build, 'bare_read'), [join(data, 'assent.db')]));
  const linked = { name: 'bare Kore handler, one Ed25519 check and one read',
    figure: 1 / (1 / bare + 1 / (2 * checksNow) + 1 / (2 * reads)) };
  note('manage page GET, its signature and read reckoned in', got.rate, 'req/s', linked, { target: 'ratio >= 0.60' });
  say('unsubscribe GET');
  const button = wrk(origin, unsubscribe);
  note('unsubscribe page GET', button.rate, 'req/s', { name: 'bare Kore handler', figure: bare },
    { p50: button.p50, p99: button.p99, errors: button.errors, target: 'p99 < 15 ms, 0 errors' });
  note('unsubscribe page GET, its signature and read reckoned in', button.rate, 'req/s', linked, { target: 'ratio >= 0.60' });
  say('one-click POST');
  const before = { commits: await metric('assent_commit_rows_count'), jobs: await metric('assent_writes_total') };
  const post = wrk(origin, unsubscribe, { method: 'POST', most: 400000 });
  const after = { commits: await metric('assent_commit_rows_count'), jobs: await metric('assent_writes_total') };
  const perCommit = Math.max(1, Math.round((after.jobs - before.jobs) / Math.max(1, after.commits - before.commits)));
  const loop = Number(run(join(build, 'bare_commit'), [copy, String(perCommit), String(Math.min(people, 60000))]));
  note('one-click POST, durable', post.rate, 'req/s',
    { name: `bare C loop, ${perCommit} rows a commit`, figure: loop },
    { p50: post.p50, p99: post.p99, errors: post.errors, target: 'ratio >= 0.60, p99 < 15 ms, 0 errors' });
  say('chaining');
  chained(note, copy, perCommit);
  say('check and audience');
  await settle();
  const key = JSON.parse(run(assent, ['apikey', 'new', 'bench', '--scopes', 'check,contacts:read', '--json'])).key;
  await checkRows({ rows, port, key, csv, unsubscribe, people, pids: () => kore(server.pid) });
  say('events');
  await settle();
  const follower = JSON.parse(run(assent, ['apikey', 'new', 'bench', '--scopes', 'events', '--json'])).key;
  await eventRows({ rows, port, key: follower, pids: () => kore(server.pid) });
  say('batches over the API');
  await settle();
  const keyOf = JSON.parse(run(assent, ['apikey', 'new', 'bench', '--scopes', 'contacts:write', '--json'])).key;
  const emails = readFileSync(optedIn, 'utf8').split('\n', 200000).filter((_, n) => n % 6 === 0);
  const some = readFileSync(unsubscribe, 'utf8').split('\n', 200);
  rows.push(...await batches(origin, keyOf, emails, some));
  say('import while serving');
  await settle();
  await importBeside(origin, readFileSync(unsubscribe, 'utf8').split('\n', 2200).slice(200, -1));
  say('backup');
  backup();
  rows.push({ job: 'Ed25519 checks, one core', figure: checks, unit: '/s' });
  memoryRows('memory after the dashboard', idle);
  memoryRows('memory after all', residentMb(server.pid), people > 1000000 ? '<= 1,300 at 10 M' : '< 150');
} finally {
  await stop(server);
}

began = now(); // a stop leaves an image of the list beside the file
server = serve();
try {
  await serverUp(`${origin}/readyz`);
  rows.push({ job: 'start after a stop: the whole list in memory', unit: 'ms', p50: await listUp(began, auth),
    target: '< 2,000 at 10 M' });
} finally {
  await stop(server);
}

say('ledger verify');
verified(note, data);
if (!options.lean) {
  say('what goes out, and the first paint');
  await outside(note, port + 2);
}

for (const line of table(rows)) console.log(line);
const results = join(build, `results-${people}.json`);
const runs = runsOf(results);
const worse = slower(rows, runs);
for (const { words } of worse) console.log(words);
if (runs.length > 0 && worse.length === 0) console.log(`nothing got slower than in the ${Math.min(runs.length, 5)} runs before`);
keep(results, people, rows, runs);
console.log(`kept in ${results.slice(process.cwd().length + 1)}`);
