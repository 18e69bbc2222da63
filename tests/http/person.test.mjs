// Managing one person: save, undo, consent, two admins at once, adding someone, their link.
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { serve } from './lib/server.mjs';
import * as html from './lib/html.mjs';
import { Visitor, idOf } from './lib/visitor.mjs';

let server;
let ada;
let bob;
let number = 0;

before(async () => {
  server = await serve();
  server.run(['admin', 'add', 'bob@example.com', '--name', 'Bob Builder'], 'another password 7\n');
  ada = await new Visitor(server).login();
  bob = await new Visitor(server).login({ email: 'bob@example.com', password: 'another password 7' });
});
after(() => server?.stop());

function someone(more) {
  const email = `managed${++number}@example.com`;
  server.add(email, { topics: 'newsletter,marketing', ...more });
  return { email, path: `/admin/people/${idOf(server, email)}` };
}

describe('managing', () => {
  test('the page shows the person, every topic, the last change and the history', async () => {
    const { email, path } = someone({ name: 'Zoë O’Hara & <Co>' });
    const page = await ada.get(path);
    assert.equal(page.status, 200);
    assert.ok(page.text.includes(email) && page.text.includes('Zoë O’Hara & <Co>'));
    assert.ok(!page.body.includes('<Co>'));
    assert.equal(html.all(page.page, (node) => node.attrs.name === 'topic').length, 4);
    assert.equal(html.byTag(html.byId(page.page, 'history'), 'li').length, server.history(email).length);
    assert.ok(page.says(/Last change: \d+ [A-Z][a-z]+ \d{4}/));
    assert.ok(page.text.includes('ticked the box'));
  });

  test('saving answers 303 to the person with the change’s position; that page says what changed', async () => {
    const { email, path } = someone();
    const page = await ada.get(path);
    const sent = await ada.press(page, 'save', { topic: ['newsletter', 'system_alerts'] });
    assert.equal(sent.status, 303);
    assert.match(sent.get('location'), new RegExp(`^${path}\\?said=\\d+$`));
    assert.deepEqual(server.on(email), ['newsletter', 'system_alerts']);
    const said = await ada.follow(sent);
    const notice = html.tidy(html.byId(said.page, 'notice'));
    assert.match(notice, /System Alerts on/);
    assert.match(notice, /Marketing off/);
    const entry = server.history(email)[0];
    assert.equal(entry.actor, 'admin');
    assert.match(JSON.stringify(entry), /Ada Admin/);
  });

  test('A3: Undo on that page takes it back', async () => {
    const { email, path } = someone();
    const said = await ada.follow(await ada.press(await ada.get(path), 'save', { status: 'opted_out' }));
    assert.equal(server.show(email).status, 'opted_out');
    assert.deepEqual(server.on(email), []);
    const undone = await ada.follow(await ada.press(said, 'undo'));
    assert.equal(undone.status, 200);
    assert.equal(server.show(email).status, 'opted_in');
    assert.deepEqual(server.on(email), ['marketing', 'newsletter']);
    assert.equal(server.history(email)[0].kind, 'undone');
  });

  test('saving with nothing different writes nothing and says so', async () => {
    const { path } = someone();
    const page = await ada.get(path);
    const before = server.state();
    const said = await ada.follow(await ada.press(page, 'save'));
    assert.ok(said.says(/Nothing was different/));
    assert.equal(server.state(), before);
  });

  test('two admins: the second is told what changed meanwhile, and nothing is overwritten', async () => {
    const { email, path } = someone();
    const first = await ada.get(path);
    const second = await bob.get(path);
    await ada.press(first, 'save', { topic: ['newsletter'] });
    const before = server.state();
    const refused = await bob.press(second, 'save', { topic: ['newsletter', 'marketing', 'system_alerts'], name: 'Bob’s name' });
    assert.equal(refused.status, 409);
    assert.equal(server.state(), before);
    const fault = html.tidy(html.byId(refused.page, 'fault'));
    assert.match(fault, /Changed meanwhile/);
    assert.match(fault, /Marketing off, by Ada Admin/);
    const again = await bob.press(refused, 'save', { topic: ['newsletter', 'system_alerts'] });
    assert.equal(again.status, 303);
    assert.deepEqual(server.on(email), ['newsletter', 'system_alerts']);
  });

  test('two admins in the very same moment: one saves, the other is told', async () => {
    const { email, path } = someone();
    const pages = [await ada.get(path), await bob.get(path)];
    const replies = await Promise.all([
      ada.press(pages[0], 'save', { topic: ['newsletter'] }),
      bob.press(pages[1], 'save', { topic: ['marketing'] }),
    ]);
    assert.deepEqual(replies.map((reply) => reply.status).sort(), [303, 409]);
    assert.deepEqual(server.on(email), [replies[0].status === 303 ? 'newsletter' : 'marketing']);
  });

  test('a recipient who unsubscribes while the form is open is not brought back by it', async () => {
    const { email, path } = someone();
    const page = await ada.get(path);
    await server.ask({ method: 'POST', path: server.links(email).unsubscribe, body: 'List-Unsubscribe=One-Click' });
    const refused = await ada.press(page, 'save', { topic: ['newsletter', 'marketing', 'system_alerts'] });
    assert.equal(refused.status, 409);
    assert.ok(refused.says(/by a mail program/));
    assert.equal(server.show(email).status, 'opted_out');
  });

  test('an admin can’t undo what someone else did', async () => {
    const { email, path } = someone();
    await ada.press(await ada.get(path), 'save', { status: 'opted_out' });
    const position = server.history(email)[0].position;
    const refused = await bob.post(path, { csrf: await bob.csrf(), do: 'undo', undoes: String(position) });
    assert.equal(refused.status, 409);
    assert.equal(server.show(email).status, 'opted_out');
  });
});

describe('opting in again', () => {
  test('whoever had opted out needs a reason how they consented; without it nothing is written', async () => {
    const { email, path } = someone();
    server.run(['optout', email]);
    const page = await ada.get(path);
    assert.ok(html.byId(page.page, 'consent'));
    const before = server.state();
    const refused = await ada.press(page, 'save', { status: 'opted_in', topic: ['newsletter'] });
    assert.equal(refused.status, 422);
    assert.ok(refused.says(/How did they agree|Say how they agreed/));
    assert.equal(server.state(), before);
    assert.equal('checked' in html.byId(refused.page, 's-in').attrs, true, 'what was chosen is kept');
    const sent = await ada.press(refused, 'save', { consent: 'phone call, 3 Nov, ref 4711 “ünïcode”' });
    assert.equal(sent.status, 303);
    assert.equal(server.show(email).status, 'opted_in');
    assert.deepEqual(server.on(email), ['newsletter']);
    const history = await ada.get(path);
    assert.ok(history.text.includes('phone call, 3 Nov, ref 4711 “ünïcode”'));
  });

  test('a consent of white space, and one of 1,001 characters, are no consent', async () => {
    const { email, path } = someone();
    server.run(['optout', email]);
    for (const consent of ['   ', '\n\t', 'x'.repeat(1001)]) {
      const refused = await ada.press(await ada.get(path), 'save', { status: 'opted_in', consent });
      assert.equal(refused.status, 422, JSON.stringify(consent));
    }
    assert.equal(server.show(email).status, 'opted_out');
  });
});

describe('details', () => {
  test('name, email, type and language are edited; choices stay', async () => {
    const { email, path } = someone();
    const sent = await ada.press(await ada.get(path), 'save', {
      name: ' Žofie  Nováková ', email: 'Zofie.New@EXAMPLE.com', type: 'franchisee', language: 'PT-br' });
    assert.equal(sent.status, 303);
    const shown = server.show('zofie.new@example.com');
    assert.equal(shown.name, 'Žofie Nováková');
    assert.equal(shown.email, 'Zofie.New@EXAMPLE.com');
    assert.equal(shown.contact_type, 'franchisee');
    assert.equal(shown.language, 'pt-BR');
    assert.deepEqual(server.on('zofie.new@example.com'), ['marketing', 'newsletter']);
    assert.equal(server.try(['show', email]).status, 1);
  });

  test('a language is chosen by its own name; another tag stays as it is', async () => {
    const { email, path } = someone();
    const chosen = async () => html.all(html.byId((await ada.get(path)).page, 'language'), (node) => 'selected' in node.attrs).map((node) => html.tidy(node));
    assert.deepEqual(await chosen(), ['Not known']);
    await ada.press(await ada.get(path), 'save', { language: 'de' });
    assert.deepEqual(await chosen(), ['Deutsch (de)']);
    assert.ok((await ada.get(path)).says(/Client · Deutsch \(de\)/));
    await ada.press(await ada.get(path), 'save', { language: 'gsw-CH' });
    await ada.press(await ada.get(path), 'save', { name: 'Other' });
    assert.deepEqual(await chosen(), ['gsw-CH']);
    assert.equal(server.show(email).language, 'gsw-CH');
  });

  test('U14: an international address round-trips', async () => {
    const { path } = someone();
    await ada.press(await ada.get(path), 'save', { email: '用户@例え.jp' });
    assert.equal(server.show('用户@例え.jp').email, '用户@例え.jp');
    assert.equal((await ada.get(path)).text.includes('用户@例え.jp'), true);
  });

  const faults = {
    'an address that is none': { email: 'not an address' },
    'no address': { email: '' },
    'an address of 400 bytes': { email: `${'a'.repeat(390)}@example.com` },
    'a type that is none': { type: 'alien' },
    'a name of 201 bytes': { name: 'n'.repeat(201) },
    'a language that is none': { language: 'not a tag!' },
  };
  for (const [name, change] of Object.entries(faults)) {
    test(`${name} is refused beside its field, and what was typed is kept`, async () => {
      const { path } = someone();
      const page = await ada.get(path);
      const before = server.state();
      const refused = await ada.press(page, 'save', change);
      assert.equal(refused.status, 422);
      assert.equal(server.state(), before);
      const [field, value] = Object.entries(change)[0];
      const box = html.byId(refused.page, field);
      assert.equal(box.attrs['aria-invalid'], 'true');
      assert.ok(html.byId(refused.page, `${field}-fault`));
      if (field !== 'type') {
        const chosen = html.all(box, (node) => node.tag === 'option' && 'selected' in node.attrs)[0] ?? box;
        assert.equal(chosen.attrs.value, value);
      }
      assert.ok(html.all(html.byId(refused.page, 'fault'), (node) => node.attrs.href === `#${field}`).length);
    });
  }

  test('someone else’s address is refused with 409', async () => {
    const one = someone();
    const two = someone();
    const before = server.state();
    const refused = await ada.press(await ada.get(one.path), 'save', { email: two.email.toUpperCase() });
    assert.equal(refused.status, 409);
    assert.ok(refused.says(/Someone else on the list has this address/));
    assert.equal(server.state(), before);
  });
});

describe('adding', () => {
  test('a new person is opted in to what was ticked, with the consent in the history', async () => {
    const page = await ada.get('/admin/people/new');
    const sent = await ada.press(page, 'save', { name: 'Nia New', email: 'nia@example.com', type: 'partner',
      topic: ['marketing'], consent: 'at the fair in Bergen' });
    assert.equal(sent.status, 303);
    const shown = server.show('nia@example.com');
    assert.equal(shown.status, 'opted_in');
    assert.equal(shown.contact_type, 'partner');
    assert.deepEqual(server.on('nia@example.com'), ['marketing']);
    const said = await ada.follow(sent);
    assert.equal(said.status, 200);
    assert.ok(said.text.includes('at the fair in Bergen'));
    assert.equal(sent.get('location').split('?')[0], `/admin/people/${shown.public_id}`);
  });

  test('someone may be added as opted out', async () => {
    await ada.press(await ada.get('/admin/people/new'), 'save', { email: 'out@example.com', status: 'opted_out' });
    assert.equal(server.show('out@example.com').status, 'opted_out');
  });

  test('an address on the list already, or none, is refused and nothing is added', async () => {
    const { email } = someone();
    const before = server.state();
    const page = await ada.get('/admin/people/new');
    const taken = await ada.press(page, 'save', { email, name: 'Twice <&>' });
    assert.equal(taken.status, 409);
    assert.equal(html.byId(taken.page, 'name').attrs.value, 'Twice <&>');
    assert.equal((await ada.press(page, 'save', { email: '' })).status, 422);
    assert.equal(server.state(), before);
  });
});

test('A3: a change of name or type alone can be taken back, too', async () => {
  const { email, path } = someone();
  const before = server.show(email);
  const saved = await ada.follow(await ada.press(await ada.get(path), 'save', { name: 'Wrong → Name', type: 'partner' }));
  assert.equal(server.show(email).name, 'Wrong → Name');
  const undone = await ada.follow(await ada.press(saved, 'undo'));
  assert.match(html.tidy(html.byId(undone.page, 'notice')), /Undone|taken back/i);
  assert.deepEqual([server.show(email).name, server.show(email).contact_type], [before.name, before.contact_type]);
  assert.equal(server.history(email)[0].kind, 'undone');
});

describe('the personal link', () => {
  test('Copy link gives a manage link that opens that person’s preferences', async () => {
    const { email, path } = someone();
    const reply = await ada.post(`${path}/link`, { csrf: await ada.csrf() });
    assert.equal(reply.status, 200);
    assert.match(reply.get('content-type'), /^text\/plain/);
    assert.match(reply.get('cache-control'), /no-store/);
    const url = new URL(reply.body.trim());
    assert.equal(url.origin, server.origin);
    const page = await new Visitor(server).get(url.pathname);
    await new Visitor(server).press(page, 'stop_all');
    assert.equal(server.show(email).status, 'opted_out');
  });

  test('a key that was made while the server runs signs, a retired one no more, and a damaged one is passed over', async () => {
    const { path, email } = someone();
    const csrf = await ada.csrf();
    const pause = () => new Promise((done) => setTimeout(done, 1100)); // keys are looked for once a second
    const signer = async () => {
      const reply = await ada.post(`${path}/link`, { csrf });
      assert.equal((await new Visitor(server).get(new URL(reply.body.trim()).pathname)).status, 200);
      return Buffer.from(reply.body.trim().split('/').pop(), 'base64url').subarray(1, 5).toString('hex');
    };
    const first = await signer();
    const sent = server.links(email).manage;
    const newKey = () => /[0-9a-f]{8}/.exec(server.run(['keys', 'new']))[0];
    const second = newKey();
    await pause();
    assert.deepEqual([await signer(), await signer(), await signer()], [second, second, second]);
    assert.equal((await new Visitor(server).get(sent)).status, 200);
    server.run(['keys', 'retire', second]);
    await pause();
    assert.equal(await signer(), first);
    const third = newKey();
    writeFileSync(join(server.data, 'keys', `${third}.key`), 'too short');
    await pause();
    assert.equal(await signer(), first);
    rmSync(join(server.data, 'keys', `${third}.key`));
    server.run(['keys', 'revoke', third, '--yes']);
  });

  test('who took whose link stands in the ledger, without an address', async () => {
    const { path, email } = someone();
    assert.equal((await ada.post(`${path}/link`, { csrf: await ada.csrf() })).status, 200);
    const [entry] = server.run(['activity', '--kind', 'exported', '--json', '--limit', '1']).trim().split('\n').map(JSON.parse);
    assert.match(entry.actor, /^admin/);
    assert.equal(entry.note ?? entry.what, `the link of ${path.split('/').pop()}`, JSON.stringify(entry));
    assert.ok(!JSON.stringify(entry).includes(email));
  });

  test('GET gives none, and nobody has none', async () => {
    const { path } = someone();
    assert.equal((await ada.get(`${path}/link`)).status, 405);
    assert.equal((await ada.post('/admin/people/0123456789abcdef/link', { csrf: await ada.csrf() })).status, 404);
  });
});

describe('refused', () => {
  test('nobody by that id: 404, a page that says what to do', async () => {
    for (const id of ['0123456789abcdef', '0000000000000000', 'ffffffffffffffff', '12', 'nonsense', `${'a'.repeat(17)}`]) {
      const reply = await ada.get(`/admin/people/${id}`);
      assert.equal(reply.status, 404, id);
    }
    const csrf = await ada.csrf();
    const reply = await ada.post('/admin/people/0123456789abcdef', { csrf, do: 'save', version: '1', shown: 'newsletter' });
    assert.equal(reply.status, 404);
  });

  test('fields that no page of ours sends: 400, nothing written', async () => {
    const { path } = someone();
    const csrf = await ada.csrf();
    const before = server.state();
    for (const fields of [
      {}, { do: 'save' }, { do: 'save', version: '-1' }, { do: 'save', version: 'x' }, { do: 'save', version: '1', status: 'maybe' },
      { do: 'save', version: '1', shown: 'nonsense' }, { do: 'save', version: '1', topic: 'nonsense' },
      { do: 'undo' }, { do: 'undo', undoes: '0' }, { do: 'undo', undoes: '99999999999999999999' }, { do: 'delete', version: '1' },
    ]) {
      assert.equal((await ada.post(path, { csrf, ...fields })).status, 400, JSON.stringify(fields));
    }
    assert.equal(server.state(), before);
  });

  test('a notice can’t be made up by the address', async () => {
    const { path } = someone();
    const other = someone();
    const foreign = server.history(other.email)[0].position;
    for (const said of [String(foreign), '999999', '-1', 'x', '<b>', '1e3']) {
      const page = await ada.get(`${path}?said=${encodeURIComponent(said)}`);
      assert.equal(page.status, 200);
      assert.equal(html.tidy(html.byId(page.page, 'notice')), '', said);
    }
  });
});
