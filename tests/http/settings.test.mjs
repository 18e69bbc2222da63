// Setup → Settings: saved all or none, kept when refused, stale forms, undo, roles, the logo, colours, the preview.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { serve } from './lib/server.mjs';
import * as html from './lib/html.mjs';
import { Visitor } from './lib/visitor.mjs';

let server;
let visitor;
let csrf;

before(async () => {
  server = await serve({ before: (fresh) => fresh.import('email,newsletter\nada@example.com,yes\n') });
  visitor = await new Visitor(server).login();
  csrf = await visitor.csrf();
});
after(() => server?.stop());

const PATH = '/admin/settings';
const listed = () => server.json(['settings', 'list', '--json']);
const version = async () => html.all((await visitor.get(PATH)).page, (node) => node.attrs.name === 'version')[0].attrs.value;
const act = async (fields) => visitor.post(PATH, { csrf, version: await version(), ...fields });
const notice = (reply) => html.tidy(html.byId(reply.page, 'notice'));
const manage = async () => new Visitor(server).get(server.links('ada@example.com').manage);

function upload(data, more = {}) {
  const parts = Object.entries({ csrf, do: 'logo', ...more }).map(([name, value]) => `--xyz\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`);
  const body = Buffer.concat([
    Buffer.from(`${parts.join('')}--xyz\r\nContent-Disposition: form-data; name="logo"; filename="logo.bin"\r\nContent-Type: application/octet-stream\r\n\r\n`),
    Buffer.from(data),
    Buffer.from('\r\n--xyz--\r\n'),
  ]);
  return body;
}
const send = (data) => server.ask({
  method: 'POST', path: PATH, body: upload(data),
  headers: {
    Accept: 'text/html', Origin: server.origin, 'Sec-Fetch-Site': 'same-origin', 'Content-Type': 'multipart/form-data; boundary=xyz',
    Cookie: [...visitor.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
  },
});

test('settings are saved, named in the notice, and taken back with Undo', async () => {
  const sent = await act({ do: 'save', brand_name: 'Northwind', welcome_words: 'Good to see you.\r\n\r\nChoose <b>well</b>.', link_life_days: '30' });
  assert.equal(sent.status, 303);
  const page = await visitor.follow(sent);
  assert.match(notice(page), /Saved: Brand name, Welcome words and Days that a manage link works\./);
  assert.equal(listed().link_life_days, '30');
  const seen = await manage();
  assert.ok(seen.text.includes('Northwind') && seen.text.includes('Choose <b>well</b>.'.replace(/</g, '<')));
  const undone = await visitor.follow(await visitor.press(page, 'Undo'));
  assert.match(notice(undone), /Undone/);
  assert.equal(listed().link_life_days, '400');
  assert.equal(listed().welcome_words, '');
  assert.match(notice(await visitor.follow(await act({ do: 'undo' }))), /too late/);
});

test('one wrong field saves nothing, keeps what was typed, and is named beside it and above', async () => {
  const before = listed();
  const reply = await act({ do: 'save', brand_name: 'Kept words', confirm_days: '0', brand_privacy_url: 'http://x.example' });
  assert.equal(reply.status, 422);
  assert.match(html.tidy(html.byId(reply.page, 'faults')), /2 fields need another value/);
  assert.equal(html.byId(reply.page, 'f-brand_name').attrs.value, 'Kept words');
  assert.equal(html.byId(reply.page, 'f-confirm_days').attrs['aria-invalid'], 'true');
  assert.match(html.tidy(html.byId(reply.page, 'e-brand_privacy_url')), /^It must be an address that begins with https:\/\/\.$/);
  assert.deepEqual(listed(), before);
});

test('a form from before another change is stale, and saves once it was looked through', async () => {
  const old = await version();
  await act({ do: 'save', brand_name: 'First' });
  const reply = await visitor.post(PATH, { csrf, version: old, do: 'save', brand_name: 'Second' });
  assert.equal(reply.status, 409);
  assert.match(notice(reply), /meanwhile/);
  assert.equal(html.byId(reply.page, 'f-brand_name').attrs.value, 'Second');
  assert.equal(listed().brand_name, 'First');
  await visitor.press(reply, 'Save settings');
  assert.equal(listed().brand_name, 'Second');
});

test('a colour that does not hold is refused with the nearest, which one press takes', async () => {
  const reply = await act({ do: 'save', brand_color: '#ffcc00' });
  assert.equal(reply.status, 422);
  const button = html.all(reply.page, (node) => node.attrs.name === 'take')[0];
  assert.match(button.attrs.value, /^brand_color:#[0-9a-f]{6}$/);
  const taken = await visitor.post(PATH, { csrf, version: await version(), brand_color: '#ffcc00', take: button.attrs.value });
  assert.equal(taken.status, 303);
  assert.equal(`brand_color:${listed().brand_color}`, button.attrs.value);
  const page = await manage();
  const [href] = /\/assets\/recipient\.css\?v=[0-9a-f]+-[0-9a-f]{6}-[0-9a-f]{6}/.exec(page.body.toString());
  const css = await server.ask({ path: href });
  assert.match(css.get('cache-control'), /immutable/);
  assert.ok(css.body.toString().includes(`--accent:${listed().brand_color}`));
  const other = await server.ask({ path: href.replace(/v=[0-9a-f]+/, 'v=000000000000') });
  assert.doesNotMatch(other.get('cache-control'), /immutable/);
  await act({ do: 'save', brand_color: '' });
});

test('a logo is checked, written anew, served with headers that let it do nothing, and removed', async () => {
  const svg = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 112"><!-- x --><path d="M0 0h9"/></svg>';
  assert.equal((await send(svg)).status, 303);
  const page = await manage();
  const [, src] = /<img src="(\/assets\/logo\?v=[0-9a-f]{12})" alt="[^"]+" width="240" height="56">/.exec(page.body.toString());
  const logo = await server.ask({ path: src });
  assert.equal(logo.status, 200);
  assert.equal(logo.get('content-type'), 'image/svg+xml');
  assert.equal(logo.get('x-content-type-options'), 'nosniff');
  assert.match(logo.get('cache-control'), /immutable/);
  assert.match(logo.get('content-security-policy'), /^default-src 'none'; sandbox/);
  assert.ok(!logo.body.toString().includes('<!--'));
  assert.equal((await server.ask({ path: src, headers: { 'If-None-Match': logo.get('etag') } })).status, 304);
  assert.match(server.sql('SELECT note FROM entry_private ORDER BY position DESC LIMIT 1'), /^brand_logo: none → svg\+xml, 480 × 112/);
  const removed = await visitor.follow(await act({ do: 'logo_remove' }));
  assert.match(notice(removed), /The logo was removed/);
  assert.equal((await server.ask({ path: src })).status, 404);
  assert.doesNotMatch((await manage()).body.toString(), /<img/);
});

test('a changed logo, and a removed one, can be taken back: Undo brings back the one before', async () => {
  const svg = (width) => `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} 10"><path d="M0 0h9"/></svg>`;
  const src = async () => /\/assets\/logo\?v=[0-9a-f]{12}/.exec((await manage()).body.toString())?.[0];
  await send(svg(20));
  const first = await src();
  const changed = await visitor.follow(Object.assign(await send(svg(30)), { path: PATH }));
  assert.notEqual(await src(), first);
  const undone = await visitor.follow(await visitor.press(changed, 'Undo'));
  assert.match(notice(undone), /Undone/);
  assert.equal(await src(), first);
  assert.equal((await server.ask({ path: first })).status, 200);
  const removed = await visitor.follow(await act({ do: 'logo_remove' }));
  assert.equal(await src(), undefined);
  await visitor.press(removed, 'Undo');
  assert.equal(await src(), first);
  assert.match(notice(await visitor.follow(await act({ do: 'undo' }))), /too late/);
  assert.equal(await src(), first);
  const same = await visitor.follow(Object.assign(await send(svg(20)), { path: PATH }));
  assert.match(notice(same), /Nothing was different/);
  await act({ do: 'logo_remove' });
});

test('a PNG is decoded in the sandbox of the worker, and a broken one refused with words', async () => {
  const png = readFileSync('tests/fuzz/seeds/png/rgba');
  assert.equal((await send(png)).status, 303);
  assert.equal((await send(png.subarray(0, 60))).status, 422);
  const script = await send('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">\n<script/></svg>');
  assert.equal(script.status, 422);
  assert.match(script.body.toString(), /Line 2: &lt;script&gt; may not stand in a logo/);
  assert.match((await send('')).body.toString(), /Choose a file first/);
  assert.match((await send(Buffer.alloc(50000, 0x20))).body.toString(), /larger than 48 kB/);
  assert.equal((await server.ask({ path: '/healthz' })).status, 200);
  await act({ do: 'logo_remove' });
});

test('S10: a viewer sees every setting in a disabled field and no button that acts; a POST is refused', async () => {
  server.run(['admin', 'add', 'viewer@example.com', '--role', 'viewer'], 'a password of mine 1\n');
  const viewer = await new Visitor(server).login({ email: 'viewer@example.com', password: 'a password of mine 1' });
  const page = await viewer.get(PATH);
  assert.equal(page.status, 200);
  assert.ok(page.says(/Your role may look at the settings, not change them/));
  const [form] = html.all(page.page, (node) => node.tag === 'form' && html.all(node, (one) => one.attrs.name === 'version').length);
  const fields = html.all(form, (node) => /^(input|select|textarea)$/.test(node.tag) && node.attrs.type !== 'hidden');
  assert.deepEqual(fields.map((node) => node.attrs.name).sort(), Object.keys(listed()).filter((key) => html.byId(page.page, `f-${key}`)).sort());
  assert.deepEqual(fields.filter((node) => !('disabled' in node.attrs)).map((node) => node.attrs.name), []);
  const seen = html.all(page.page, (node) => node.tag === 'button' && node.attrs.name === 'do').map((node) => node.attrs.value);
  assert.deepEqual(seen, []);
  const token = await viewer.csrf();
  const files = () => server.sql('SELECT name, version FROM brand_file');
  const before = server.state() + files();
  for (const what of ['save', 'undo', 'preview', 'logo', 'logo_remove', 'test', 'nothing']) {
    assert.equal((await viewer.post(PATH, { csrf: token, version: '0', do: what, brand_name: 'Evil' })).status, 403, what);
  }
  assert.equal(server.state() + files(), before);
});

test('S10: what decides who gets in is an owner’s to set: read-only to a manager with the reason, refused when sent', async () => {
  server.run(['admin', 'add', 'manager@example.com', '--role', 'manager'], 'a password of mine 1\n');
  const manager = await new Visitor(server).login({ email: 'manager@example.com', password: 'a password of mine 1' });
  const page = await manager.get(PATH);
  assert.ok('disabled' in html.byId(page.page, 'f-factor_required').attrs);
  assert.ok(!('disabled' in html.byId(page.page, 'f-brand_name').attrs));
  assert.match(html.tidy(html.byId(page.page, 'h-factor_required')), /Only owners change this/);
  assert.ok(!('disabled' in html.byId((await visitor.get(PATH)).page, 'f-factor_required').attrs));
  const send = async (who, fields) => who.post(PATH, { csrf: await who.csrf(), version: html.all((await who.get(PATH)).page, (node) => node.attrs.name === 'version')[0].attrs.value, ...fields });
  const before = server.state();
  const refused = await send(manager, { do: 'save', factor_required: 'yes', brand_name: 'Evil' });
  assert.equal(refused.status, 403);
  assert.ok(refused.says(/Only owners change whether a second factor is asked of all/));
  assert.equal(server.state(), before);
  const name = listed().brand_name;
  assert.ok((await manager.follow(await send(manager, { do: 'save', factor_required: 'no', brand_name: 'Fine' }))).says(/Saved: Brand name/));
  await manager.follow(await manager.press(await manager.get(`${PATH}?did=save`), 'undo'));
  assert.equal(listed().brand_name, name);
  assert.ok((await visitor.follow(await send(visitor, { do: 'save', factor_required: 'yes' }))).status < 400);
  assert.equal(listed().factor_required, 'yes');
  server.run(['settings', 'set', 'factor_required', 'no']);
});

test('addresses are checked, each with its own words', async () => {
  const wrong = [
    ['brand_postal_address', 'x'.repeat(301), /300/],
    ['brand_privacy_url', 'northwind.example/privacy', /begins with https/], ['brand_privacy_url', 'javascript:alert(1)', /begins with https/],
    ['brand_privacy_url', 'https://a b/', /begins with https/], ['sender_address', 'nobody', /mail address/],
    ['mailto_address', 'ünsub@example.com', /plain ASCII/], ['link_life_days', '0', /number of days from/], ['confirm_days', 'soon', /number of days from/],
  ];
  const before = listed();
  for (const [key, value, words] of wrong) {
    const reply = await act({ do: 'save', [key]: value });
    assert.equal(reply.status, 422, `${key} ${value}`);
    assert.match(html.tidy(html.byId(reply.page, `e-${key}`)), words, key);
    assert.match(html.tidy(html.byId(reply.page, 'faults')), /1 field needs another value/);
  }
  assert.deepEqual(listed(), before);
  await visitor.follow(await act({ do: 'save', brand_postal_address: '  1 North Road,\t Haven <b>  ' }));
  assert.equal(listed().brand_postal_address, '1 North Road, Haven <b>');
  await act({ do: 'save', brand_postal_address: '' });
});

test('Help has a page about settings, and the page leads there', async () => {
  const page = await visitor.get(PATH);
  const [link] = html.all(page.page, (node) => node.tag === 'a' && node.attrs.href === '/admin/help?task=settings');
  const help = await visitor.get(link.attrs.href);
  assert.equal(help.status, 200);
  assert.ok(help.says(/Takes back your last save, the logo’s as well/));
  assert.ok((await visitor.get('/admin/help')).says(/Set name, looks and sign-up/));
});

test('strangers are sent to the login; a foreign form is refused', async () => {
  const page = await new Visitor(server).get(PATH);
  assert.equal(page.status, 303);
  assert.equal((await visitor.post(PATH, { csrf: 'x', do: 'save', brand_name: 'Evil' })).status, 403);
  assert.equal((await visitor.post(PATH, { csrf, do: 'save', brand_name: 'Evil' }, { Origin: 'https://x.example', 'Sec-Fetch-Site': 'cross-site' })).status, 403);
  assert.notEqual(listed().brand_name, 'Evil');
  assert.equal((await act({ do: 'nothing' })).status, 400);
});

test('a test mail goes into the outbox, to who asked for it', async () => {
  const page = await visitor.follow(await act({ do: 'test' }));
  assert.match(notice(page), /A test mail to \S+@\S+ is on its way/);
  assert.equal(Number(server.sql('SELECT count(*) FROM letter WHERE kind = 5')), 1);
});

test('the preview shows real pages, framed by nothing but ours, with no working token, and changes nothing', async () => {
  const page = await visitor.get(`${PATH}?page=unsubscribe&lang=de&as=ada@example.com`);
  assert.match(page.get('content-security-policy'), /frame-ancestors 'none'.*frame-src 'self'/);
  const frame = html.all(page.page, (node) => node.tag === 'iframe')[0];
  assert.equal(frame.attrs.sandbox, 'allow-same-origin');
  const pages = ['manage', 'saved', 'paused', 'unsubscribe', 'topic', 'done', 'expired', 'void', 'broken', 'home', 'how', 'asked', 'join', 'confirm', 'confirmed'];
  for (const which of pages) {
    for (const lang of ['en', 'de', 'ar']) {
      const shown = await visitor.get(`${PATH}/preview?page=${which}&lang=${lang}&as=ada@example.com`);
      assert.equal(shown.status, 200, which);
      assert.match(shown.get('content-security-policy'), /form-action 'none'; frame-ancestors 'self'; sandbox/);
      assert.equal(shown.get('x-frame-options'), 'SAMEORIGIN');
      assert.match(shown.body.toString(), new RegExp(`<html lang="${lang}"`));
      assert.doesNotMatch(shown.body.toString(), /\/[pu]\/[A-Za-z0-9_-]{60}/);
    }
  }
  assert.equal((await visitor.get(`${PATH}/preview?page=manage&as=nobody@example.com`)).status, 404);
  assert.equal((await visitor.get(`${PATH}/preview?page=nothing`)).status, 404);
  assert.equal((await new Visitor(server).get(`${PATH}/preview?page=manage`)).status, 303);
});

test('the preview of a mail is in the language asked for, with made-up links and no script', async () => {
  for (const which of ['link', 'join', 'in', 'new', 'old', 'test']) {
    const page = await visitor.get(`${PATH}?page=mail_${which}&lang=de&as=`);
    const frame = html.all(page.page, (node) => node.tag === 'iframe')[0];
    const shown = await visitor.get(frame.attrs.src.replaceAll('&amp;', '&'));
    assert.equal(shown.status, 200, which);
    assert.match(shown.body.toString(), /<html lang="de"/);
    assert.match(shown.get('content-security-policy'), /^default-src 'none'; style-src 'unsafe-inline'.*frame-ancestors 'self'; sandbox$/);
    assert.doesNotMatch(shown.body.toString(), /\/[puc]\/[A-Za-z0-9_-]{60}/);
  }
  const day = (days) => new Date(Date.now() + days * 86400e3).getUTCFullYear();
  const mail = async (which) => (await visitor.get(`${PATH}/preview/mail?page=mail_${which}&lang=en&as=`)).body.toString();
  assert.match(await mail('link'), new RegExp(`works until \\d+ \\w+ ${day(400)}`), 'a manage link’s life, as set');
  assert.match(await mail('join'), new RegExp(`works until \\d+ \\w+ ${day(7)}`));
  assert.equal((await visitor.get(`${PATH}/preview/mail?page=mail_nothing`)).status, 404);
  assert.equal((await new Visitor(server).get(`${PATH}/preview/mail?page=mail_join`)).status, 303);
});

test('what is typed can be looked at before it is saved', async () => {
  const before = listed();
  const reply = await act({ do: 'preview', brand_name: 'Tried & True', brand_color: '#b00020', goodbye_words: 'So long' });
  assert.equal(reply.status, 200);
  const frame = html.all(reply.page, (node) => node.tag === 'iframe')[0];
  const shown = await visitor.get(frame.attrs.src.replaceAll('&amp;', '&'));
  assert.ok(shown.text.includes('Tried & True'));
  assert.match(shown.body.toString(), /recipient\.css\?v=[0-9a-f]+-b00020-/);
  assert.deepEqual(listed(), before);
});
