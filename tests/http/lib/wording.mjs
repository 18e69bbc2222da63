// The number that an entry and a form name a text by: base/wording.h.
const PAGES = ['', 'manage', 'unsubscribe', 'join', 'confirm', 'address', 'link', 'manage_done', 'unsubscribe_done'];
const LANGS = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'tr', 'ja', 'ar', 'he'];

export const wording = (page, lang, set) => 2 ** 30 + PAGES.indexOf(page) * 2 ** 26 + LANGS.indexOf(lang) * 2 ** 21 + set;
