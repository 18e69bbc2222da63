// bench: realistic people in many scripts as the CSV that `assent import` reads; deterministic by
// seed. A person's given and family name, the letters of their address and their language go
// together. usage: node people.mjs COUNT [SEED] > people.csv
import { once } from 'node:events';

// Each: share of a thousand, languages, order of the name (gf, fg, or fgj: joined), then names as
// they are written, with a colon and their Latin letters where those differ.
const peoples = [
  [300, 'en', 'gf', 'John Mary James Linda Robert Olivia William Grace Noah Emma Liam Ava Henry Ruby Jack Chloe', 'Smith Johnson Brown Taylor Wilson Davies Evans Clark Walker Wright Thompson White O’Brien:obrien Murphy Kelly Baker'],
  [90, 'de', 'gf', 'Anna Lukas Jürgen:juergen Björn:bjoern Sabine Jonas Käthe:kaethe Stefan Ute Felix', 'Müller:mueller Schmidt Schäfer:schaefer Weber Groß:gross Köhler:koehler Krüger:krueger Becker Neumann von-der-Heide:vonderheide'],
  [70, 'fr', 'gf', 'Benoît:benoit Chloé:chloe François:francois Élodie:elodie Zoë:zoe Jean-Luc:jeanluc Anaïs:anais Hugo Inès:ines Rémi:remi', 'Lefèvre:lefevre Dubois Gaëtan:gaetan Moreau Bézier:bezier Girard Lemaître:lemaitre d’Alembert:dalembert Noël:noel Petit'],
  [90, 'es pt', 'gf', 'Sofía:sofia Pedro Ximena João:joao Mateo Inês:ines Íñigo:inigo Lucía:lucia Rui Álvaro:alvaro', 'García:garcia Silva Muñoz:munoz Conceição:conceicao López:lopez Nuñez:nunez Araújo:araujo Pereira Gómez:gomez Sousa'],
  [40, 'it', 'gf', 'Giulia Matteo Nicolò:nicolo Chiara Luca Agnese', 'Rossi Bianchi Ferrari D’Angelo:dangelo Esposito Greco'],
  [50, 'pl', 'gf', 'Katarzyna Tomáš:tomas Łukasz:lukasz Zdeněk:zdenek Małgorzata:malgorzata Ivana', 'Kowalski Svoboda Wiśniewski:wisniewski Dvořák:dvorak Żak:zak Novák:novak'],
  [40, 'tr', 'gf', 'Elif Yusuf Gülşen:gulsen İbrahim:ibrahim Çağla:cagla Umut', 'Yıldız:yildiz Demir Öztürk:ozturk Şahin:sahin Işık:isik Kaya'],
  [30, 'nl', 'gf', 'Sanne Daan Fenna Bram Noor Joost', 'de-Vries:devries van-den-Berg:vandenberg Jansen Visser IJsbrand:ijsbrand Mulder'],
  [20, 'en', 'gf', 'Dagny Hjördís:hjordis Åsa:asa Bjørn:bjorn Søren:soren', 'Ólafsdóttir:olafsdottir Ångström:angstrom Ødegård:odegard Jónsson:jonsson Nygård:nygard'],
  [50, 'en', 'gf', 'Amara Wanjiru Chidi Ngozi Kwame Adébáyọ̀:adebayo Thandiwe Emeka', 'Okafor Mwangi Adeyemi Nkosi Kamau Ọlátúnjí:olatunji Dlamini Mensah'],
  [40, 'en', 'gf', 'Александр:aleksandr Мария:maria Наталья:natalya Сергей:sergey Олег:oleg Юлія:yuliia', 'Иванов:ivanov Кузнецова:kuznetsova Щербаков:shcherbakov Петренко:petrenko Ёлкин:yolkin Мельник:melnyk'],
  [10, 'en', 'gf', 'Γιώργος:giorgos Ελένη:eleni Νίκος:nikos Αθηνά:athina', 'Παπαδόπουλος:papadopoulos Γεωργίου:georgiou Ιωάννου:ioannou'],
  [40, 'ar', 'gf', 'محمد:mohamed فاطمة:fatima عمر:omar ليلى:layla خالد:khaled', 'العلي:alali حداد:haddad الفارسي:alfarsi منصور:mansour'],
  [15, 'he', 'gf', 'דוד:david שרה:sara נועה:noa יוסף:yosef', 'כהן:cohen לוי:levi מזרחי:mizrahi'],
  [30, 'en', 'gf', 'राम:ram सीता:sita Ravi Uma প্রিয়া:priya கார்த்திக்:karthik', 'शर्मा:sharma Kumar Patel সেন:sen முருகன்:murugan'],
  [30, 'ja', 'fgj', '花子:hanako 太郎:taro さくら:sakura 健一:kenichi ユキ:yuki', '山田:yamada 佐藤:sato 田中:tanaka 髙橋:takahashi 渡邉:watanabe'],
  [25, 'en', 'fgj', '伟:wei 芳:fang 小明:xiaoming 美玲:meiling', '王:wang 李:li 張:zhang 欧阳:ouyang'],
  [15, 'en', 'fgj', '민준:minjun 서연:seoyeon 지우:jiwoo', '김:kim 이:lee 박:park'],
  [10, 'en', 'fg', 'Quỳnh:quynh Minh Anh Đức:duc', 'Nguyễn:nguyen Trần:tran Phạm:pham'],
  [3, 'en', 'gf', 'สมชาย:somchai อรทัย:orathai', 'ใจดี:jaidee สุขใจ:sukjai'],
  [2, 'en', 'gf', 'ጸሃይ:tsehay Արամ:aram ნინო:nino', 'በቀለ:bekele Պետրոսյան:petrosyan ბერიძე:beridze'],
].map(([share, languages, order, given, family]) => ({ share, order, languages: languages.split(' '), given: names(given), family: names(family) }));

// Where mail is: few large providers, many houses of their own, some with names in other scripts.
const providers = ['gmail.example', 'gmail.example', 'gmail.example', 'outlook.example', 'yahoo.example', 'icloud.example'];
const far = ['bücher.example', 'почта.example', '例え.example', 'مثال.example', 'mail.παράδειγμα.example'];
const types = ['client', 'client', 'client', 'partner', 'franchisee'];

function names(text) {
  return text.split(' ').map((one) => {
    const [written, latin] = one.split(':');
    return { written: written.replaceAll('-', /^(von|van|de)-/.test(written) ? ' ' : '-'), latin: latin ?? written.toLowerCase() };
  });
}

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

const cell = (text) => (/[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

function oneOf(next) {
  let at = Math.floor(next() * 1000);
  for (const people of peoples) {
    at -= people.share;
    if (at < 0) return people;
  }
  return peoples[0];
}

/** As people write it: mostly plain; some as registers do, with a nickname, decomposed, or not at all. */
function written({ order }, given, family, chance) {
  const plain = { gf: `${given} ${family}`, fg: `${family} ${given}`, fgj: `${family}${given}` }[order];
  if (chance < 0.04) return '';
  if (chance < 0.06) return order === 'gf' ? `${family}, ${given}` : plain;
  if (chance < 0.07) return `${given} "${given.slice(0, 2)}" ${family}`;
  if (chance < 0.08) return plain.normalize('NFD');
  if (chance < 0.09) return plain.toUpperCase();
  return plain;
}

function local(given, family, chance) {
  if (chance < 0.55) return `${given}.${family}`;
  if (chance < 0.7) return `${given[0]}${family}`;
  if (chance < 0.8) return `${given}${family}`;
  if (chance < 0.88) return `${family}.${given[0]}`;
  if (chance < 0.96) return `${given}_${family}`;
  return `${given}+news`;
}

function domain(next) {
  const chance = next();
  if (chance < 0.68) return providers[Math.floor(next() * providers.length)];
  if (chance < 0.69) return far[Math.floor(next() * far.length)];
  return `host${Math.floor(next() * 5000)}.example`;
}

/** Row n: its address holds n, so that no two are alike. */
export function person(n, next) {
  const pick = (list) => list[Math.floor(next() * list.length)];
  const people = oneOf(next);
  const given = pick(people.given);
  const family = pick(people.family);
  const name = written(people, given.written, family.written, next());
  const email = `${local(given.latin, family.latin, next())}${n}@${domain(next)}`;
  const out = next() < 0.17;
  const on = () => (out ? 'no' : next() < 0.6 ? 'yes' : 'no');
  const language = next() < 0.15 ? '' : pick(people.languages);
  return `${email},${cell(name)},${pick(types)},${out ? 'Opted Out' : 'Opted In'},${on()},${on()},${on()},${on()},${language}\n`;
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
