// bench: what goes out (mails, hooks) and what a person waits for (the first paint), each beside a
// bare limit of the same run. Data folders of its own. Alone: node tests/bench/outside.mjs [port]
import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createConnection } from 'node:net';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch } from '../browser/lib/browser.mjs';
import { remove } from '../http/lib/remove.mjs';

const assent = resolve('build/assent');
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];
const highest = (list) => Math.max(...list);

/** A new data folder: { data, run, sql, start, end }. */
function site(more = {}) {
  mkdirSync('build/bench', { recursive: true });
  const data = mkdtempSync(resolve('build/bench/outside-'));
  const env = { ...process.env, ASSENT_DATA: data, ASSENT_PUBLIC_URL: 'https://mail.example.com', ASSENT_CONF: join(data, 'conf'), ...more };
  writeFileSync(join(data, 'conf'), 'smtp_tls off\n');
  const run = (args, input = '') => execFileSync(assent, args, { env, encoding: 'utf8', input, stdio: ['pipe', 'pipe', 'inherit'] });
  run(['init']);
  return {
    data,
    run,
    sql: (text) => execFileSync('sqlite3', ['-cmd', '.timeout 5000', join(data, 'assent.db'), text], { encoding: 'utf8' }).trim(),
    start: (args) => spawn(assent, args, { env, stdio: ['ignore', 'ignore', 'inherit'] }),
    people(count) {
      const path = join(data, 'people.csv');
      writeFileSync(path, `email\n${Array.from({ length: count }, (_, i) => `p${i}@example.com`).join('\n')}\n`);
      run(['import', path]);
    },
    end: () => remove(data),
  };
}

async function ended(child, signal) {
  const gone = child.exitCode === null && child.signalCode === null ? once(child, 'exit') : null;
  if (signal) child.kill(signal);
  await gone;
}

/** Postfix's smtp-sink, which ends by itself after count mails. */
async function sink(port, count) {
  const user = process.getuid() === 0 ? ['-u', 'nobody'] : [];
  const env = { ...process.env, LD_LIBRARY_PATH: resolve('build/sink/usr/lib/postfix') };
  const child = spawn(resolve('build/sink/usr/sbin/smtp-sink'), [...user, '-M', String(count), `127.0.0.1:${port}`, '100'], { env, stdio: 'ignore' });
  for (let i = 0; i < 100; i++) {
    await sleep(30);
    const is = await new Promise((done) => {
      const probe = createConnection(port, '127.0.0.1').once('connect', () => probe.destroy(done(true))).once('error', () => done(false));
    });
    if (is) return { child, env };
  }
  throw new Error('smtp-sink does not answer');
}

async function mails(note, port) {
  const count = 3000;
  const bare = await sink(port, count);
  let began = performance.now();
  spawnSync(resolve('build/sink/usr/sbin/smtp-source'), ['-d', '-s', '4', '-l', '3500', '-m', String(count), `127.0.0.1:${port}`], { env: bare.env, stdio: 'ignore' });
  await ended(bare.child);
  const limit = count / ((performance.now() - began) / 1000);
  const at = site({ ASSENT_SMTP: `smtp://127.0.0.1:${port}` });
  at.people(count);
  at.sql(`INSERT INTO letter (message_id, kind, contact, confirmation, address, language, created_at, due_at, tries, outcome, ended_at, fault)
    SELECT randomblob(16), 1, 0, 0, coalesce(email, email_key), '', unixepoch(), unixepoch(), 0, 0, 0, '' FROM contact`);
  const { child } = await sink(port, count);
  began = performance.now();
  const courier = at.start(['courier']);
  await ended(child);
  const rate = count / ((performance.now() - began) / 1000);
  await ended(courier, 'SIGTERM');
  at.end();
  note('mails sent, its start included', rate, 'mails/s', { name: 'smtp-source, same sink, 4 connections', figure: limit }, { target: '>= 200/s' });
}

/** An endpoint in this process. kind: well, or silent (never answers). */
async function endpoint(kind) {
  const seen = { count: 0, first: 0, last: 0 };
  const server = createServer((request, response) => {
    if (kind === 'silent') return;
    request.resume().on('end', () => {
      seen.count += 1;
      seen.last = performance.now();
      seen.first ||= seen.last;
      response.end();
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  return { seen, url: `http://127.0.0.1:${server.address().port}/`, close: () => (server.closeAllConnections(), server.close()) };
}

/** Messages a second that each well endpoint got, beside others. */
async function told(people, well, others = []) {
  const at = site({ ASSENT_HOOKS_PRIVATE: '1' });
  const wells = await Promise.all(Array.from({ length: well }, () => endpoint('well')));
  const urls = [...others, ...wells.map(({ url }) => url)];
  for (const url of urls) at.run(['hooks', 'add', url]);
  at.people(people);
  const courier = at.start(['courier']);
  while (wells.some(({ seen }) => seen.count < people + 2)) await sleep(20);
  const first = Math.min(...wells.map(({ seen }) => seen.first));
  const last = Math.max(...wells.map(({ seen }) => seen.last));
  await ended(courier, 'SIGTERM');
  wells.forEach(({ close }) => close());
  at.end();
  return (well * (people + 2)) / ((last - first) / 1000);
}

async function hooks(note) {
  const paths = resolve('build/bench/hook-path.txt');
  writeFileSync(paths, '/\n');
  const bare = await endpoint('well');
  const wrk = spawn('wrk', ['-t1', '-c8', '-d3s', '-s', 'tests/bench/post.lua', bare.url],
    { env: { ...process.env, BENCH_PATHS: paths, BENCH_METHOD: 'POST' }, stdio: ['ignore', 'pipe', 'inherit'] });
  let said = '';
  wrk.stdout.on('data', (text) => (said += text));
  await once(wrk, 'close');
  bare.close();
  const [, requests, duration] = /RESULT (\d+) ([\d.]+)/.exec(said);
  const limit = { name: 'wrk, 8 connections, same endpoint', figure: requests / duration };
  const alone = await told(4000, 1);
  note('messages to one hook', alone, '/s', limit, { target: '>= 500/s' });
  note('messages to eight hooks', await told(1000, 8), '/s', limit);
  const silent = await endpoint('silent');
  const beside = await told(4000, 1, [silent.url, 'http://127.0.0.1:1/']);
  silent.close();
  note('the same beside a silent and a dead hook', beside, '/s', { name: 'one hook alone', figure: alone }, { target: 'as alone' });
}

/** First paint of a new visitor, in ms. */
async function paint(browser, url) {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  await page.goto(url, { waitUntil: 'load' });
  const at = await page.evaluate(() => new Promise((done) => {
    const look = () => {
      const [first] = performance.getEntriesByName('first-contentful-paint');
      if (first) done(first.startTime);
      else setTimeout(look, 5);
    };
    look();
  }));
  await context.close();
  return at;
}

async function firstPaint(note, port) {
  const at = site({ ASSENT_PUBLIC_URL: `http://127.0.0.1:${port}` });
  at.run(['add', 'someone@example.com', '--topics', 'newsletter']);
  const url = JSON.parse(at.run(['link', 'someone@example.com', '--json'])).manage;
  const server = at.start(['serve', '--quiet', '--port', String(port)]);
  for (let i = 0; i < 200 && !(await fetch(`http://127.0.0.1:${port}/readyz`).catch(() => ({ ok: false }))).ok; i++) await sleep(50);
  const html = await (await fetch(url)).text();
  const [, sheet] = /<link rel="stylesheet" href="([^"]+)"/.exec(html);
  const css = await (await fetch(new URL(sheet, url))).text();
  // As many bytes in as many files: a page of one paragraph, and comments.
  const filled = (text, size, open, close) => `${text}${open}${'x'.repeat(Math.max(0, size - text.length - open.length - close.length))}${close}`;
  const files = {
    '/': filled('<!doctype html><html lang="en"><title>Bare</title><link rel="icon" href="data:,"><link rel="stylesheet" href="/sheet"><p>Bare</p>', Buffer.byteLength(html), '<!--', '-->'),
    '/sheet': filled('p{color:#123}', css.length, '/*', '*/'),
    '/same': html.replace(sheet, '/same-sheet').replace(/<link rel="icon"[^>]*>/, '<link rel="icon" href="data:,">'),
    '/same-sheet': css,
  };
  const bare = createServer((request, response) => {
    response.writeHead(200, { 'content-type': request.url.endsWith('sheet') ? 'text/css' : 'text/html; charset=utf-8' });
    response.end(files[request.url]);
  });
  await new Promise((done) => bare.listen(0, '127.0.0.1', done));
  const browser = await launch();
  const origin = `http://127.0.0.1:${bare.address().port}`;
  const paints = { [url]: [], [`${origin}/same`]: [], [`${origin}/`]: [] };
  for (let i = 0; i < 23; i++) {
    for (const [one, list] of Object.entries(paints)) {
      const at = await paint(browser, one);
      if (i > 2) list.push(at); // before that Chromium itself is cold
    }
  }
  const [ours, same, bares] = Object.values(paints);
  await browser.close();
  bare.closeAllConnections();
  bare.close();
  await ended(server, 'SIGTERM');
  at.end();
  const row = (list) => ({ p50: median(list), p99: highest(list) });
  note('first paint of the manage page, new visitor', median(ours), 'ms', { name: 'the same page, static', figure: median(same) }, { ...row(ours), target: '< 100 ms' });
  note('the same page, static', median(same), 'ms', { name: 'a bare page of as many bytes', figure: median(bares) }, row(same));
}

/** note(job, figure, unit, limit, extra) takes each row. */
export async function outside(note, port) {
  await mails(note, port);
  await hooks(note);
  await firstPaint(note, port);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await outside((job, figure, unit, limit, extra = {}) => console.log(`${job}: ${figure.toFixed(0)} ${unit}, limit ${limit.figure.toFixed(0)} (${limit.name}), ratio ${(figure / limit.figure).toFixed(2)}${extra.p99 ? `, highest ${extra.p99.toFixed(0)}` : ''}`),
    Number(process.argv[2] ?? 8899));
}
