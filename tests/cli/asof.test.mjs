// asof, and check --at: could they have been mailed then, and why. The clock is moved for each change.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { folder } from './lib/command.mjs';

const DAY = 86400;
const rows = (text) => text.split('\n').slice(0, -1);
const ago = (days) => ({ ASSENT_CLOCK_OFFSET_S: String(-days * DAY) });
const when = (days) => new Date(Date.now() - days * DAY * 1000).toISOString().replace(/\.\d+Z/, 'Z');

/** In ann's life: added 30 days ago, off 20 days ago, on 10 days ago, paused 5 days ago until 3 days ago. */
function life(t) {
  const at = folder(t);
  const entries = {};
  const then = (name, days, args) => {
    const said = at.try(args, '', ago(days));
    assert.equal(said.code, 0, said.err);
    entries[name] = Number(at.sql('SELECT max(position) FROM entry'));
  };
  then('added', 30, ['add', 'ann@b.example', '--topics', 'newsletter']);
  then('off', 20, ['optout', 'ann@b.example', '--topic', 'newsletter']);
  then('on', 10, ['add', 'ann@b.example', '--topics', 'newsletter', '--consent', 'by phone']);
  then('pause', 5, ['pause', 'ann@b.example', '--days', '2']);
  then('bob', 3, ['add', 'bob@b.example']);
  then('out', 1, ['optout', 'ann@b.example']);
  return { at, entries };
}

test('asof: each turn in words, with the entry, who made it, since when and until when', (t) => {
  const { at, entries } = life(t);
  const ask = (days) => at.run(['asof', 'ann@b.example', 'newsletter', when(days)]);
  const first = rows(ask(25));
  assert.match(first[0], /^Yes: on \d+ \w+ \d{4}, \d\d:\d\d UTC, Newsletter could be mailed to ann@b\.example\.$/);
  assert.equal(first[1], 'They were opted in, and Newsletter was on.');
  assert.match(first[2], new RegExp(`^Entry ${entries.added}: .*by the operator, `));
  assert.match(first[3], new RegExp(`^So since .* UTC, by entry ${entries.added}\\.$`));
  assert.match(first[4], new RegExp(`^So until .* UTC, by entry ${entries.off}\\.$`));
  assert.match(ask(15), new RegExp(`^No \\(topic_off\\): .*\nThey were opted in, and Newsletter was off\\.\nEntry ${entries.off}: `));
  assert.match(ask(4.5), new RegExp(`^No \\(paused\\): .*\nThey had paused everything until .*\nEntry ${entries.pause}: .*\nSo since .*\nSo until .*, by the clock: a pause ended\\.\n$`));
  assert.match(ask(2), new RegExp(`^Yes: .*\n.*\nEntry ${entries.on}: .*\nSo since .*, by the clock: a pause ended\\.\nSo until .*, by entry ${entries.out}\\.\n$`));
  assert.match(ask(0.5), new RegExp(`^No \\(opted_out\\): .*\nThey had opted out of everything\\.\nEntry ${entries.out}: [^\n]*\nSo since [^\n]*\n$`));
  assert.match(at.run(['asof', 'bob@b.example', 'newsletter', when(15)]), new RegExp(`^No \\(unknown\\): .*\nThey were not on the list yet: they were put on it on .*\nEntry ${entries.bob}: `));
  assert.match(ask(50), /^No \(unknown\): .*\nThe record begins on .*: nothing is known of the time before\.\n$/);
  assert.match(at.run(['asof', 'nobody@b.example', 'newsletter', when(2)]), /^No \(unknown\): .*\nNobody on the list has or had this address\.\n$/);
});

test('asof: JSON', (t) => {
  const { at, entries } = life(t);
  const said = at.json(['asof', 'ann@b.example', 'newsletter', when(15), '--json']);
  assert.equal(said.verdict, 'topic_off');
  assert.equal(said.entry.position, entries.off);
  assert.equal(said.entry.by, 'the operator');
  assert.equal(said.since.entry, entries.off);
  assert.equal(said.until.entry, entries.on);
  assert.equal(said.position, entries.off);
  assert.equal(said.frequency, null);
  assert.match(said.contact, /^[0-9a-f]{16}$/);
  const before = at.json(['asof', 'ann@b.example', 'newsletter', '1999-12-31', '--json']);
  assert.deepEqual([before.verdict, before.position, before.at, before.entry, before.since], ['unknown', 0, '1999-12-31T00:00:00Z', null, null]);
});

test('what can not be asked for says why', (t) => {
  const at = folder(t);
  for (const [args, words] of [
    [['asof', 'a@b.example', 'newsletter', 'yesterday'], /must be as in 2026-01-31T12:00:00Z/],
    [['asof', 'a@b.example', 'newsletter', '2999-01-01'], /one that has been; it is \d{4}-/],
    [['asof', 'a@b.example', 'nothing', '2020-01-01'], /nothing.*newsletter/s],
    [['asof', 'nobody', 'newsletter', '2020-01-01'], /no mail address/],
    [['check', 'newsletter', '--at', 'noon'], /must be as in/],
    [['check', 'newsletter', '--at', '2999-01-01'], /one that has been/],
    [['check', 'nothing', '--at', '2020-01-01'], /nothing.*newsletter/s],
  ]) {
    const said = at.try(args, 'a@b.example\n');
    assert.notEqual(said.code, 0, args.join(' '));
    assert.equal(said.out, '');
    assert.match(said.err, words);
  }
  assert.match(at.run(['asof', '--help']), /EMAIL TOPIC TIME/);
});

test('check --at: a whole list as of then, with the entries; erased people are no yes and no unknown', (t) => {
  const { at, entries } = life(t);
  const asked = 'ann@b.example\nnobody@b.example\nrubbish\n';
  const said = at.try(['check', 'newsletter', '--at', when(25)], asked);
  assert.deepEqual(rows(said.out), [`ann@b.example\tallow\t${entries.added}`, 'nobody@b.example\tunknown\t', 'rubbish\tinvalid\t']);
  assert.equal(said.err, `assent check: 1 of 3 could be mailed, at position ${entries.added}; unknown 1; invalid 1.\n`);
  assert.deepEqual(rows(at.run(['check', 'newsletter', '--at', when(15), '--csv'], asked)), ['email,verdict,entry', `ann@b.example,topic_off,${entries.off}`, 'nobody@b.example,unknown,', 'rubbish,invalid,']);
  assert.deepEqual(rows(at.run(['check', 'newsletter', '--at', when(4.5), '--json'], 'ann@b.example\n')).map((line) => JSON.parse(line)), [{ address: 'ann@b.example', verdict: 'paused', entry: entries.pause }]);
  assert.deepEqual(rows(at.run(['check', 'newsletter', '--at', when(2), '--only-allowed'], asked)), ['ann@b.example']);
});
