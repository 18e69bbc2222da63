// The command in a data folder of its own.
import { spawn, spawnSync, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { remove } from '../../http/lib/remove.mjs';

export const assent = resolve(process.env.ASSENT_BUILD ?? 'build', 'assent');

/** Runs the command in any folder: { code, out, err }. */
export function command(args, { input = '', env = {}, cwd } = {}) {
  const { ASSENT_DATA, ASSENT_CONF, ASSENT_PUBLIC_URL, PORT, DATA, TLS, ...kept } = process.env;
  const done = spawnSync(assent, args, { input, encoding: 'utf8', cwd, env: { ...kept, ...env }, maxBuffer: 1 << 28 });
  return { code: done.status, signal: done.signal, out: done.stdout, err: done.stderr };
}

export class Folder {
  constructor() {
    this.path = mkdtempSync(join(tmpdir(), 'assent-cli-'));
    this.data = join(this.path, 'data');
    this.env = { ASSENT_DATA: this.data };
    this.ends = [];
  }

  /** Ends what was left running, newest first, then the folder. */
  async end() {
    for (const end of this.ends.reverse()) {
      await end();
    }
    this.remove();
  }

  /** Whatever it exits with. */
  try(args, input, env = {}) {
    return command(args, { input, env: { ...this.env, ...env }, cwd: this.path });
  }

  /** Must exit 0 and say nothing on standard error; its standard output. */
  run(args, input) {
    const done = this.try(args, input);
    if (done.code !== 0) {
      throw new Error(`assent ${args.join(' ')} exited ${done.code}: ${done.err}`);
    }
    return done.out;
  }

  json(args, input) {
    return JSON.parse(this.run(args, input));
  }

  /** A child that runs on, for signals. */
  start(args) {
    const child = spawn(assent, args, { env: { ...process.env, ...this.env }, cwd: this.path });
    child.text = { out: '', err: '' };
    child.stdout.on('data', (chunk) => (child.text.out += chunk));
    child.stderr.on('data', (chunk) => (child.text.err += chunk));
    child.gone = new Promise((done) => child.once('exit', done)); // its own children may live on
    child.ended = new Promise((done) => child.once('close', (code, signal) => done({ code, signal })));
    return child;
  }

  write(name, content) {
    const path = join(this.path, name);
    writeFileSync(path, content);
    return path;
  }

  /** Runs a shell script with the command's path as $1; its standard output. */
  sh(script) {
    return execFileSync('sh', [script, assent], { env: { ...process.env, ...this.env }, cwd: this.path, encoding: 'utf8' });
  }

  sql(text) {
    return execFileSync('sqlite3', ['-cmd', '.timeout 5000', join(this.data, 'assent.db'), text], { encoding: 'utf8', maxBuffer: 1 << 28 });
  }

  /** A hash of all that the database holds. */
  hash() {
    return createHash('sha256').update(this.sql('.dump')).digest('hex');
  }

  remove() {
    remove(this.path);
  }
}

/** A folder with an empty list, removed when the test t ends. */
export function folder(t, { init = true } = {}) {
  const made = new Folder();
  t.after(() => made.end());
  if (init) {
    made.run(['init']);
  }
  return made;
}
