// The catalogues as the tests read them: what a page must say, in each language.
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

export const LANGUAGES = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'tr', 'ja', 'ar', 'he'];
export const isRtl = (language) => language === 'ar' || language === 'he';

const read = new Map();

function catalogue(language) {
  if (!read.has(language)) {
    const lines = readFileSync(resolve('assets/locale', `${language}.txt`), 'utf8').split('\n');
    read.set(language, new Map(lines.filter((line) => /^[a-z]/.test(line)).map((line) => {
      const at = line.indexOf(' = ');
      return [line.slice(0, at), line.slice(at + 3)];
    })));
  }
  return read.get(language);
}

/** A text without its tags, its names filled in: say('de')('notice.on', { on: 'Newsletter' }). */
export const say = (language) => (key, values = {}) => {
  const text = catalogue(language).get(key);
  if (text === undefined) throw new Error(`${key} is not in ${language}`);
  return text.replace(/<\/?[a-z]+>/g, '').replace(/\{([a-z_]+)\}/g, (whole, name) => values[name] ?? whole);
};

/** What a page says, without the marks that keep directions apart and with plain blanks. */
export const plain = (text) => text.replace(/[\u2068\u2069]/g, '').replace(/\s+/g, ' ').trim();
