// import: what goes in, what is refused, what is left alone, and what Ctrl-C leaves behind.
import assert from 'node:assert/strict';
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, statSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import test from 'node:test';
import { folder } from './lib/command.mjs';

const on = (person) => Object.keys(person.topics).filter((key) => person.topics[key]);

test('the sample people all go in: 200, in many scripts, three types, both statuses', (t) => {
  const at = folder(t);
  const sample = resolve('assets/sample-people.csv');
  const done = at.json(['import', sample, '--json', '--rejected', 'bad.csv']);
  assert.deepEqual([done.rows, done.added, done.rejected], [200, 200, 0]);
  assert.equal(existsSync(join(at.path, 'bad.csv')), false);
  const { types, opted_out, subscribed } = at.json(['stats', '--json']);
  assert.ok(types.client > 20 && types.partner > 20 && types.franchisee > 20);
  assert.ok(opted_out > 10 && subscribed > 100);
  const text = readFileSync(sample, 'utf8');
  for (const script of ['Latin', 'Cyrillic', 'Greek', 'Arabic', 'Hebrew', 'Devanagari', 'Tamil', 'Thai', 'Han', 'Hiragana', 'Katakana', 'Hangul', 'Armenian', 'Georgian', 'Ethiopic', 'Bengali']) {
    assert.match(text, new RegExp(`\\p{Script=${script}}`, 'u'), script);
  }
  for (const line of text.trim().split('\n').slice(1)) {
    assert.match(line.split(',')[0], /\.(example|test)$/, 'only domains that can belong to nobody');
  }
  assert.equal(at.json(['show', '結衣@手紙.example']).name, '佐々木結衣');
});

test('BOM, CRLF, any order of columns, quoted commas, quotes and newlines', (t) => {
  const at = folder(t);
  const path = at.write('p.csv', '\ufeffstatus,marketing,Name,EMAIL,contact_type,newsletter\r\nopted_in,yes,"Quote ""Q"", Ann\r\nMarie",ann@b.example,partner,no\r\nopted_out,,Bob,bob@b.example,,\r\n"opted_in","1","Cy","cy@b.example","Franchisee","TRUE"');
  const done = at.json(['import', path, '--json']);
  assert.deepEqual([done.rows, done.added, done.rejected], [3, 3, 0]);
  const ann = at.json(['show', 'ann@b.example']);
  assert.deepEqual([ann.name, ann.contact_type, on(ann)], ['Quote "Q", Ann Marie', 'partner', ['marketing']]);
  assert.equal(at.json(['show', 'bob@b.example']).status, 'opted_out');
  const cy = at.json(['show', 'cy@b.example']);
  assert.deepEqual([cy.contact_type, on(cy)], ['franchisee', ['newsletter', 'marketing']]);
});

test('the file to import is never taken for the one of rejected rows', (t) => {
  const at = folder(t);
  const text = 'email\nno-at-sign\na@b.example\n';
  const path = at.write('p.csv', text);
  symlinkSync(path, join(at.path, 'link.csv'));
  linkSync(path, join(at.path, 'second.csv'));
  for (const rejected of [path, 'second.csv', 'link.csv']) {
    const done = at.try(['import', path, '--rejected', rejected]);
    assert.notEqual(done.code, 0, rejected);
    assert.match(done.err, /name another with --rejected/i);
    assert.equal(readFileSync(path, 'utf8'), text, `${rejected}: the file is as it was`);
  }
});

test('bad rows go to FILE.rejected.csv with reason and line, good rows go in', (t) => {
  const at = folder(t);
  const rows = [
    'email,name,contact_type,status,newsletter',
    'good1@b.example,Good,client,opted_in,yes',
    'no-at-sign,Bad,client,opted_in,yes', // line 3
    'good2@b.example,"two', 'lines",client,opted_in,yes', // lines 4 and 5
    'type@b.example,Bad,robot,opted_in,yes', // line 6
    'status@b.example,Bad,client,perhaps,yes', // line 7
    'flag@b.example,Bad,client,opted_in,perhaps', // line 8
    'bad@-.example,Bad,client,opted_in,yes', // line 9
    ',Nobody,client,opted_in,yes', // line 10
    'good3@b.example,=cmd|calc,client,opted_in,no',
    'many@b.example,Bad,client,opted_in,yes,what,is,this', // line 12
    `long@b.example,${'x'.repeat(70000)},client,opted_in,yes`, // line 13
    'good4@b.example,Last,client,opted_in,yes',
  ];
  const path = at.write('mixed.csv', rows.join('\n'));
  const done = at.json(['import', path, '--json']);
  assert.equal(done.added, 4);
  assert.equal(done.rejected, 8, readFileSync(join(at.path, 'mixed.rejected.csv'), 'utf8'));
  assert.equal(done.rejected_file, join(at.path, 'mixed.rejected.csv'));
  const rejected = readFileSync(done.rejected_file, 'utf8');
  for (const [line, what] of [[3, 'no-at-sign'], [6, 'robot'], [7, 'perhaps'], [8, 'flag@b.example'], [9, 'bad@-.example'], [10, 'Nobody']]) {
    const found = rejected.split('\n').find((row) => row.includes(what));
    assert.ok(found, what);
    assert.match(found, new RegExp(`(^|,)"?${line}"?(,|$)`), `${what} stands with line ${line}`);
  }
  assert.equal(statSync(done.rejected_file).mode & 0o077, 0, 'it holds addresses: for its owner only');
  for (const n of [1, 2, 3, 4]) {
    assert.equal(at.try(['show', `good${n}@b.example`]).code, 0);
  }
  assert.equal(at.json(['stats', '--json']).total, 4);
  assert.match(at.run(['import', path]), /rejected +8\n/);
});

test('no rejects, no file: an old one goes too', (t) => {
  const at = folder(t);
  const path = at.write('p.csv', 'email\nnope\n');
  at.run(['import', path]);
  assert.equal(existsSync(join(at.path, 'p.rejected.csv')), true);
  at.write('p.csv', 'email\nyes@b.example\n');
  at.run(['import', path]);
  assert.equal(existsSync(join(at.path, 'p.rejected.csv')), false);
});

test('headers that make no sense are refused with a reason, and nothing is written', (t) => {
  const at = folder(t);
  const before = at.hash();
  for (const header of ['', 'name,status', 'email,email', 'email,newsletter,newsletter', '"email', 'email\0,name', '\xff\xfe']) {
    const path = at.write('h.csv', `${header}\na@b.example,x,y\n`);
    const done = at.try(['import', path]);
    assert.equal(done.code, 1, `${JSON.stringify(header)}: ${done.out}`);
    assert.equal(done.out, '');
    assert.notEqual(done.err, '');
  }
  assert.equal(at.try(['import', at.write('empty.csv', '')]).code, 1);
  assert.equal(at.hash(), before);
});

test('columns that nothing reads are named, not passed over in silence', (t) => {
  const at = folder(t);
  const path = at.write('p.csv', 'email,shoe size,newsleter\na@b.example,44,yes\n');
  const done = at.try(['import', path, '--json']);
  assert.equal(done.code, 0);
  assert.match(done.err, /shoe size, newsleter/);
  assert.equal(JSON.parse(done.out).added, 1);
  assert.deepEqual(on(at.json(['show', 'a@b.example'])), []);
});

test('folders, missing and unreadable files are refused', (t) => {
  const at = folder(t);
  mkdirSync(join(at.path, 'dir'));
  const before = at.hash();
  for (const path of ['dir', 'missing.csv', '', '/dev/null']) {
    const done = at.try(['import', path]);
    assert.equal(done.code, 1, path);
    assert.notEqual(done.err, '');
  }
  if (process.getuid() !== 0) {
    const path = at.write('secret.csv', 'email\na@b.example\n');
    chmodSync(path, 0);
    assert.equal(at.try(['import', path]).code, 1);
  }
  const path = at.write('p.csv', 'email\na@b.example\n');
  const done = at.try(['import', path, '--rejected', 'no/such/folder.csv']);
  assert.equal(done.code, 1);
  assert.match(done.err, /--rejected/);
  assert.equal(at.hash(), before);
});

test('a rejected file is never written through a symbolic link', (t) => {
  const at = folder(t);
  at.write('precious', 'keep me');
  at.sh(at.write('link.sh', 'ln -s precious p.rejected.csv\n'));
  assert.equal(at.try(['import', at.write('p.csv', 'email\nnope\n')]).code, 1);
  assert.equal(readFileSync(join(at.path, 'precious'), 'utf8'), 'keep me');
});

test('- reads standard input', (t) => {
  const at = folder(t);
  const done = JSON.parse(at.run(['import', '-', '--json'], 'email,newsletter\na@b.example,yes\nnope,yes\n'));
  assert.deepEqual([done.added, done.rejected, done.rejected_file], [1, 1, 'import.rejected.csv']);
});

test('an import never opts back in who opted out, unless --consent says how they agreed', (t) => {
  const at = folder(t);
  at.run(['add', 'out@b.example', '--topics', 'newsletter']);
  at.run(['optout', 'out@b.example']);
  at.run(['add', 'in@b.example']);
  const path = at.write('p.csv', 'email,name,status,newsletter,marketing\nOUT@b.example,Named,opted_in,yes,yes\nin@b.example,,opted_in,yes,\n');
  const first = at.json(['import', path, '--json']);
  assert.deepEqual([first.kept_opted_out, first.updated], [1, 1]);
  let out = at.json(['show', 'out@b.example']);
  assert.deepEqual([out.status, on(out)], ['opted_out', []]);
  assert.match(at.run(['import', path]), /kept opted out +1\n[\s\S]*--consent/);
  const second = at.json(['import', path, '--consent', 'all signed list 12', '--json']);
  assert.deepEqual([second.kept_opted_out, second.updated], [0, 1]);
  out = at.json(['show', 'out@b.example']);
  assert.deepEqual([out.status, on(out)], ['opted_in', ['newsletter', 'marketing']]);
  assert.equal(at.json(['history', 'out@b.example', '--json'])[0].note, 'all signed list 12');
});

test('an import may always opt someone out', (t) => {
  const at = folder(t);
  at.run(['add', 'a@b.example', '--topics', 'newsletter']);
  assert.equal(at.json(['import', at.write('p.csv', 'email,status\na@b.example,opted_out\n'), '--json']).updated, 1);
  assert.equal(at.json(['show', 'a@b.example']).status, 'opted_out');
});

test('columns that the file lacks leave what stands', (t) => {
  const at = folder(t);
  at.run(['add', 'a@b.example', '--name', 'Ann', '--type', 'partner', '--topics', 'newsletter', '--language', 'de']);
  const before = at.json(['show', 'a@b.example']);
  assert.equal(at.json(['import', at.write('p.csv', 'email\na@b.example\n'), '--json']).unchanged, 1);
  assert.deepEqual(at.json(['show', 'a@b.example']), before);
});

test('a second import of the same file changes nothing', (t) => {
  const at = folder(t);
  const sample = resolve('assets/sample-people.csv');
  at.run(['import', sample]);
  const people = at.sql('SELECT * FROM contact; SELECT * FROM counter; SELECT * FROM topic_counter');
  const again = at.json(['import', sample, '--json']);
  assert.deepEqual([again.unchanged, again.added, again.updated], [200, 0, 0]);
  assert.equal(at.sql('SELECT * FROM contact; SELECT * FROM counter; SELECT * FROM topic_counter'), people);
});

test('--dry-run writes nothing and prints the same summary', (t) => {
  const at = folder(t);
  at.run(['add', 'out@b.example', '--topics', 'newsletter']);
  at.run(['optout', 'out@b.example']);
  at.run(['add', 'same@b.example', '--name', 'Same']);
  const path = at.write('p.csv', 'email,name,newsletter\nnew@b.example,New,yes\nNEW@b.example,Newer,yes\nout@b.example,Out,yes\nsame@b.example,Same,no\nnope,x,yes\n');
  const before = at.hash();
  const dry = at.json(['import', path, '--dry-run', '--json']);
  assert.equal(at.hash(), before);
  assert.equal(existsSync(join(at.path, 'p.rejected.csv')), false);
  const real = at.json(['import', path, '--json']);
  for (const key of ['rows', 'added', 'updated', 'unchanged', 'kept_opted_out', 'rejected']) {
    assert.equal(dry[key], real[key], key);
  }
  assert.deepEqual([real.added, real.updated, real.unchanged, real.kept_opted_out, real.rejected], [1, 1, 1, 1, 1]);
  assert.deepEqual([dry.dry_run, real.dry_run], [true, false]);
  const words = (text) => text.match(/(added|updated|unchanged|kept opted out|rejected) +\d+/g);
  const at2 = folder(t);
  const dryText = at2.run(['import', path, '--dry-run']);
  assert.match(dryText, /Nothing was written/);
  assert.deepEqual(words(dryText), words(at2.run(['import', path])));
});

/** A file of that many new people. */
function bigFile(at, rows) {
  const lines = ['email,name,contact_type,newsletter,marketing'];
  for (let i = 0; i < rows; i++) {
    lines.push(`person${(i * 7919) % rows}.${i}@mail${i % 50}.example,Person ${i},client,yes,${i % 3 ? 'no' : 'yes'}`);
  }
  const path = at.write('big.csv', `${lines.join('\n')}\n`);
  return { path, lines };
}

test('Ctrl-C in the middle: consistent, says where it stopped, and the next import goes on', async (t) => {
  const at = folder(t);
  const { path, lines } = bigFile(at, 300000);
  const child = at.start(['import', path, '--json']);
  for (;;) {
    if (Number(at.sql('SELECT count(*) FROM contact')) > 0 || child.exitCode !== null) {
      break;
    }
    await new Promise((done) => setTimeout(done, 20));
  }
  child.kill('SIGINT');
  assert.deepEqual(await child.ended, { code: 1, signal: null });
  const done = JSON.parse(child.text.out);
  assert.equal(done.stopped, true);
  assert.ok(done.added > 0 && done.added < 300000, `stopped in the middle: ${done.added}`);
  assert.match(child.text.err, new RegExp(`stopped after line ${done.line} of`));
  assert.equal(at.json(['stats', '--json']).total, done.added);
  const kept = new Set(at.sql('SELECT email_key FROM contact').trim().split('\n'));
  assert.equal(kept.size, done.added);
  const missing = lines.findIndex((line, i) => i > 0 && !kept.has(line.split(',')[0]));
  assert.equal(missing, done.line, 'every line up to there is in, and the next is not');
  assert.ok(done.line > 1, `some lines are done: ${done.line}`);
  assert.equal(at.sql('PRAGMA integrity_check').trim(), 'ok');
  assert.equal(at.sql('SELECT count(*) = max(position) FROM entry').trim(), '1');
  const rest = at.json(['import', path, '--json']);
  assert.deepEqual([rest.unchanged, rest.added], [done.added, 300000 - done.added]);
  assert.equal(at.json(['stats', '--json']).total, 300000);
});

test('killed outright in the middle: what is there is whole, and the next import goes on', async (t) => {
  const at = folder(t);
  const { path } = bigFile(at, 100000);
  const child = at.start(['import', path]);
  while (Number(at.sql('SELECT count(*) FROM contact')) === 0 && child.exitCode === null) {
    await new Promise((done) => setTimeout(done, 20));
  }
  child.kill('SIGKILL');
  await child.ended;
  const { total } = at.json(['stats', '--json']);
  assert.ok(total > 0 && total < 100000, `killed in the middle: ${total}`);
  assert.equal(Number(at.sql('SELECT count(*) FROM contact')), total, 'counters agree with rows');
  assert.equal(at.sql('PRAGMA integrity_check').trim(), 'ok');
  assert.equal(at.json(['import', path, '--json']).added, 100000 - total);
});

test('others write while an import runs', async (t) => {
  const at = folder(t);
  at.run(['add', 'other@b.example', '--topics', 'newsletter']);
  const { path } = bigFile(at, 200000);
  const child = at.start(['import', path, '--json']);
  // How long they wait is counted in people who come in meanwhile, not in seconds, which are longer
  // where much else goes on.
  const rows = () => Number(at.sql('SELECT max(id) FROM contact'));
  let slowest = 0;
  let during = 0;
  for (let i = 0; child.exitCode === null && i < 40; i++) {
    const began = rows();
    at.run(['add', 'other@b.example', '--name', `Name ${i}`]);
    slowest = Math.max(slowest, rows() - began);
    during += child.exitCode === null ? 1 : 0;
    await new Promise((done) => setTimeout(done, 5));
  }
  assert.equal((await child.ended).code, 0, child.text.err);
  assert.ok(during > 0, 'the import ran meanwhile');
  assert.ok(slowest < 150000, `nobody waits until it is over: ${slowest} rows`);
  assert.equal(JSON.parse(child.text.out).added, 200000);
  assert.equal(at.json(['stats', '--json']).total, 200001);
});

test('the bar is for terminals only; on one it shows rows a second and the time left', (t) => {
  const at = folder(t);
  const { path } = bigFile(at, 120000);
  assert.equal(at.try(['import', path, '--dry-run']).err, '');
  const script = at.write('tty.sh', `script -qec "$1 import ${path}" /dev/null 2>&1\n`);
  const shown = at.sh(script);
  assert.match(shown, /\[#*\.*\] +\d+ %  [\d,]+ rows  [\d,]+ rows\/s  \d+ s left/);
  assert.match(shown, /added +120,000/);
});
