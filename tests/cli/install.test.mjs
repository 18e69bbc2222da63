// make install and make uninstall, into a folder of the test's own: what is put where, that it
// serves from there, what an upgrade and a removal leave alone, and what the units allow.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { remove } from '../http/lib/remove.mjs';
import { serve } from '../http/lib/server.mjs';

const root = mkdtempSync(join(tmpdir(), 'assent-install-'));
const at = (path) => join(root, path);
const make = (...words) => execFileSync('make', ['--no-print-directory', ...words, `DESTDIR=${root}`], { encoding: 'utf8', stdio: 'pipe' });
const units = ['assent', 'assent-courier'];
const unit = (name) => readFileSync(at(`usr/lib/systemd/system/${name}.service`), 'utf8');

before(() => make('install'));
after(() => remove(root));

test('the installed program reads the installed settings, and serves with nothing of the checkout', async () => {
  assert.match(readFileSync(at('etc/assent/assent.conf'), 'utf8'), /^data \/var\/lib\/assent$/m);
  const conf = at('etc/assent.test.conf');
  writeFileSync(conf, 'trusted_proxy 127.0.0.1\n');
  const server = await serve({ admin: false, program: at('usr/bin/assent'), env: { ASSENT_CONF: conf } });
  try {
    assert.equal((await server.ask({ path: '/' })).status, 200);
    const held = readFileSync(`/proc/${server.child.pid}/maps`, 'utf8');
    assert.match(held, new RegExp(`${root}/usr/lib/assent/assent\\.so`));
    const { ASSENT_CONF, ...rest } = server.env;
    const lost = spawnSync(at('usr/bin/assent'), ['stats'], { env: { ...rest, ASSENT_DATA: '' }, encoding: 'utf8', cwd: server.data });
    if (!existsSync('/etc/assent/assent.conf')) {
      assert.equal(lost.status, 1);
      assert.match(lost.stderr, /\/etc\/assent\/assent\.conf: No such file/, 'it looks nowhere else');
    }
  } finally {
    await server.stop();
  }
});

test('an upgrade keeps the settings; a removal keeps settings and data', () => {
  appendFileSync(at('etc/assent/assent.conf'), 'public_url https://mail.example.com\n');
  mkdirSync(at('var/lib/assent'), { recursive: true });
  make('install');
  assert.match(readFileSync(at('etc/assent/assent.conf'), 'utf8'), /mail\.example\.com/);
  make('uninstall');
  const left = execFileSync('find', [root, '-type', 'f'], { encoding: 'utf8' }).trim().split('\n').map((path) => path.slice(root.length + 1));
  assert.deepEqual(left.filter((path) => path.startsWith('usr/')), []);
  assert.ok(left.includes('etc/assent/assent.conf'));
  assert.ok(existsSync(at('var/lib/assent')));
  make('install', 'PREFIX=/usr/local');
  assert.ok(existsSync(at('usr/local/bin/assent')));
  assert.match(readFileSync(at('usr/local/lib/systemd/system/assent.service'), 'utf8'), /^ExecStart=\/usr\/local\/bin\/assent serve --quiet$/m);
  make('uninstall', 'PREFIX=/usr/local');
  make('install');
});

test('the units are whole: every word of theirs is one that systemd knows, and exposure is under 2.0', () => {
  for (const name of units) {
    assert.doesNotMatch(unit(name), /@[A-Z]+@/);
    const path = at(`usr/lib/systemd/system/${name}.service`);
    // Programs and other units are those of another root: what is said of the words counts.
    const said = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' }).stderr;
    assert.doesNotMatch(said, /Unknown|Failed to parse|Invalid|ignoring/i, said);
    const told = spawnSync('systemd-analyze', ['security', '--offline=yes', '--no-pager', path], { encoding: 'utf8', env: { ...process.env, LANG: 'C.UTF-8' } });
    const level = /exposure level for \S+: ([\d.]+)/.exec(told.stdout);
    assert.ok(level, told.stdout + told.stderr);
    assert.ok(Number(level[1]) < 2, `${name}: ${level[1]}`);
  }
  assert.match(unit('assent'), /^User=assent$/m);
  assert.match(unit('assent'), /^CapabilityBoundingSet=CAP_NET_BIND_SERVICE CAP_SYS_CHROOT$/m);
  assert.match(unit('assent-courier'), /^CapabilityBoundingSet=$/m);
});

test('certificate: both files are copied for the data\'s owner alone; ones that are missing or empty are named', () => {
  const assent = at('usr/bin/assent');
  const to = at('run');
  mkdirSync(to);
  const run = (conf, words = ['--to', to]) => {
    writeFileSync(at('c.conf'), conf);
    return spawnSync(assent, ['certificate', ...words], { encoding: 'utf8', env: { ...process.env, ASSENT_CONF: at('c.conf'), ASSENT_DATA: root } });
  };
  assert.equal(run('').status, 0, 'nothing is named, nothing is done');
  assert.equal(existsSync(join(to, 'key.pem')), false);
  writeFileSync(at('c.pem'), 'certificate');
  writeFileSync(at('k.pem'), 'key');
  const conf = `tls_cert ${at('c.pem')}\ntls_key ${at('k.pem')}\n`;
  for (let i = 0; i < 2; i++) {
    assert.equal(run(conf).status, 0);
  }
  assert.equal(readFileSync(join(to, 'cert.pem'), 'utf8'), 'certificate');
  assert.equal(readFileSync(join(to, 'key.pem'), 'utf8'), 'key');
  assert.equal(statSync(join(to, 'key.pem')).mode & 0o777, 0o400);
  assert.equal(run(conf, []).status, 2);
  writeFileSync(at('k.pem'), '');
  assert.match(run(conf).stderr, /k\.pem holds no certificate or key: it is empty/);
  rmSync(at('k.pem'));
  assert.match(run(conf).stderr, /k\.pem: No such file/);
  assert.equal(readFileSync(join(to, 'key.pem'), 'utf8'), 'key', 'what was copied before stays');
});

test('beyond this machine a server wants to be told its public address', () => {
  writeFileSync(at('l.conf'), 'listen 0.0.0.0:21679\n');
  const data = at('data');
  const env = { ...process.env, ASSENT_CONF: at('l.conf'), ASSENT_DATA: data, ASSENT_PUBLIC_URL: '' };
  assert.equal(spawnSync(at('usr/bin/assent'), ['init'], { env }).status, 0);
  const told = spawnSync(at('usr/bin/assent'), ['serve', '--quiet', '--no-courier'], { env, encoding: 'utf8', timeout: 10000 });
  assert.equal(told.status, 1);
  assert.match(told.stderr, /0\.0\.0\.0, port 21679: say in the settings, as public_url/);
});
