// A server of its own for a test file: a fresh data folder, people, an admin, Kore on a free port.
import { execFile, execFileSync, spawn, spawnSync } from 'node:child_process';
import { chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { remove } from './remove.mjs';
import { ask } from './wire.mjs';

const assent = resolve(process.env.ASSENT_BUILD ?? 'build', 'assent');
const FIRST_PORT = Number(process.env.ASSENT_TEST_PORT ?? 8220);
const PORTS = 80;

export const ADMIN = { email: 'ada@example.com', name: 'Ada Admin', password: 'correct horse battery 9' };

// A test file that is stopped from outside takes its servers with it.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) {
  process.once(signal, () => process.exit(1));
}

async function isFree(port) {
  return new Promise((done) => {
    const probe = net.createServer();
    probe.once('error', () => done(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => done(true)));
  });
}

const held = [];
process.once('exit', () => held.forEach((path) => rmSync(path, { force: true })));

/** Whether the port is ours now: a file that names its holder keeps test files that run at once apart. */
function hold(port) {
  const path = join(tmpdir(), `assent-test-port-${port}`);
  for (let tries = 0; tries < 2; tries++) {
    try {
      writeFileSync(path, String(process.pid), { flag: 'wx' });
      held.push(path);
      return true;
    } catch {
      try {
        process.kill(Number(readFileSync(path, 'utf8')), 0);
        return false;
      } catch (error) {
        if (error.code !== 'ESRCH') {
          return false;
        }
        rmSync(path, { force: true }); // whoever held it is gone
      }
    }
  }
  return false;
}

/** A port nobody has, from a range begun at a random place. */
export async function freePort() {
  const start = Math.floor(Math.random() * PORTS);
  for (let i = 0; i < PORTS; i++) {
    const port = FIRST_PORT + ((start + i) % PORTS);
    if (hold(port) && (await isFree(port))) {
      return port;
    }
  }
  throw new Error('no free port');
}

export class Server {
  constructor(port, data, env) {
    this.port = port;
    this.data = data;
    this.origin = `${env.ASSENT_TLS ? 'https' : 'http'}://127.0.0.1:${port}`;
    this.env = { ...process.env, ASSENT_DATA: data, ASSENT_PUBLIC_URL: this.origin, ...env };
    this.log = '';
    this.closed = [];
    this.program = assent;
  }

  /** Runs the command; its standard output. Throws when it exits other than 0. */
  run(args, input) {
    return execFileSync(assent, args, { env: this.env, encoding: 'utf8', input: input ?? '', stdio: 'pipe', maxBuffer: 1 << 28 });
  }

  /** Runs the command whatever it exits with. */
  try(args, input) {
    return spawnSync(assent, args, { env: this.env, encoding: 'utf8', input: input ?? '', maxBuffer: 1 << 28 });
  }

  json(args) {
    return JSON.parse(this.run(args));
  }

  async runAsync(args) {
    return (await promisify(execFile)(assent, args, { env: this.env, maxBuffer: 1 << 28 })).stdout;
  }

  /** The person as the command shows them: the state that tests assert. */
  show(email) {
    return this.json(['show', email]);
  }

  /** Topic keys that are on, in order. */
  on(email) {
    return Object.entries(this.show(email).topics).filter(([, on]) => on).map(([key]) => key).sort();
  }

  history(email) {
    return this.json(['history', email, '--json']);
  }

  add(email, { topics = 'newsletter,product_updates', name = 'Test Person', type = 'client' } = {}) {
    this.run(['add', email, '--name', name, '--type', type, '--topics', topics, '--consent', 'ticked the box']);
  }

  /** Both links as paths with their full URLs beside. */
  links(email, topic) {
    const found = this.json(['link', email, ...(topic ? ['--topic', topic] : []), '--json']);
    return {
      manage: new URL(found.manage).pathname,
      unsubscribe: new URL(found.unsubscribe).pathname,
      urls: found,
    };
  }

  sql(text) {
    return execFileSync('sqlite3', ['-cmd', '.timeout 5000', join(this.data, 'assent.db'), text], { encoding: 'utf8', maxBuffer: 1 << 28 });
  }

  /** Everything that makes up the state, as one text: equal texts mean that nothing changed. */
  state() {
    return this.sql(
      'SELECT * FROM contact; SELECT * FROM topic; SELECT count(*), max(position) FROM entry; SELECT * FROM counter; SELECT * FROM topic_counter; SELECT * FROM setting; SELECT * FROM link_key; SELECT id, email, role FROM admin;',
    );
  }

  import(csv) {
    const path = join(this.data, 'people.csv');
    writeFileSync(path, csv);
    return this.run(['import', path]);
  }

  ask(request) {
    return ask(this.port, { secure: Boolean(this.env.ASSENT_TLS), ...request });
  }

  /** Waits until the server has read all that reached it: nothing lies in its sockets any more. */
  async hasRead() {
    const at = `:${this.port.toString(16).toUpperCase().padStart(4, '0')}`;
    const unread = () => readFileSync('/proc/net/tcp', 'utf8').split('\n').map((line) => line.trim().split(/\s+/))
      .some(([, local, , state, queues]) => local?.endsWith(at) && state === '01' && !queues.endsWith(':00000000'));
    for (let i = 0; unread(); i++) {
      if (i === 1000) {
        throw new Error('the server does not read what was sent to it');
      }
      await new Promise((done) => setTimeout(done, 10));
    }
  }

  async begin() {
    this.child = spawn(this.program, ['serve', '--quiet', '--port', String(this.port), ...(this.env.ASSENT_TLS ? ['--tls'] : [])], {
      env: this.env,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const note = (chunk) => {
      this.log += chunk;
    };
    this.child.stdout.on('data', note);
    this.child.stderr.on('data', note);
    this.gone = new Promise((done) => this.child.once('exit', done));
    const { child } = this;
    this.closed.push(new Promise((done) => child.once('close', done)));
    process.once('exit', () => child.kill('SIGTERM'));
    for (let i = 0; i < 600; i++) {
      if (this.child.exitCode !== null) {
        throw new Error(`the server ended at its start:\n${this.log}`);
      }
      try {
        const reply = await this.ask({ path: '/readyz' });
        if (reply.status === 200) {
          return;
        }
      } catch {
        // not listening yet
      }
      await new Promise((done) => setTimeout(done, 50));
    }
    throw new Error(`the server did not begin to answer:\n${this.log}`);
  }

  /** Ends the server, and waits for all that it and its forerunners began: the courier, which ends
   *  after it, holds its output open. */
  async end() {
    if (this.child && this.child.exitCode === null) {
      this.child.kill('SIGTERM');
      const limit = setTimeout(() => this.child.kill('SIGKILL'), 10000);
      await this.gone;
      clearTimeout(limit);
    }
    let limit;
    const late = new Promise((_, fail) => {
      limit = setTimeout(() => fail(new Error(`something of the server outlives it:\n${this.log}`)), 30000);
    });
    await Promise.race([Promise.all(this.closed), late]).finally(() => clearTimeout(limit));
  }

  async stop() {
    await this.end();
    if (this.log.includes('sandbox violation')) {
      throw new Error(`the sandbox ended a worker:\n${this.log}`);
    }
    remove(this.data);
  }
}

/** A running server with an empty list and one admin. env: more environment, as a moved clock;
 *  program: another than the one that was built; owner: the number of the user who owns the data. */
export async function serve({ env = {}, admin = true, before, program = assent, owner } = {}) {
  const data = mkdtempSync(join(tmpdir(), 'assent-test-'));
  const server = new Server(await freePort(), data, env);
  server.program = program;
  try {
    if (owner !== undefined) {
      chownSync(data, owner, owner);
    }
    server.run(['init']);
    if (admin) {
      server.run(['admin', 'add', ADMIN.email, '--name', ADMIN.name], `${ADMIN.password}\n`);
    }
    await before?.(server);
    await server.begin();
  } catch (error) {
    await server.stop();
    throw error;
  }
  return server;
}
