// link, links, keys: what they print, checked against the documented format by Node's own Ed25519.
import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import test from 'node:test';
import { folder } from './lib/command.mjs';

const FORMAT = Buffer.from('assent-link-v1\0');
const SPKI = Buffer.from('302a300506032b6570032100', 'hex');

/** Reads a link and checks its signature with the keys that the command lists. */
function read(at, url) {
  const [, base, page, text] = url.match(/^(https?:\/\/[^/]+)\/([pu])\/([A-Za-z0-9_-]{112})$/) ?? assert.fail(url);
  const token = Buffer.from(text, 'base64url');
  assert.equal(token.length, 84);
  const key = at.json(['keys', 'list', '--json']).find((one) => one.id === token.subarray(1, 5).toString('hex'));
  const pem = createPublicKey({ key: Buffer.concat([SPKI, Buffer.from(key.public, 'base64url')]), format: 'der', type: 'spki' });
  assert.ok(verify(null, Buffer.concat([FORMAT, token.subarray(0, 20)]), pem, token.subarray(20)), 'the signature is right');
  return {
    base, page, key: key.id, version: token[0] >> 4, purpose: token[0] & 15, contact: token.subarray(5, 13).toString('hex'),
    epoch: token.readUInt16BE(13), topic: token[15], issued: token.readUInt32BE(16),
  };
}

test('link: both links and the header lines, exactly as the format and RFC 8058 say', (t) => {
  const at = folder(t);
  const { public_id } = at.json(['add', 'ann@b.example', '--topics', 'newsletter', '--json']);
  const links = at.json(['link', 'Ann@B.example', '--json']);
  assert.deepEqual(Object.keys(links), ['manage', 'unsubscribe', 'headers']);
  const manage = read(at, links.manage);
  const unsubscribe = read(at, links.unsubscribe);
  assert.deepEqual([manage.page, manage.version, manage.purpose, manage.contact, manage.epoch, manage.topic], ['p', 1, 1, public_id, 0, 0]);
  assert.deepEqual([unsubscribe.page, unsubscribe.version, unsubscribe.purpose, unsubscribe.contact, unsubscribe.topic], ['u', 1, 2, public_id, 0]);
  assert.ok(Math.abs(manage.issued - Date.now() / 1000) < 60);
  assert.equal(manage.base, 'http://127.0.0.1:8888');
  assert.doesNotMatch(JSON.stringify(links), /ann|b\.example/i, 'no address in any link');
  assert.deepEqual(links.headers, { 'List-Unsubscribe': `<${links.unsubscribe}>`, 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' });
});

test('link --topic: the unsubscribe link names the topic, and there is a List-Id', (t) => {
  const at = folder(t);
  at.run(['add', 'ann@b.example', '--topics', 'marketing']);
  const links = at.json(['link', 'ann@b.example', '--topic', 'marketing', '--json']);
  assert.equal(read(at, links.unsubscribe).topic, 3);
  assert.match(links.headers['List-Id'], /<marketing\..+>$/);
});

test('U1: as text the header lines stand ready to paste', (t) => {
  const at = folder(t);
  at.run(['add', 'ann@b.example']);
  const lines = at.run(['link', 'ann@b.example', '--topic', 'newsletter']).split('\n');
  const unsubscribe = lines.find((line) => line.startsWith('Unsubscribe:')).split(/ +/)[1];
  read(at, unsubscribe);
  assert.ok(lines.includes(`List-Unsubscribe: <${unsubscribe}>`));
  assert.ok(lines.includes('List-Unsubscribe-Post: List-Unsubscribe=One-Click'));
  assert.ok(lines.some((line) => /^List-Id: Newsletter <newsletter\./.test(line)));
});

test('links begin with the public URL, from the environment or the settings', (t) => {
  const at = folder(t);
  at.run(['add', 'ann@b.example']);
  const done = at.try(['link', 'ann@b.example', '--json'], '', { ASSENT_PUBLIC_URL: 'https://mail.company.example/' });
  assert.equal(read(at, JSON.parse(done.out).manage).base, 'https://mail.company.example');
  assert.equal(at.try(['link', 'ann@b.example'], '', { ASSENT_PUBLIC_URL: 'javascript:alert(1)' }).code, 1);
});

test('nobody has no link', (t) => {
  const at = folder(t);
  const done = at.try(['link', 'nobody@b.example', '--json']);
  assert.deepEqual([done.code, done.out], [1, '']);
});

function rows(csv) {
  return csv.trimEnd().split('\n').map((line) => line.split(','));
}

test('links FILE: a plain list, in its order, each row good; unknown ones named with their lines', (t) => {
  const at = folder(t);
  for (const name of ['ann', 'bob', 'cy']) {
    at.run(['add', `${name}@b.example`, '--topics', 'newsletter']);
  }
  at.run(['optout', 'bob@b.example']);
  const path = at.write('list.txt', 'cy@b.example\r\nnobody@b.example\n\nBob@b.example\nnot an address\nann@b.example');
  const done = at.try(['links', path]);
  assert.equal(done.code, 1, 'some could not be made');
  const [header, ...made] = rows(done.out);
  assert.deepEqual(header, ['email', 'status', 'manage', 'unsubscribe']);
  assert.deepEqual(made.map(([email, status]) => [email, status]), [['cy@b.example', 'opted_in'], ['Bob@b.example', 'opted_out'], ['ann@b.example', 'opted_in']]);
  for (const [email, , manage, unsubscribe] of made) {
    const { public_id } = at.json(['show', email]);
    assert.deepEqual([read(at, manage).contact, read(at, manage).purpose], [public_id, 1]);
    assert.deepEqual([read(at, unsubscribe).contact, read(at, unsubscribe).purpose], [public_id, 2]);
  }
  assert.match(done.err, /line 2: nobody@b\.example: not on the list/);
  assert.match(done.err, /line 5: not an address/);
  assert.match(done.err, /6 links for 3 people .* links\/s/);
  assert.match(at.try(['links', at.write('one.txt', 'ann@b.example')]).err, /2 links for 1 person /);
});

test('links FILE: CSV with a column named email; --topic adds the verdict; --json is a line each', (t) => {
  const at = folder(t);
  at.run(['add', 'ann@b.example', '--topics', 'newsletter']);
  at.run(['add', 'bob@b.example', '--topics', 'marketing']);
  const path = at.write('list.csv', '\ufeffName, EMAIL ,x\r\n"Ann, A",ann@b.example,1\r\nBob,bob@b.example,2\r\n');
  const [header, ...made] = rows(at.run(['links', path, '--topic', 'newsletter']));
  assert.deepEqual(header, ['email', 'status', 'manage', 'unsubscribe', 'verdict', 'frequency', 'last_sent']);
  assert.deepEqual(made.map((row) => [row[0], row[4], read(at, row[3]).topic]), [['ann@b.example', 'allow', 1], ['bob@b.example', 'topic_off', 1]]);
  const objects = at.run(['links', path, '--json']).trim().split('\n').map((line) => JSON.parse(line));
  assert.deepEqual(Object.keys(objects[0]), ['email', 'status', 'manage', 'unsubscribe']);
  assert.equal(objects[1].email, 'bob@b.example');
  assert.equal(at.run(['links', '-', '--json'], 'bob@b.example\n').trim().split('\n').length, 1);
});

test('links: an address is given back exactly as the file has it', (t) => {
  const at = folder(t);
  const odd = ['=1+1@b.example', '+tag@b.example', "o'neil@b.example", '用户@例え.jp'];
  for (const email of odd) {
    at.run(['add', email]);
  }
  const made = at.run(['links', at.write('odd.csv', `email\n${odd.join('\n')}\n`)]);
  assert.deepEqual(rows(made).slice(1).map((row) => row[0]), odd);
});

test('links: a file that is none, empty or without addresses is refused', (t) => {
  const at = folder(t);
  for (const path of ['.', 'missing.csv', at.write('empty.csv', ''), at.write('none.csv', 'name,city\nAnn,Oslo\n')]) {
    const done = at.try(['links', path]);
    assert.deepEqual([done.code, done.out], [1, ''], path);
  }
  assert.equal(at.try(['links', at.write('bad.csv', 'email\n"broken')]).code, 1);
});

test('links: many thousands on several threads give the same people in the same order', (t) => {
  const at = folder(t);
  const count = 20000;
  const emails = Array.from({ length: count }, (_, i) => `p${(i * 7919) % count}@b.example`);
  at.run(['import', at.write('p.csv', `email,newsletter\n${emails.map((email) => `${email},yes`).join('\n')}\n`)]);
  const path = at.write('list.csv', `email\n${emails.join('\n')}\n`);
  const one = rows(at.run(['links', path, '--threads', '1']));
  const many = rows(at.run(['links', path, '--threads', '5']));
  const people = (list) => list.slice(1).map(([email, status, manage]) => [email, status, Buffer.from(manage.slice(-112), 'base64url').subarray(0, 16).toString('hex')].join());
  assert.equal(many.length, count + 1);
  assert.deepEqual(people(many), people(one));
  assert.deepEqual(many.slice(1).map((row) => row[0]), emails);
  for (const i of [1, 4096, 4097, 8193, count]) {
    read(at, many[i][2]);
    read(at, many[i][3]);
  }
});

test('keys: a new one signs, a retired one signs no more, a revoked one never comes back', (t) => {
  const at = folder(t);
  at.run(['add', 'ann@b.example']);
  const signer = () => read(at, at.json(['link', 'ann@b.example', '--json']).manage).key;
  const [first] = at.json(['keys', 'list', '--json']);
  assert.deepEqual([first.state, signer()], ['signing', first.id]);
  const second = at.json(['keys', 'new', '--owner', 'second', '--json']);
  assert.equal(second.state, 'signing');
  assert.equal(signer(), second.id, 'the newest signs');
  assert.equal(at.json(['keys', 'retire', second.id, '--json']).state, 'verifying');
  assert.equal(signer(), first.id);
  assert.equal(at.json(['keys', 'revoke', second.id.toUpperCase(), '--yes', '--json']).state, 'revoked');
  const back = at.try(['keys', 'retire', second.id]);
  assert.equal(back.code, 1);
  assert.match(back.err, /for ever/);
  at.run(['keys', 'revoke', first.id, '--yes']);
  const none = at.try(['link', 'ann@b.example']);
  assert.equal(none.code, 1);
  assert.match(none.err, /assent keys new/);
  assert.equal(at.try(['links', at.write('l.csv', 'ann@b.example\n')]).code, 1);
  at.run(['keys', 'new']);
  signer();
  const states = Object.fromEntries(at.json(['keys', 'list', '--json']).map((key) => [key.id, key.state]));
  assert.deepEqual([states[first.id], states[second.id]], ['revoked', 'revoked']);
});

test('keys add: a sender\'s key in any base64, once, and never its secret', (t) => {
  const at = folder(t);
  const raw = generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' }).subarray(12);
  const added = at.json(['keys', 'add', '--public', raw.toString('base64'), '--owner', 'Big Sender', '--json']);
  assert.equal(added.state, 'signing', 'its owner signs with it, not we');
  const listed = at.json(['keys', 'list', '--json']).find((key) => key.id === added.id);
  assert.deepEqual([listed.owner, listed.public, listed.state], ['Big Sender', raw.toString('base64url'), added.state]);
  const again = at.try(['keys', 'add', '--public', raw.toString('base64url'), '--owner', 'Other']);
  assert.equal(again.code, 1);
  assert.match(again.err, /already/);
  assert.equal(at.try(['keys', 'retire', 'ffffffff']).code, 1);
});
