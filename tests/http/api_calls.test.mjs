// Setup → API: every example works as it stands on the page, against a live server.
import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { SMTPServer } from 'smtp-server';
import { until } from './lib/endpoint.mjs';
import * as html from './lib/html.mjs';
import { remove } from './lib/remove.mjs';
import { serve } from './lib/server.mjs';
import { Visitor } from './lib/visitor.mjs';

let server;
let folder;
let page;
let env;
before(async () => {
  server = await serve();
  folder = mkdtempSync(join(tmpdir(), 'assent-examples-'));
  const { key } = server.json(['apikey', 'new', 'examples', '--scopes', 'check,links,contacts:read,contacts:write,events', '--json']);
  env = { ...process.env, ASSENT_KEY: key };
  page = await (await new Visitor(server).login()).get('/admin/api');
});
after(async () => {
  await server?.stop();
  remove(folder);
});

/** The text of an example, as a reader copies it. */
const example = (id) => html.text(html.byId(page.page, id));
const shell = (id) => {
  const { status, stdout, stderr } = spawnSync('sh', ['-e', '-c', example(id)], { cwd: folder, env, encoding: 'utf8', timeout: 30000 });
  assert.equal(status, 0, `${id}: ${stderr}`);
  assert.doesNotMatch(stdout, /problems#/, id);
  return stdout;
};

test('the page is for whoever is signed in, and each example has its copy button', async () => {
  assert.equal(page.status, 200);
  assert.equal((await server.ask({ path: '/admin/api' })).status, 401);
  const runs = html.all(page.page, (node) => node.attrs['data-run']).map((node) => node.attrs.id);
  const copies = html.all(page.page, (node) => node.attrs['data-copy-field']).map((node) => node.attrs['data-copy-field']);
  assert.deepEqual(copies, runs);
  assert.ok(runs.length >= 12);
  for (const id of runs) {
    assert.ok(example(id).includes(`${server.origin}/api/v1/`) || example(id).includes(`"${server.origin}" + path`), id);
  }
});

test('the curl lines do what the page says', () => {
  assert.equal(JSON.parse(shell('ex-topics')).topics[0].key, 'newsletter');
  assert.equal(JSON.parse(shell('ex-put')).email, 'ada@example.org');
  assert.match(shell('ex-batch'), /bob@example\.org/);
  assert.deepEqual(JSON.parse(shell('ex-check')).results.map((one) => one.verdict), ['allow', 'opted_out', 'unknown']);
  assert.match(shell('ex-lines'), /^ada@example\.org\n/);
  assert.match(JSON.parse(shell('ex-links')).results[0].manage, /\/p\/[\w-]{112}/);
  shell('ex-feedback');
  shell('ex-feedback');
  assert.deepEqual(server.on('bob@example.org'), []);
  assert.match(shell('ex-events'), /"type":"contact\.added"[^]*assent-position: \d+/i);
});

test('the stream of the page tells of a change', async (t) => {
  const child = spawn('sh', ['-c', `exec ${example('ex-stream')}`], { cwd: folder, env });
  t.after(() => child.kill());
  let heard = '';
  child.stdout.on('data', (chunk) => (heard += chunk));
  await until('it began', () => heard.includes('id: '));
  server.add('streamed@example.org');
  await until('the change', () => heard.includes('streamed@example.org'));
});

test('the Python example checks, and follows', async (t) => {
  const path = join(folder, 'example.py');
  writeFileSync(path, example('ex-python'));
  const child = spawn('python3', [path], { cwd: folder, env });
  t.after(() => child.kill());
  let said = '';
  child.stdout.on('data', (chunk) => (said += chunk));
  child.stderr.on('data', (chunk) => (said += chunk));
  await until('verdicts', () => said.includes('ada@example.org allow\ncem@example.org opted_out\n'));
  server.add('followed@example.org');
  await until('the change', () => said.includes('contact.added followed@example.org\n'));
});

test('the nodemailer example sends to who may be mailed, with header lines that are followed', async (t) => {
  const mails = [];
  const smtp = new SMTPServer({ disabledCommands: ['AUTH', 'STARTTLS'], onData(stream, session, done) {
    let text = '';
    stream.on('data', (chunk) => (text += chunk)).on('end', () => {
      mails.push({ to: session.envelope.rcptTo.map((one) => one.address), text });
      done();
    });
  } });
  await new Promise((done) => smtp.listen(0, '127.0.0.1', done));
  t.after(() => smtp.close());
  const path = join(folder, 'example.mjs');
  writeFileSync(path, example('ex-nodemailer'));
  symlinkSync(resolve('tests/node_modules'), join(folder, 'node_modules'));
  const child = spawn(process.execPath, [path], { cwd: folder, env: { ...env, SMTP_URL: `smtp://127.0.0.1:${smtp.server.address().port}` } });
  let said = '';
  child.stderr.on('data', (chunk) => (said += chunk));
  assert.equal(await new Promise((done) => child.on('exit', done)), 0, said);
  assert.deepEqual(mails.map((mail) => mail.to), [['ada@example.org']]);
  const head = mails[0].text.split('\r\n\r\n')[0].replace(/\r\n[ \t]+/g, ' ');
  assert.match(head, /^List-Unsubscribe-Post: List-Unsubscribe=One-Click$/m);
  assert.match(head, /^List-Id: /im);
  const link = new URL(/^List-Unsubscribe: <([^>]+)>/m.exec(head)[1]);
  const reply = await server.ask({ method: 'POST', path: link.pathname + link.search, headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'List-Unsubscribe=One-Click' });
  assert.equal(reply.status, 200);
  assert.deepEqual(server.on('ada@example.org'), []);
  shell('ex-put'); // and she is back
});

test('the files for SendGrid and SES hold who may be mailed, with their links and header lines', () => {
  shell('ex-lines');
  shell('ex-sendgrid');
  const sendgrid = JSON.parse(readFileSync(join(folder, 'sendgrid.json'), 'utf8'));
  assert.deepEqual(sendgrid.personalizations.map((one) => one.to), [[{ email: 'ada@example.org' }]]);
  const [one] = sendgrid.personalizations;
  assert.deepEqual(Object.keys(one.headers), ['List-Unsubscribe', 'List-Unsubscribe-Post', 'List-Id']);
  assert.ok(one.dynamic_template_data.manage.startsWith(`${server.origin}/p/`));
  shell('ex-ses');
  const ses = JSON.parse(readFileSync(join(folder, 'ses.json'), 'utf8'));
  const [entry] = ses.BulkEmailEntries;
  assert.deepEqual(entry.Destination, { ToAddresses: ['ada@example.org'] });
  assert.deepEqual(entry.ReplacementHeaders.map((field) => field.Name), ['List-Unsubscribe', 'List-Unsubscribe-Post', 'List-Id']);
  const data = JSON.parse(entry.ReplacementEmailContent.ReplacementTemplate.ReplacementTemplateData);
  assert.ok(data.unsubscribe.startsWith(`${server.origin}/u/`));
});
