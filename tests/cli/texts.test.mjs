// The check of the catalogues: that each fault which it is for makes it fail, and says where.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { remove } from '../http/lib/remove.mjs';

const folder = mkdtempSync(join(tmpdir(), 'assent-texts-'));
after(() => remove(folder));

function check() {
  const { status, stdout, stderr } = spawnSync('sh', ['tests/lint/texts.sh', folder], { encoding: 'utf8' });
  return { status, said: stdout + stderr };
}

/** Checks the catalogues as they are, but for one file of theirs. */
function mutated(name, change) {
  cpSync('assets/locale', folder, { recursive: true });
  const path = join(folder, name);
  const before = readFileSync(path, 'utf8');
  const text = change(before);
  assert.notEqual(text, before, 'something was changed');
  writeFileSync(path, text);
  return check();
}

const line = (key) => new RegExp(`^${key.replace(/[.[\]]/g, '\\$&')} = .*\n`, 'm');

test('as they are, all is well', () => {
  cpSync('assets/locale', folder, { recursive: true });
  const { status, said } = check();
  assert.equal(status, 0, said);
  assert.match(said, /in twelve languages/);
});

const faults = {
  'a key that a language lacks': ['pl.txt', (text) => text.replace(line('manage.save'), ''), /manage\.save is missing/],
  'a key that English does not have': ['ja.txt', (text) => `${text}manage.extra = 余分\n`, /manage\.extra is not in English/],
  'a key that nothing uses': ['en.txt', (text) => `${text}manage.extra = Extra\n`, /manage\.extra is used nowhere/],
  'a key of admins that nothing uses': ['en.admin.txt', (text) => `${text}admin.people.extra = Extra\n`, /admin\.people\.extra is used nowhere/],
  'a name that is left out': ['ar.txt', (text) => text.replace(/^(notice\.paused_until|notice\.still_paused) = .*$/m, '$1 = كل شيء متوقف.'), /notice\.still_paused holds/],
  'a name that is spelt otherwise': ['de.txt', (text) => text.replace(/^(unsubscribe\.topic = .*)\{topic\}/m, '$1{thema}'), /unsubscribe\.topic holds \{thema\}, English \{topic\}/],
  'a tag that is left out': ['fr.txt', (text) => text.replace(/^manage\.lead = .*$/m, (found) => found.replace(/<\/?b>/g, '')), /manage\.lead holds/],
  'a line that is none': ['tr.txt', (text) => `${text}manage.save: Kaydet\n`, /not "key = text"/],
};

for (const [what, [name, change, says]] of Object.entries(faults)) {
  test(`${what} fails the check`, () => {
    const { status, said } = mutated(name, change);
    assert.notEqual(status, 0, said);
    assert.match(said, says);
    assert.match(said, new RegExp(name.split('.')[0]), 'the file is named');
  });
}

// Recipients' texts have no plural today, so one is made up, whole at first.
const FORMS = {
  en: 'one other', de: 'one other', fr: 'one other', es: 'one other', it: 'one other', pt: 'one other', nl: 'one other', tr: 'one other',
  pl: 'one few many other', ja: 'other', ar: 'zero one two few many other', he: 'one two other',
};

function withPlural(without = {}) {
  cpSync('assets/locale', folder, { recursive: true });
  for (const [language, forms] of Object.entries(FORMS)) {
    const path = join(folder, `${language}.txt`);
    writeFileSync(path, readFileSync(path, 'utf8').replace(line('manage.no_topics'), ''));
    for (const form of forms.split(' ')) {
      if (without[language] !== form) appendFileSync(path, `manage.no_topics[${form}] = ${form === 'one' ? '' : '{n} '}topics\n`);
    }
  }
  return check();
}

test('plural forms: whole they pass, and a form that a language needs and lacks fails the check', () => {
  const whole = withPlural();
  assert.equal(whole.status, 0, whole.said);
  for (const [language, forms] of Object.entries(FORMS)) {
    for (const form of forms.split(' ')) {
      const { status, said } = withPlural({ [language]: form });
      assert.notEqual(status, 0, `${language} ${form}`);
      // Without any form English, or a language with one form alone, lacks the key itself.
      assert.match(said, /manage\.no_topics(\[[a-z]+\])? (is missing|is not in English|holds)/, `${language} ${form}: ${said}`);
    }
  }
});
