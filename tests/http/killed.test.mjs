// Workers, the whole server and the courier killed at any moment while all kinds of changes come in.
// A model keeps what was acknowledged: that is there afterwards, and of what was not each change is
// there whole or not at all. ASSENT_ROUNDS=200 makes more of it than the usual run; ASSENT_SEED=N
// draws the same kills and changes again.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { serve } from './lib/server.mjs';
import { Visitor } from './lib/visitor.mjs';
import { Wire } from './lib/wire.mjs';

const ROUNDS = Number(process.env.ASSENT_ROUNDS ?? 5);
const SEED = Number(process.env.ASSENT_SEED ?? Math.floor(Math.random() * 1e9));
const PEOPLE = 120;
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
const GONE = 'gone';
const WORKING = '1, 3, 9'; // enum import_state: checking, running, undoing
const CHECKED = 2;
process.setMaxListeners(0); // each start of the server leaves one

const pause = (ms) => new Promise((done) => setTimeout(done, ms));
let drawn = SEED;
/** A whole number below bound (mulberry32). */
function random(bound) {
  drawn = (drawn + 0x6d2b79f5) | 0;
  let mixed = Math.imul(drawn ^ (drawn >>> 15), 1 | drawn);
  mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
  return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
}

let server, admin, csrf, keys, bits, links;
/** email => every state that the person may be in, as a row of the table is written by now(). */
const people = new Map();
const topicNames = new Set();
const counts = { acknowledged: 0, unanswered: 0, were: 0, refused: 0, checks: 0, imports: 0 };
const kills = {};

const stateOf = (topics, name, status = 1) => `${status}|${topics.reduce((mask, key) => mask | bits[key], 0)}|${name}`;
const topicName = () => server.sql("SELECT name FROM topic WHERE key = 'system_alerts'").trim();
const now = () => new Map(server.sql('SELECT email_key, status, choices, name FROM contact').trim().split('\n').map((line) => {
  const [email, ...rest] = line.split('|');
  return [email, rest.join('|')];
}));

before(async () => {
  server = await serve({ env: { ASSENT_ACCESS_LOG: '0' } });
  const emails = Array.from({ length: PEOPLE }, (_, i) => `p${i}@example.org`);
  server.import(`email,name,newsletter,marketing\n${emails.map((email) => `${email},First,yes,yes\n`).join('')}`);
  bits = Object.fromEntries(server.sql('SELECT key, id FROM topic').trim().split('\n').map((line) => [line.split('|')[0], 2 ** Number(line.split('|')[1])]));
  topicNames.add(topicName());
  for (const [email, state] of now()) {
    people.set(email, new Set([state]));
  }
  links = new Map(server.run(['links', '-'], emails.join('\n')).trim().split(/\r?\n/).slice(1).map((line) => {
    const [email, ...cells] = line.replaceAll('"', '').split(',');
    const path = (kind) => new URL(cells.find((cell) => cell.includes(`/${kind}/`))).pathname;
    return [email, { manage: path('p'), leave: path('u') }];
  }));
  // A key may call 600 times a minute.
  keys = Array.from({ length: Math.max(8, ROUNDS / 4) }, (_, i) => server.json(['apikey', 'new', `k${i}`, '--scopes', 'check,contacts:read,contacts:write', '--json']).key);
  admin = await new Visitor(server).login();
  csrf = await admin.csrf();
});
after(() => server?.stop());

const call = (method, path, body, type = 'application/json') => server.ask({
  method, path: `/api/v1${path}`, body, headers: { Authorization: `Bearer ${keys[random(keys.length)]}`, ...(body !== undefined && { 'Content-Type': type }) },
});

/** Makes a change that brings the people named to the states given: done when it is acknowledged,
 *  either way when no answer came, and not when it was refused. */
async function change(targets, ask) {
  const before = targets.map(([email]) => [email, people.get(email)]);
  for (const [email, state] of targets) {
    people.set(email, new Set([...(people.get(email) ?? [GONE]), state]));
  }
  let reply;
  try {
    reply = await ask();
  } catch {
    counts.unanswered++;
    return false; // killed: who is concerned is let be until the round's end
  }
  if (reply.status >= 400) { // nothing was done
    counts.refused++;
    assert.ok([409, 422, 429, 503].includes(reply.status), `${reply.status} ${reply.body}`);
    before.forEach(([email, states]) => (states ? people.set(email, states) : people.delete(email)));
    return true;
  }
  counts.acknowledged++;
  for (const [email, state] of targets) {
    people.set(email, new Set([state]));
  }
  return true;
}

async function verdicts(emails) {
  const reply = await call('POST', '/check?topic=newsletter', emails.join('\n'), 'text/plain');
  return reply.status === 200 ? reply.body.trim().split('\n').map((line) => line.split('\t')[1]) : null;
}

/** The kinds of changes: each is given somebody nobody else changes in this round. */
const kinds = {
  async click(email) {
    const isDone = await change([[email, stateOf([], people.get(email).values().next().value.split('|').slice(2).join('|'), 0)]],
      () => server.ask({ method: 'POST', path: links.get(email).leave, headers: FORM, body: 'List-Unsubscribe=One-Click' }));
    const said = isDone && await verdicts([email]).catch(() => null);
    if (said && people.get(email).size === 1) {
      counts.checks++;
      assert.deepEqual(said, ['opted_out'], 'no yes once a no was acknowledged');
    }
    return isDone;
  },
  save(email) {
    const name = people.get(email).values().next().value.split('|').slice(2).join('|');
    const on = random(2) ? ['newsletter', 'marketing'] : ['product_updates', 'system_alerts'];
    const body = [...Object.keys(bits).map((key) => `shown=${key}`), ...on.map((key) => `topic=${key}`), 'do=save'].join('&');
    return change([[email, stateOf(on, name)]], () => server.ask({ method: 'POST', path: links.get(email).manage, headers: { ...FORM, Origin: server.origin }, body }));
  },
  patch(email) {
    const [on, name] = [random(2) ? ['newsletter'] : ['marketing', 'system_alerts'], `Patched ${random(1e6)}`];
    const topics = Object.fromEntries(Object.keys(bits).map((key) => [key, on.includes(key)]));
    return change([[email, stateOf(on, name)]], () => call('PATCH', `/contacts/${email}`, JSON.stringify({ name, status: 'opted_in', topics, consent: 'asked by phone' })));
  },
  async admin(email) {
    const [, , ...old] = people.get(email).values().next().value.split('|');
    const on = random(2) ? ['newsletter', 'product_updates'] : ['system_alerts'];
    const name = `${old.join('|').slice(0, 20).trim()} ${random(100)}`;
    const id = server.ids.get(email);
    let page;
    try {
      page = await admin.get(`/admin/people/${id}`);
    } catch {
      return false;
    }
    return change([[email, stateOf(on, name)]], () => admin.press(page, 'save', { status: 'opted_in', topic: on, name, ...(/name="consent"/.test(page.body) && { consent: 'on the phone' }) }));
  },
  batch(number) {
    const rows = Array.from({ length: 20 }, (_, i) => ({ email: `b${number}-${i}@example.com`, name: 'Whole', topics: { newsletter: true, marketing: true } }));
    return change(rows.map(({ email }) => [email, stateOf(['newsletter', 'marketing'], 'Whole')]),
      () => call('POST', '/contacts:batch', JSON.stringify({ contacts: rows })));
  },
  erase(email) {
    return change([[email, GONE]], () => (random(2) ? call('DELETE', `/contacts/${email}`)
      : admin.post(`/admin/people/${server.ids.get(email)}/erase`, { csrf, reason: 'They asked for it', sure: 'yes' })));
  },
  async topic(number) {
    const name = `Alerts ${number}`;
    topicNames.add(name);
    const reply = await admin.post('/admin/topics', { csrf, do: 'edit', key: 'system_alerts', name, description: name });
    if (reply.status === 303) {
      topicNames.clear();
      topicNames.add(name);
    }
    return true;
  },
};

/** Uploads a file and has it imported: its rows stand once the server says so, and at the round's end. */
async function importFile(number) {
  const rows = Array.from({ length: 300 }, (_, i) => `i${number}-${i}@example.com`);
  const mark = 'xYzZy';
  const part = (name, value, more = '') => `--${mark}\r\nContent-Disposition: form-data; name="${name}"${more}\r\n\r\n${value}\r\n`;
  const sent = await admin.post('/admin/import', `${part('csrf', csrf)}${part('file', `email,name,newsletter\n${rows.map((email) => `${email},Imported,yes`).join('\n')}\n`, '; filename="p.csv"')}--${mark}--\r\n`,
    { 'Content-Type': `multipart/form-data; boundary=${mark}` });
  if (sent.status !== 303) {
    return;
  }
  const path = sent.get('location');
  while (/data-live/.test((await admin.get(path)).body)) {
    await pause(10);
  }
  rows.forEach((email) => people.set(email, new Set([GONE, stateOf(['newsletter'], 'Imported')])));
  const started = await admin.post(path, { csrf, do: 'start' });
  if (started.status === 303) {
    counts.imports++;
    rows.forEach((email) => people.set(email, new Set([stateOf(['newsletter'], 'Imported')])));
  }
}

/** Workers by their parent, since Kore writes their names over their environment; the courier by its
 *  environment, since its parent may have gone. */
function processes() {
  const all = { workers: [], courier: [] };
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
    try {
      const read = (what) => readFileSync(`/proc/${name}/${what}`, 'latin1');
      const words = read('cmdline').split('\0');
      const [state, parent] = read('stat').split(') ').at(-1).split(' ');
      if (words[0].includes('[wrk') && Number(parent) === server.child.pid && state !== 'Z') {
        all.workers.push(Number(name));
      } else if (words[1] === 'courier' && read('environ').split('\0').includes(`ASSENT_DATA=${server.data}`)) {
        all.courier.push(Number(name));
      }
    } catch { /* it has ended since */ }
  }
  return all;
}

function kill(pids) {
  for (const pid of pids) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch { /* it ended by itself */ }
  }
}

const ways = {
  worker: ({ workers }) => kill(workers.slice(random(2)).slice(0, 1)),
  workers: ({ workers }) => kill(workers),
  courier: ({ courier }) => kill(courier),
  parent: () => kill([server.child.pid]),
  all: ({ workers, courier }) => kill([server.child.pid, ...workers, ...courier]),
};
const isEnd = (way) => way === 'parent' || way === 'all';

/** Changes of all kinds at once until the end is told; each person is in one hand. */
function load(round) {
  let isOver = false;
  const free = [...links.keys()].filter((email) => people.get(email).size === 1).sort(() => random(3) - 1);
  const batched = [...people.keys()].filter((email) => email.startsWith('b') && people.get(email).size === 1 && !people.get(email).has(GONE)).slice(0, 40);
  server.ids = new Map(server.sql(`SELECT email_key, printf('%016x', public_id) FROM contact WHERE email_key IN (${[...free, ...batched].map((email) => `'${email}'`)})`).trim().split('\n').map((line) => line.split('|')));
  const each = async (act, next) => {
    for (let what; !isOver && (what = next()) !== undefined;) {
      if (!await act(what).catch((error) => {
        if (error.code === 'ERR_ASSERTION') {
          throw error;
        }
        return false;
      })) {
        await pause(5);
      }
    }
  };
  const share = (part) => free.slice((free.length * part) / 8, (free.length * (part + 1)) / 8);
  const turns = (mine) => {
    let at = 0;
    return () => {
      for (let tries = 0; tries < mine.length; tries++) {
        const email = mine[at++ % mine.length];
        if (people.get(email).size === 1) {
          return email;
        }
      }
      return undefined;
    };
  };
  let number = 0;
  const numbers = () => `${round}-${number++}`;
  const hands = [
    each(kinds.click, turns(share(0))), each(kinds.click, turns(share(1))),
    each((email) => kinds[random(2) ? 'save' : 'click'](email), turns(share(2))), each(kinds.save, turns(share(3))),
    each(kinds.patch, turns(share(4))), each((email) => kinds[random(2) ? 'patch' : 'click'](email), turns(share(5))),
    each(kinds.admin, turns(share(6))), each((email) => kinds[random(2) ? 'admin' : 'save'](email), turns(share(7))),
    each(kinds.batch, numbers), each(kinds.erase, () => batched.pop()), each(kinds.topic, numbers),
    importFile(round).catch(() => {}),
  ];
  return async () => {
    isOver = true;
    await Promise.all(hands);
  };
}

async function until(what, test, ms = 15000) {
  for (const end = Date.now() + ms; ; await pause(20)) {
    if (await test().catch(() => false)) {
      return;
    }
    assert.ok(Date.now() < end, what);
  }
}

/** What the database says is one of the things it may say; then it is the one. */
async function compare() {
  const rows = now();
  for (const [email, states] of people) {
    const is = rows.get(email) ?? GONE;
    assert.ok(states.has(is), `${email} is ${is}, and not ${[...states].join(' or ')}`);
    counts.were += states.size > 1;
    people.set(email, new Set([is]));
    rows.delete(email);
  }
  assert.deepEqual([...rows.keys()], [], 'nobody else');
  const name = topicName();
  assert.ok(topicNames.has(name), `the topic is ${name}, not ${[...topicNames].join(' or ')}`);
  topicNames.clear();
  topicNames.add(name);

  const emails = [...people.keys()];
  const said = await verdicts(emails);
  emails.forEach((email, i) => {
    const [status, mask] = [...people.get(email)][0].split('|');
    assert.equal(said[i] === 'allow', status === '1' && (Number(mask) & bits.newsletter) !== 0, `${email}: ${said[i]}`);
  });
  const counted = server.json(['stats', '--json']);
  assert.equal(counted.total, Number(server.sql('SELECT count(*) FROM contact')));
  assert.equal(counted.topics.newsletter, Number(server.sql(`SELECT count(*) FROM contact WHERE choices & ${bits.newsletter}`)));
  // The list in memory, of either worker, agrees with the file.
  for (const [query, where] of [['status=out', 'status = 0'], ['status=in&sub=yes', 'choices <> 0'], ['q=Whole', "name = 'Whole'"], ['q=Imported', "name = 'Imported'"]]) {
    const many = Number(server.sql(`SELECT count(*) FROM contact WHERE ${where}`));
    for (let worker = 0; worker < 2; worker++) {
      const [, matches] = /data-matches="([\d,]+) p/.exec((await admin.get(`/admin/people?${query}`)).body);
      assert.equal(Number(matches.replaceAll(',', '')), many, query);
    }
  }
  assert.equal(server.sql('PRAGMA integrity_check').trim(), 'ok');
  const verified = server.try(['ledger', 'verify']);
  assert.equal(verified.status, 0, verified.stdout + verified.stderr);
}

/** An import that a kill broke off goes on by itself; one that was only checked is let go. */
async function importsSettle() {
  await until('imports go on', async () => server.sql(`SELECT count(*) FROM import_job WHERE state IN (${WORKING})`).trim() === '0', 30000);
  for (const id of server.sql(`SELECT id FROM import_job WHERE state = ${CHECKED}`).trim().split('\n').filter(Boolean)) {
    await admin.post(`/admin/import/${id}`, { csrf, do: 'discard' });
  }
}

test(`${ROUNDS} rounds of kill -9 under load: what was acknowledged is there, what was not is whole or absent`, { timeout: ROUNDS * 60000 }, async (t) => {
  t.diagnostic(`ASSENT_SEED=${SEED}`);
  const names = Object.keys(ways);
  const began = Date.now();
  for (let round = 0; round < ROUNDS; round++) {
    const way = names[round % names.length];
    kills[way] = (kills[way] ?? 0) + 1;
    const busy = counts.acknowledged + 20; // however slow the machine is
    const end = load(round);
    await Promise.all([pause(10 + random(400)), until('a load worth the name', async () => counts.acknowledged >= busy, 60000)]);
    ways[way](processes());
    await (isEnd(way) ? server.gone : pause(random(150)));
    await end();
    if (isEnd(way)) {
      await server.begin();
    }
    await until('both workers answer again', async () => {
      const all = await Promise.all(Array.from({ length: 6 }, async () => {
        const wire = await Wire.open(server.port);
        const reply = await wire.ask({ path: '/readyz' }).finally(() => wire.close());
        return reply.status;
      }));
      const { workers, courier } = processes();
      return all.every((status) => status === 200) && workers.length === 2 && courier.length === 1;
    });
    try {
      await importsSettle();
      await compare();
    } catch (error) {
      error.message = `round ${round}, ${way} killed, ASSENT_SEED=${SEED}: ${error.message}`;
      throw error;
    }
  }
  assert.doesNotMatch(server.log, /sandbox violation/);
  t.diagnostic(`${JSON.stringify({ kills, ...counts, people: people.size })}, ${Math.round((Date.now() - began) / 1000)} s`);
});
