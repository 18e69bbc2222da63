// A real mail server (npm smtp-server) for a test, certificates made on the spot, and a data folder
// whose courier sends to it.
import { execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SMTPServer } from 'smtp-server';
import { assent, folder } from './command.mjs';

/** A self-made certificate for that name or address; paths and PEM texts. */
export function certificate(at, name, label = name) {
  const cert = join(at.path, `${label}.pem`);
  const key = join(at.path, `${label}.key`);
  const subject = /^[\d.]+$/.test(name) ? `IP:${name}` : `DNS:${name}`;
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
    '-subj', '/CN=test', '-addext', `subjectAltName=${subject}`, '-keyout', key, '-out', cert], { stdio: 'pipe' });
  return { path: cert, cert: readFileSync(cert), key: readFileSync(key) };
}

/** What a hook of smtp-server answers to refuse. */
export const refusal = (code, words) => Object.assign(new Error(words), { responseCode: code });

/**
 * Runs until the test ends. rules: connect, mail, rcpt, data({ address, n: which call, id: of the session, hangUp }): an
 * Error refuses, a promise is waited for. Kept in mails: { from, to, text, raw, secure, session }.
 */
export async function mailServer(t, { rules = {}, ...options } = {}) {
  const mails = [];
  const sessions = [];
  const calls = { connect: 0, mail: 0, rcpt: 0, data: 0 };
  const ask = async (name, session, address) => {
    calls[name] += 1;
    const hangUp = () => [...server.connections].find(({ id }) => id === session.id)?._socket.destroy();
    const said = await rules[name]?.({ address, n: calls[name], id: session.id, hangUp });
    if (said instanceof Error) {
      throw said;
    }
  };
  const server = new SMTPServer({
    authOptional: true,
    disableReverseLookup: true,
    closeTimeout: 200,
    hideSTARTTLS: !options.key,
    onConnect: (session, done) => {
      sessions.push(session);
      void ask('connect', session).then(() => done(), done);
    },
    onMailFrom: (address, session, done) => void ask('mail', session, address.address).then(() => done(), done),
    onRcptTo: (address, session, done) => void ask('rcpt', session, address.address).then(() => done(), done),
    onData: (stream, session, done) => {
      const parts = [];
      stream.on('data', (part) => parts.push(part));
      stream.on('end', () => {
        const raw = Buffer.concat(parts);
        const { envelope } = session;
        const to = envelope.rcptTo[0].address;
        if (stream.sizeExceeded) {
          done(refusal(552, 'too large'));
          return;
        }
        void ask('data', session, to).then(() => {
          mails.push({ from: envelope.mailFrom, to, raw, text: raw.toString('utf8'), secure: session.secure, session });
          done();
        }, done);
      });
    },
    ...options,
  });
  server.on('error', () => {}); // clients that hang up, as told to
  await new Promise((done) => server.listen(options.port ?? 0, '127.0.0.1', done));
  const { port } = server.server.address();
  const close = () => new Promise((done) => {
    for (const connection of server.connections) {
      connection._socket?.destroy();
    }
    server.close(done);
  });
  t.after(close);
  return { server, port, mails, sessions, calls, close, url: `${options.secure ? 'smtps' : 'smtp'}://127.0.0.1:${port}` };
}

/** A data folder with one person, whose courier reads conf (text) and sends to url. */
export function office(t, url, conf = 'smtp_tls off\n') {
  const at = folder(t);
  Object.assign(at.env, { ASSENT_PUBLIC_URL: 'https://mail.example.com', ASSENT_SMTP: url, ASSENT_CONF: at.write('mail.conf', conf) });
  return Object.assign(at, {
    /** Asks for count fresh links to an address that is put on the list; the last letter's id. */
    ask(address = 'ann@example.com', count = 1) {
      at.run(['add', address]);
      return Number(at.sql(`WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${count})
        INSERT INTO letter (message_id, kind, contact, confirmation, address, language, created_at, due_at, tries, outcome, ended_at, fault)
        SELECT randomblob(16), 1, 0, 0, '${address}', '', unixepoch(), unixepoch(), 0, 0, 0, '' FROM n; SELECT last_insert_rowid();`));
    },
    /** { outcome: 'waits' | 'sent' | 'dead', tries, fault } */
    letter(id) {
      const [outcome, tries, ...fault] = at.sql(`SELECT outcome, tries, fault FROM letter WHERE id = ${id}`).trim().split('|');
      return { outcome: ['waits', 'sent', 'dead'][Number(outcome)], tries: Number(tries), fault: fault.join('|') };
    },
    hasten: () => at.sql('UPDATE letter SET due_at = 0 WHERE outcome = 0'),
    /** A courier beside this process; .ended gives { code, out, err }. */
    courier(args = ['--once'], env = {}) {
      const child = spawn(assent, ['courier', ...args], { env: { ...process.env, ...at.env, ...env }, cwd: at.path });
      const text = { out: '', err: '' };
      child.stdout.on('data', (chunk) => (text.out += chunk));
      child.stderr.on('data', (chunk) => (text.err += chunk));
      child.ended = new Promise((done) => child.once('close', (code, signal) => done({ code, signal, ...text })));
      at.ends.push(async () => {
        child.kill('SIGKILL');
        await child.ended;
      });
      return child;
    },
    async send(env) {
      const done = await at.courier(['--once'], env).ended;
      if (done.code !== 0) {
        throw new Error(`the courier exited ${done.code}: ${done.err}`);
      }
      return done;
    },
  });
}

export const messageId = (mail) => /^Message-ID: (<[^>]+>)\r?$/m.exec(mail.text)[1];

export async function until(what, is, times = 400) {
  for (let i = 0; i < times; i++) {
    const found = await is();
    if (found) {
      return found;
    }
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`not in time: ${what}`);
}
