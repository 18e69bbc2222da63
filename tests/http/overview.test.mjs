// Communications → Overview: what is counted, shown as plots and tables, and had as CSV; of an older
// ledger the counts are made up for while the server runs.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import * as html from './lib/html.mjs';
import { serve } from './lib/server.mjs';
import { Visitor } from './lib/visitor.mjs';

const PATH = '/admin/overview';
const PASSWORD = 'correct horse battery 9';
let server, owner, viewer;

const cells = (row) => row.children.filter((node) => ['th', 'td'].includes(node.tag)).map((node) => html.tidy(node));
const table = (reply, id) => html.byTag(reply.page, 'table').filter((node) => node.attrs['aria-labelledby'] === `${id}-title`)
  .flatMap((node) => html.byTag(node, 'tr').map(cells));
const cards = (reply) => html.byClass(reply.page, 'card__n').map((node) => Number(html.tidy(node).replaceAll(',', '')));
const csv = async (query) => (await owner.get(`${PATH}/export?${query}`)).body.replace('\ufeff', '').trim().split('\r\n').map((line) => line.split(','));
const today = () => new Date().toISOString().slice(0, 10);

before(async () => {
  server = await serve();
  server.run(['admin', 'add', 'viewer@example.com', '--role', 'viewer'], `${PASSWORD}\n`);
  owner = await new Visitor(server).login();
  viewer = await new Visitor(server).login({ email: 'viewer@example.com', password: PASSWORD });
});
after(() => server?.stop());

describe('overview', () => {
  test('an empty list is told as one', async () => {
    const reply = await owner.get(PATH);
    assert.equal(reply.status, 200);
    assert.ok(reply.says(/Nobody has opted in or out yet/));
    assert.deepEqual(cards(reply), []);
  });

  test('what happens is counted at once, by day, topic, type and way; what is undone is not', async () => {
    server.import(`email,name,newsletter\n${Array.from({ length: 30 }, (_, i) => `p${i}@example.com,P ${i},yes`).join('\n')}\n`);
    server.add('jane@example.com', { topics: 'newsletter,marketing', type: 'partner' });
    server.add('john@example.com', { topics: 'newsletter' });
    const { unsubscribe } = server.links('jane@example.com', 'newsletter');
    await server.ask({ method: 'POST', path: unsubscribe, headers: { 'Content-Type': 'application/x-www-form-urlencoded' }, body: 'List-Unsubscribe=One-Click' });
    server.run(['optout', 'p3@example.com']);
    const person = new Visitor(server);
    const { manage } = server.links('john@example.com');
    const page = await person.get(manage);
    const out = await person.press(page, 'stop_all');
    assert.equal(server.show('john@example.com').status, 'opted_out');
    const counted = await csv('plot=ways');
    assert.deepEqual(counted.find(([way]) => way === 'page'), ['page', '0', '1']);
    await person.press(out, 'undo');
    assert.equal(server.show('john@example.com').status, 'opted_in');

    assert.deepEqual(await csv('plot=ways'), [['way', 'in', 'out'], ['page', '0', '0'], ['one_click', '0', '0'], ['mailto', '0', '0'],
      ['confirmed', '0', '0'], ['form', '0', '0'], ['admin', '0', '0'], ['command', '2', '1'], ['import', '30', '0'], ['api', '0', '0'],
      ['report', '0', '0'], ['system', '0', '0']]);
    const topics = await csv('plot=topics');
    assert.deepEqual(topics[0], ['topic', 'name', 'on', 'off', 'import_on', 'import_off']);
    assert.deepEqual(topics.find(([key]) => key === 'newsletter').slice(2), ['2', '2', '30', '0']);
    assert.deepEqual((await csv('plot=types')).slice(1, 3), [['client', '1', '1', '30', '0'], ['partner', '1', '0', '0', '0']]);
    const days = await csv('plot=time&by=day&span=30d');
    assert.equal(days.length, 31);
    assert.deepEqual(days.at(-1), [today(), today(), '2', '1', '30', '0']);
    const waits = (await csv('plot=waits')).slice(1).map((row) => row.slice(2).map(Number));
    assert.deepEqual(waits.reduce((sum, row) => sum.map((n, i) => n + row[i]), [0, 0, 0, 0]), [0, 1, 0, 0]);
  });

  test('the page says the same in plots that lead to Activity, in tables, and to viewers', async () => {
    const reply = await viewer.get(PATH);
    assert.equal(reply.status, 200);
    assert.deepEqual(cards(reply), [2, 1, 2, 1, 2, 1]);
    assert.ok(reply.says(/By import, apart from these: 30 in, 0 out/));
    const [head, ...rows] = table(reply, 'time');
    assert.deepEqual(head.slice(1), ['Opted In', 'Opted Out', 'Opted In, by import', 'Opted Out, by import']);
    assert.deepEqual(rows[0].slice(1), ['2', '1', '30', '0']);
    assert.deepEqual(table(reply, 'ways').map((row) => row.slice(0, 3)), [['Way', 'Opted In', 'Opted Out'], ['Command', '2', '1'], ['Import', '30', '0']]);
    const bars = html.byClass(reply.page, 'plot').map((plot) => html.byTag(plot, 'a'));
    assert.equal(bars.length, 2);
    assert.match(html.tidy(bars[0][0]), /: 2 in, 1 out$/);
    assert.match(html.tidy(bars[1][0]), /: 30 in, 0 out$/);
    assert.equal((await viewer.get(bars[0][0].attrs.href)).status, 200);
    assert.ok(!reply.body.includes('jane') && !/style=|<script>/.test(reply.body));
    for (const heading of html.byTag(reply.page, 'th')) {
      assert.match(heading.attrs.scope, /^(col|row)$/);
    }
  });

  test('it is narrowed to a topic, a type or a way, and to days, weeks or months', async () => {
    const rows = async (query) => table(await owner.get(`${PATH}?${query}`), 'time')[1].slice(1);
    assert.deepEqual(await rows('of=topic:newsletter'), ['2', '2', '30', '0']);
    assert.deepEqual(await rows('of=type:partner&by=month'), ['1', '0']);
    assert.deepEqual(await rows('of=way:import&by=day&span=90d'), ['30', '0']);
    assert.ok((await owner.get(`${PATH}?of=way:mailto`)).says(/Nobody was opted in or out in this time/));
    for (const bad of ['of=topic:none', 'of=way:', 'of=%3Cb%3E', 'by=year', 'span=1d']) {
      const reply = await owner.get(`${PATH}?${bad}`);
      assert.equal(reply.status, 400, bad);
      assert.ok(reply.says(/asks for what there is not/));
    }
    for (const bad of ['', 'plot=all', 'plot=time&by=year', 'plot=time&of=x']) {
      assert.equal((await owner.get(`${PATH}/export?${bad}`)).status, 400, bad);
    }
  });

  test('who was erased counts as having left, and nobody is named', async () => {
    server.run(['erase', 'p4@example.com', '--reason', 'asked by letter', '--yes']);
    assert.deepEqual((await csv('plot=ways')).find(([way]) => way === 'command'), ['command', '2', '2']);
    assert.deepEqual((await csv('plot=types'))[1], ['client', '1', '2', '30', '0']);
  });

  test('who is not signed in sees nothing of it', async () => {
    for (const path of [PATH, `${PATH}/export?plot=ways`]) {
      const reply = await new Visitor(server).get(path);
      assert.equal(reply.status, 303);
    }
  });

  test('the counts of an older ledger are made up for, and the page says until when', async () => {
    const dump = () => server.sql('SELECT day, what, way, type, count FROM day_count WHERE count <> 0 ORDER BY 1, 2, 3, 4');
    const counted = dump();
    await server.end();
    server.sql('DELETE FROM day_count; UPDATE day_count_mark SET below = (SELECT max(position) + 1 FROM entry)');
    assert.match(server.try(['overview']).stderr, /older entries .*not counted yet/);
    await server.begin();
    for (let i = 0; i < 200 && server.sql('SELECT below FROM day_count_mark').trim() !== '1'; i++) {
      await new Promise((done) => setTimeout(done, 25));
    }
    // Who is gone since has no type any more.
    const gone = (text) => text.split('\n').filter((line) => !/^\d+\|[01]\|/.test(line)).join('\n');
    assert.equal(gone(dump()), gone(counted));
    assert.equal(server.try(['overview']).stderr, '');
  });
});
