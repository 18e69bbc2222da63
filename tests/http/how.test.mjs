// "How this works": what recipients can read about the links, in their language, from every page.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { serve } from './lib/server.mjs';
import { Visitor } from './lib/visitor.mjs';

const languages = ['en', 'de', 'fr', 'es', 'it', 'pt', 'nl', 'pl', 'tr', 'ja', 'ar', 'he'];
let server, visitor;
before(async () => {
  server = await serve({ admin: false });
  visitor = new Visitor(server);
});
after(() => server?.stop());

test('it stands in twelve languages, and changes nothing', async () => {
  const before = server.state();
  const seen = new Set();
  for (const language of languages) {
    const page = await visitor.get(`/how?lang=${language}`);
    assert.equal(page.status, 200);
    assert.match(page.body, new RegExp(`<html lang="${language}"${/ar|he/.test(language) ? ' dir="rtl"' : ''}>`));
    assert.equal(page.body.match(/<dt>/g).length, 7);
    seen.add(/<h1>(.*?)<\/h1>/.exec(page.body)[1]);
  }
  assert.equal(seen.size, languages.length, 'each in its own words');
  assert.equal(server.state(), before);
});

test('every page for recipients leads to it, in the language that was asked for', async () => {
  server.add('someone@example.com');
  const { manage, unsubscribe } = server.links('someone@example.com', 'newsletter');
  for (const path of ['/', manage, unsubscribe, '/p/broken', '/nowhere']) {
    assert.match((await visitor.get(path)).body, /<a href="\/how">How this works<\/a>/, path);
  }
  for (const path of ['/', manage, unsubscribe]) {
    assert.match((await visitor.get(`${path}?lang=de`)).body, /<a href="\/how\?lang=de">So funktioniert es<\/a>/, path);
  }
});
