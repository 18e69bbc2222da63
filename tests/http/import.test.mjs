// Communications → Import: upload, check, import, stop, go on, take back; and what may go wrong.
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, test } from 'node:test';
import { ADMIN, serve } from './lib/server.mjs';
import * as html from './lib/html.mjs';
import { Visitor } from './lib/visitor.mjs';
import { Wire } from './lib/wire.mjs';

const ONE_CLICK = { method: 'POST', headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'List-Unsubscribe=One-Click' };
const pause = (ms) => new Promise((done) => setTimeout(done, ms));

let server;
let visitor;
before(async () => {
  server = await serve();
  visitor = await new Visitor(server).login();
});
after(() => server?.stop());
// A job that a failed test leaves waiting would refuse the next one's upload.
afterEach(async () => {
  const waiting = server.sql('SELECT id FROM import_job WHERE state = 2').trim();
  if (waiting) {
    await act({ path: `/admin/import/${waiting}` }, 'discard');
  }
});

/** As a browser sends the form of /admin/import. */
function multipart(fields, file, filename = 'people.csv') {
  const mark = 'xYzZy';
  const parts = Object.entries(fields).map(([name, value]) => `--${mark}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
  if (file !== undefined) {
    parts.push(`--${mark}\r\nContent-Disposition: form-data; name="file"; filename="${filename}"\r\nContent-Type: text/csv\r\n\r\n${file}\r\n`);
  }
  return { body: `${parts.join('')}--${mark}--\r\n`, type: `multipart/form-data; boundary=${mark}` };
}

async function upload(file, { who = visitor, fields = {}, filename, csrf } = {}) {
  const sent = multipart({ csrf: csrf ?? (await who.csrf()), ...fields }, file, filename);
  return who.post('/admin/import', sent.body, { 'Content-Type': sent.type });
}

/** Waits until nothing is being done for a job; its page. */
async function settled(path, who = visitor) {
  for (let i = 0; i < 600; i++) {
    const page = await who.get(path);
    assert.equal(page.status, 200, page.text);
    if (!html.byId(page.page, 'job').attrs['data-live']) {
      return page;
    }
    await pause(50);
  }
  return assert.fail('the import did not settle');
}

async function checked(file, options) {
  const sent = await upload(file, options);
  assert.equal(sent.status, 303, sent.text);
  return settled(sent.get('location'));
}

async function act(page, what) {
  return visitor.post(page.path, { csrf: await visitor.csrf(), do: what });
}

async function done(file, options) {
  const page = await checked(file, options);
  assert.equal((await act(page, 'start')).status, 303);
  return settled(page.path);
}

const counts = (page) => Object.fromEntries(
  html.all(page.page, (node) => node.tag === 'dl').flatMap((list) => html.all(list, (node) => node.tag === 'div'))
    .map((line) => line.children.filter((child) => child.tag).map(html.tidy)),
);

/** After a test no job may wait, else the next upload is refused. */
async function discard(page) {
  assert.equal((await act(page, 'discard')).status, 303);
}

describe('from a file to people', () => {
  test('a file is checked first: what each column is taken for, what would change, with examples; nothing is written', async () => {
    server.add('known@example.org', { name: 'Before', topics: 'newsletter' });
    const state = server.state();
    const page = await checked(
      'Email,Name,Newsletter,Phone\nnew@example.org,New,yes,123\nknown@example.org,After,no,\nbroken,,yes,\nsame@x,,,\n',
      { filename: 'C:\\Documents\\list.csv' },
    );
    assert.equal(server.state(), state);
    assert.match(page.text, /This is what would change/);
    assert.match(page.text, /list\.csv/);
    assert.doesNotMatch(page.text, /Documents/);
    assert.deepEqual(counts(page), { Rows: '4', 'New people': '1', 'Would change': '1', 'Already so': '0', 'Stay opted out': '0', Rejected: '2' });
    for (const words of ['Phone123Nothing; it is not read', 'Newsletter', 'Subscription: Newsletter', '2new@example.orgOpted In, Newsletter on',
      '3known@example.orgNewsletter off, name: Before → After', '4broken', 'Import 2 people']) {
      assert.ok(page.text.includes(words), `${words} in ${page.text}`);
    }
    await discard(page);
    assert.equal(server.state(), state);
  });

  test('it is imported on the admin’s word; the ledger says who and from which file; rejected rows can be fetched, mended and imported', async () => {
    const page = await done('email,name,newsletter\nw1@example.org,One,yes\nbad address,Two,yes\nw3@example.org,Three,no\n');
    assert.match(page.text, /Imported/);
    assert.deepEqual(counts(page), { Rows: '3', Added: '2', Changed: '0', 'Already so': '0', 'Stay opted out': '0', Rejected: '1' });
    assert.deepEqual(server.on('w1@example.org'), ['newsletter']);
    assert.equal(server.history('w1@example.org')[0].actor, 'import');
    assert.match(server.sql("SELECT e.actor || ' ' || p.note FROM entry e JOIN entry_private p USING (position) WHERE e.kind = 16 ORDER BY position DESC LIMIT 1"), /file: people\.csv/);
    const rejected = await visitor.take(`${page.path}/rejected`);
    assert.equal(rejected.get('content-type'), 'text/csv; charset=utf-8');
    assert.match(rejected.get('content-disposition'), /attachment/);
    assert.match(rejected.body, /^email,name,newsletter,line,reason\r?\nbad address,Two,yes,3,/);
    const again = await done(rejected.body.replace('bad address', 'w2@example.org'));
    assert.equal(counts(again).Added, '1');
    assert.deepEqual(readdirSync(join(server.data, 'imports')).filter((name) => !name.includes('rejected')), [], 'uploads are removed once they are in');
  });

  test('an opt-out stands against a file, unless the admin says how they agreed', async () => {
    server.add('gone@example.org');
    await server.ask({ path: server.links('gone@example.org').unsubscribe, ...ONE_CLICK });
    const file = 'email,status,newsletter\ngone@example.org,Opted In,yes\n';
    const page = await checked(file);
    assert.equal(counts(page)['Stay opted out'], '1');
    assert.doesNotMatch(page.text, /Import 1 p/);
    await discard(page);
    assert.equal(server.show('gone@example.org').status, 'opted_out');
    await done(file, { fields: { consent: 'signed form at the fair' } });
    assert.equal(server.show('gone@example.org').status, 'opted_in');
    assert.match(JSON.stringify(server.history('gone@example.org')), /signed form at the fair/);
  });

  test('one at a time: while one waits for a word, another upload is refused and leaves nothing behind', async () => {
    const page = await checked('email\nbusy@example.org\n');
    const files = readdirSync(join(server.data, 'imports')).length;
    const second = await upload('email\nother@example.org\n');
    assert.equal(second.status, 409);
    assert.match(second.text, /An import is under way/);
    assert.equal(readdirSync(join(server.data, 'imports')).length, files);
    await discard(page);
  });

  test('a file that is none says why and what to do', async () => {
    for (const [file, words] of [['name\nX\n', /no column.*email|email/i], ['\u0000\u0001\u0002', /./], ['email,email\na@b.example,b@c.example\n', /mean the same/], ['email;name\na@example.org;X\n', /comma/]]) {
      const page = await checked(file);
      assert.match(page.text, /This file can’t be imported/);
      assert.match(page.text, words);
      assert.doesNotMatch(page.text, /Import \d/);
    }
  });

  test('no file, an empty one and a consent that is too long are each told beside the form', async () => {
    for (const [file, fields, words] of [[undefined, {}, /Choose a file first/], ['', {}, /The file is empty/], ['email\na@example.org\n', { consent: 'x'.repeat(2001) }, /Keep it under/]]) {
      const reply = await upload(file, { fields });
      assert.equal(reply.status, 422);
      assert.match(reply.text, words);
    }
  });
});

describe('taking it back', () => {
  test('as a whole: who was on the list stands as before, who was new is opted out and can be imported again', async () => {
    server.add('u-old@example.org', { name: 'Old Name', topics: 'newsletter', type: 'client' });
    const before_ = server.show('u-old@example.org');
    const file = 'email,name,contact type,language,newsletter,marketing\nu-old@example.org,New Name,Partner,de,no,yes\nu-new@example.org,N,Client,,yes,no\nu-twice@example.org,T,Client,,yes,no\nu-twice@example.org,T2,Client,,no,yes\n';
    const page = await done(file);
    assert.equal(server.show('u-old@example.org').name, 'New Name');
    assert.equal((await act(page, 'undo')).status, 303);
    const after_ = await settled(page.path);
    assert.match(after_.text, /Taken back/);
    const { updated_at: _, ...was } = before_;
    const { updated_at: __, ...is } = server.show('u-old@example.org');
    assert.deepEqual(is, was);
    assert.equal(server.show('u-new@example.org').status, 'opted_out');
    assert.equal(server.show('u-twice@example.org').status, 'opted_out');
    assert.equal((await act(page, 'undo')).status, 409, 'once');
    await done(file);
    assert.deepEqual(server.on('u-new@example.org'), ['newsletter'], 'nobody had said no');
    assert.deepEqual(server.on('u-twice@example.org'), ['marketing']);
  });

  test('a no since is left alone by the undo, and one after it stands against the next import (never lose a no)', async () => {
    const file = 'email,newsletter\nn-since@example.org,yes\nn-after@example.org,yes\nn-topic@example.org,yes\n';
    const page = await done(file);
    await server.ask({ path: server.links('n-since@example.org').unsubscribe, ...ONE_CLICK });
    const history = server.history('n-since@example.org').length;
    await act(page, 'undo');
    const undone = await settled(page.path);
    assert.match(undone.text, /2 stand as before.* 1 were left alone/);
    assert.equal(server.history('n-since@example.org').length, history);
    const reply = await server.ask({ path: server.links('n-after@example.org').unsubscribe, ...ONE_CLICK });
    assert.equal(reply.status, 200);
    await server.ask({ path: server.links('n-topic@example.org', 'newsletter').unsubscribe, ...ONE_CLICK });
    const again = await done(file, {});
    assert.equal(counts(again)['Stay opted out'], '3');
    for (const email of ['n-since@example.org', 'n-after@example.org', 'n-topic@example.org']) {
      assert.equal(server.show(email).status, 'opted_out', email);
    }
  });
});

/** The process that works for this server. */
function courierOf({ data }) {
  const pid = readdirSync('/proc').filter((name) => /^\d+$/.test(name)).find((name) => {
    try {
      const read = (what) => readFileSync(`/proc/${name}/${what}`, 'utf8').split('\0');
      return read('cmdline')[1] === 'courier' && read('environ').includes(`ASSENT_DATA=${data}`);
    } catch {
      return false; // it has ended since
    }
  });
  assert.ok(pid, 'no courier');
  return Number(pid);
}

describe('on the way', () => {
  const MANY = 30000;
  const many = (name) => `email,newsletter\n${Array.from({ length: MANY }, (_, i) => `${name}${i}@example.org,yes\n`).join('')}`;
  const added = (name) => Number(server.sql(`SELECT count(*) FROM contact WHERE email_key LIKE '${name}%'`));

  test('stopped: what was written stays and is counted; it goes on where it stopped', async () => {
    const page = await checked(many('stop'));
    await act(page, 'start');
    let stopped;
    for (let i = 0; i < 200 && added('stop') === 0; i++) {
      await pause(5);
    }
    await act(page, 'stop');
    stopped = await settled(page.path);
    if (/Stopped before its end/.test(stopped.text)) {
      assert.equal(counts(stopped).Added.replace(/\D/g, ''), String(added('stop')));
      assert.equal((await act(page, 'start')).status, 303);
      stopped = await settled(page.path);
    }
    assert.match(stopped.text, /Imported/);
    assert.equal(added('stop'), MANY);
    assert.equal(counts(stopped).Added, '30,000');
  });

  test('the courier killed in the middle: the next one goes on, nothing is lost and nothing is done twice', async () => {
    const page = await checked(many('kill'));
    await act(page, 'start');
    for (let i = 0; i < 400 && added('kill') === 0; i++) {
      await pause(5);
    }
    process.kill(courierOf(server), 'SIGKILL');
    const page2 = await settled(page.path);
    assert.match(page2.text, /Imported/);
    assert.equal(added('kill'), MANY);
    assert.deepEqual(counts(page2), { Rows: '30,000', Added: '30,000', Changed: '0', 'Already so': '0', 'Stay opted out': '0', Rejected: '0' });
    assert.equal(server.run(['stats', '--json']).length > 0, true);
  });

  test('a page that is loaded anew meanwhile shows how far it is; without the script it loads itself', async () => {
    const page = await checked(many('again'));
    await act(page, 'start');
    const now = await visitor.get(page.path);
    if (html.byId(now.page, 'job').attrs['data-live']) {
      assert.match(now.body, /<noscript><meta http-equiv="refresh"/);
      assert.match(now.body, /<progress[^>]* max="1000"/);
      assert.match((await visitor.get('/admin/import')).text, /An import is under way/);
    }
    await settled(page.path);
    assert.equal((await visitor.get(page.path)).body.includes('http-equiv'), false);
  });
});

describe('who may', () => {
  test('viewers look and change nothing; strangers do not get so far as to send a long body', async () => {
    server.run(['admin', 'add', 'vera@example.com', '--name', 'Vera', '--role', 'viewer'], `${ADMIN.password}\n`);
    const vera = await new Visitor(server).login({ email: 'vera@example.com' });
    const list = await vera.get('/admin/import');
    assert.equal(list.status, 200);
    assert.doesNotMatch(list.body, /type="file"/);
    assert.equal((await upload('email\nx@example.org\n', { who: vera, csrf: 'none' })).status, 403);
    const stranger = new Visitor(server);
    assert.equal((await upload('email\nx@example.org\n', { who: stranger, csrf: 'none' })).status, 401);
    const wire = await Wire.open(server.port);
    const reply = await wire.ask({ method: 'POST', path: '/admin/import', headers: { 'Content-Type': 'multipart/form-data; boundary=x', 'Content-Length': '5000000' }, length: false, body: 'x' });
    assert.equal(reply.status, 401);
    const browser = await Wire.open(server.port);
    const page = await browser.ask({ method: 'POST', path: '/admin/import', headers: { Accept: 'text/html', 'Content-Type': 'multipart/form-data; boundary=x', 'Content-Length': '5000000' }, length: false, body: 'x' });
    assert.match(String(page.body), /<h1>Please sign in<\/h1>/);
  });

  test('S4: a form of another site, or with the wrong token, is refused and keeps nothing', async () => {
    const files = readdirSync(join(server.data, 'imports')).length;
    assert.equal((await upload('email\nx@example.org\n', { csrf: 'wrong' })).status, 403);
    const sent = multipart({ csrf: await visitor.csrf() }, 'email\nx@example.org\n');
    assert.equal((await visitor.post('/admin/import', sent.body, { 'Content-Type': sent.type, Origin: 'https://evil.example', 'Sec-Fetch-Site': 'cross-site' })).status, 403);
    assert.equal(readdirSync(join(server.data, 'imports')).length, files);
  });

  test('a body that is no form, or too long, gets a clear answer', async () => {
    const reply = await visitor.post('/admin/import', 'nonsense', { 'Content-Type': 'multipart/form-data; boundary=q' });
    assert.equal(reply.status, 400);
    assert.match(reply.text, /did not come through whole/);
    const wire = await Wire.open(server.port);
    const long = await wire.ask({ method: 'POST', path: '/admin/import', headers: { 'Content-Type': 'multipart/form-data; boundary=x', 'Content-Length': '300000000', Cookie: [...visitor.cookies].map(([n, v]) => `${n}=${v}`).join('; ') }, length: false, body: 'x' });
    assert.equal(long.status, 413);
    assert.match(long.body, /assent import/);
  });

  test('addresses of no job are 404; acts that are none, or too late, change nothing', async () => {
    for (const path of ['/admin/import/999999', '/admin/import/0', '/admin/import/99999999999999999999']) {
      assert.equal((await visitor.get(path)).status, 404, path);
    }
    assert.equal((await visitor.take('/admin/import/999999/rejected')).status, 404);
    const page = await done('email\nlate@example.org\n');
    assert.equal((await act(page, 'start')).status, 409);
    assert.equal((await act(page, 'discard')).status, 409);
    assert.equal((await act(page, 'explode')).status, 400);
    assert.equal((await visitor.take(`${page.path}/rejected`)).status, 404);
  });
});
