// bench: realistic people in many scripts as the CSV that `assent import` reads; deterministic by
// seed. usage: node people.mjs COUNT [SEED] > people.csv
import { once } from 'node:events';

const given = `Amara Benoît Chen Dagny Elif Farah Grace Hiro Ivana João Katarzyna Liam Mei Noah Olga
Pedro Quynh Ravi Sofía Tomáš Uma Viktor Wanjiru Ximena Yusuf Zoë Александр Мария Γιώργος Ελένη محمد
فاطمة דוד שרה राम सीता 花子 太郎 민준 서연 伟 芳 สมชาย ጸሃይ Արամ ნინო`.split(/\s+/);
const family = `Okafor Lefèvre Wei Ólafsdóttir Yıldız Haddad Mwangi Tanaka Novák Silva Kowalski Murphy
Lin Smith Ivanova García Nguyễn Kumar Müller Svoboda Patel Petrov Kamau López Demir Jansen Иванов
Кузнецова Παπαδόπουλος العلي כהן शर्मा 山田 佐藤 김 이 王 李 ใจดี በቀለ Պետրոսյան ბერიძე`.split(/\s+/);
const latin = `amara benoit chen dagny elif farah grace hiro ivana joao kasia liam mei noah olga pedro
quynh ravi sofia tomas uma viktor wanjiru ximena yusuf zoe john mary smith lee maria`.split(/\s+/);
const types = ['client', 'client', 'client', 'partner', 'franchisee'];
const languages = ['en', 'de', 'fr', 'es', 'tr', 'ja', 'ar', ''];

/** A small deterministic generator (mulberry32), so that every run has the same people. */
export function random(seed) {
  let a = seed >>> 0;
  return () => {
    a = (a + 0x6d2b79f5) >>> 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

export const header = 'email,name,contact_type,status,newsletter,product_updates,marketing,system_alerts,language\n';

/** Row n: its address holds n, so that no two are alike. */
export function person(n, next) {
  const pick = (list) => list[Math.floor(next() * list.length)];
  const local = `${pick(latin)}.${pick(latin)}${n}`;
  const domain = next() < 0.34 ? 'gmail.example' : `host${Math.floor(next() * 5000)}.example`;
  const out = next() < 0.17;
  const on = () => (out ? 'no' : next() < 0.6 ? 'yes' : 'no');
  return `${local}@${domain},${pick(given)} ${pick(family)},${pick(types)},` +
    `${out ? 'Opted Out' : 'Opted In'},${on()},${on()},${on()},${on()},${pick(languages)}\n`;
}

if (import.meta.url === `file://${process.argv[1]}`) {
  const count = Number(process.argv[2] ?? 1000);
  const next = random(Number(process.argv[3] ?? 1));
  let text = header;
  for (let n = 1; n <= count; n++) {
    text += person(n, next);
    if (text.length > 1 << 20) {
      if (!process.stdout.write(text)) await once(process.stdout, 'drain');
      text = '';
    }
  }
  process.stdout.write(text);
}
