// A mail of every kind in all twelve languages, as the courier sends them to a real mail server.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { mailServer, office } from './post.mjs';

export const BRAND = 'Blumen & "Söhne" <Reisen>';
export const POSTAL = 'Hauptstraße 1, 10115 Berlin';
export const PRIVACY = 'https://www.example.com/privacy?a=1&b=2';
export const TAGS = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'tr', 'ja', 'ar', 'he'];
export const NAMES = {
  en: 'O\'Hara, "Jo" (Ms)', de: 'Jörg Müßig', fr: 'Éloïse Lefèvre-Château', es: 'Íñigo Ñuñez', it: 'Niccolò D\'Amé', pt: 'João Conceição',
  nl: 'Zoë van \'t Hoff', pl: 'Łukasz Żółć', tr: 'Şule Iğdır İnce', ja: '寿限無寿限無五劫の擦り切れ海砂利水魚の水行末雲来末風来末食う寝る処に住む処',
  ar: 'محمد عبد الله', he: 'דוד בן־גוריון',
};

const key = (text) => text.replace(/'/g, "''");
const head = (columns) => `INSERT INTO letter (message_id, kind, contact, confirmation, address, language, created_at, due_at, tries, outcome, ended_at, fault)
  SELECT randomblob(16), ${columns}, 1795430000, unixepoch(), 0, 0, 0, '';`;

/** The rows that ask for one mail of each kind in one language. */
function letters(tag) {
  const contact = (address) => `(SELECT id FROM contact WHERE email_key = '${address}')`;
  const request = (kind, address, who) => `INSERT INTO confirmation (public_id, kind, contact, epoch, email_key, email, name, language, choices,
    asked_at, expires_at, ended_at, outcome, address, agent) VALUES (random(), ${kind}, ${who}, 0, '${address}', '${address}', '', '${tag}',
    ${kind === 1 ? 6 : 0}, unixepoch(), unixepoch() + 600000, 0, 0, '', '');`;
  const last = '(SELECT max(id) FROM confirmation)';
  return [
    head(`1, 0, 0, 'link-${tag}@example.com', '${tag}'`),
    request(1, `join-${tag}@example.com`, 0), head(`2, 0, ${last}, 'join-${tag}@example.com', '${tag}'`),
    request(1, `in-${tag}@example.com`, 0), head(`2, 0, ${last}, 'in-${tag}@example.com', '${tag}'`),
    request(2, `new-${tag}@example.com`, contact(`link-${tag}@example.com`)), head(`3, 0, ${last}, 'new-${tag}@example.com', '${tag}'`),
    request(2, `taken-${tag}@example.com`, contact(`link-${tag}@example.com`)), head(`3, 0, ${last}, 'taken-${tag}@example.com', '${tag}'`),
    head(`4, ${contact(`link-${tag}@example.com`)}, 0, 'old-${tag}@example.com', '${tag}'`),
    head(`5, 0, 0, 'test-${tag}@example.com', '${tag}'`),
  ].join('\n');
}

export const KINDS = ['link', 'join', 'in', 'new', 'taken', 'old', 'test'];

/**
 * "link-de" and so on to what post.mjs keeps of a mail. The first topic is named as the person is.
 * t: after(end), as a test has it.
 */
export async function everyMail(t) {
  const server = await mailServer(t);
  const at = office(t, server.url);
  for (const [name, value] of [['brand_name', BRAND], ['brand_postal_address', POSTAL], ['brand_privacy_url', PRIVACY],
    ['sender_address', 'hello@example.com'], ['mailto_address', 'unsubscribe@example.com']]) {
    at.run(['settings', 'set', name, value]);
  }
  at.run(['import', at.write('people.csv', ['email,name,newsletter,product_updates,marketing,system_alerts', ...TAGS.flatMap((tag) => ['link', 'in', 'taken'].map((kind) =>
    `${kind}-${tag}@example.com,"${NAMES[tag].replace(/"/g, '""')}",yes,yes,yes,yes`))].join('\n'))]);
  const rows = [`UPDATE topic SET name = '${key(NAMES.en)}' WHERE id = 1;`,
    ...TAGS.map((tag) => `INSERT OR REPLACE INTO topic_text VALUES (1, '${tag}', '${key(NAMES[tag])}', '');`), ...TAGS.map(letters)];
  execFileSync('sqlite3', [join(at.data, 'assent.db')], { input: rows.join('\n') });
  await at.send();
  assert.equal(at.sql('SELECT count(*) FROM letter WHERE outcome <> 1').trim(), '0', 'all went out');
  return new Map(server.mails.map((mail) => [mail.to.split('@')[0], mail]));
}
