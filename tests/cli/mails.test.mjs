// Every kind of mail in all twelve languages, through a real mail server, read by two parsers that
// share nothing with the program: a strict one, and npm postal-mime as a mail program would.
import assert from 'node:assert/strict';
import test from 'node:test';
import PostalMime from 'postal-mime';
import { parse, tidy, byTag, all } from '../http/lib/html.mjs';
import { BRAND, KINDS, NAMES, POSTAL, PRIVACY, TAGS, everyMail } from './lib/every_mail.mjs';
import { decodeField, strict } from './lib/strict.mjs';

/** What each mail has: links below the public URL, and whether the reader's own unsubscribe line. */
const WANTED = {
  link: { links: ['/p/', '/u/'], isListed: true, isNamed: true },
  join: { links: ['/c/'] },
  in: { links: ['/p/', '/u/'], isListed: true, isNamed: true },
  new: { links: ['/c/'] },
  taken: { links: ['/p/', '/u/'], isListed: true, isNamed: true },
  old: { links: ['/u/'] },
  test: { links: [] },
};

const ends = [];
let mails;
test.before(async () => {
  mails = await everyMail({ after: (end) => ends.push(end) });
});
test.after(async () => {
  for (const end of ends.reverse()) {
    await end();
  }
});

test('there is one of each kind in each language', () => {
  assert.deepEqual([...mails.keys()].sort(), TAGS.flatMap((tag) => KINDS.map((kind) => `${kind}-${tag}`)).sort());
  assert.equal(new Set([...mails.values()].map(({ text }) => /^Message-ID: (.*)\r$/m.exec(text)[1])).size, mails.size);
});

const links = (texts) => [...new Set(texts)].sort();
const squeeze = (text) => text.replace(/\s+/g, ' ').trim();

for (const tag of TAGS) {
  for (const [kind, { links: wanted, isListed, isNamed }] of Object.entries(WANTED)) {
    test(`${kind} in ${tag}: well-formed, and both parts and both parsers say the same`, async () => {
      const { raw, from } = mails.get(`${kind}-${tag}`);
      const address = `${kind}-${tag}@example.com`;
      const { fields, text, html } = strict(raw);
      const read = await new PostalMime().parse(raw);

      assert.equal(from.address, 'hello@example.com');
      assert.deepEqual([read.from.name, read.from.address], [BRAND, 'hello@example.com']);
      assert.deepEqual(read.to.map((one) => [one.name, one.address]), [[isNamed ? NAMES[tag] : '', address]]);
      assert.equal(read.date, '2026-11-23T10:33:20.000Z');
      assert.match(fields.get('date'), /^Mon, 23 Nov 2026 10:33:20 \+0000$/);
      assert.match(fields.get('message-id'), /^<assent\.[0-9a-f]{32}@mail\.example\.com>$/);
      assert.equal(read.messageId, fields.get('message-id'));
      assert.equal(fields.get('auto-submitted'), 'auto-generated');
      assert.equal(fields.get('content-language'), tag);
      assert.equal(fields.has('bcc') || fields.has('cc') || fields.has('reply-to') || fields.has('precedence'), false);

      const subject = decodeField(fields.get('subject'));
      assert.equal(read.subject, subject);
      assert.ok(subject.length > 3 && !/[{}]/.test(subject));
      if (tag !== 'en' && kind !== 'test') {
        assert.notEqual(subject, decodeField(strict(mails.get(`${kind}-en`).raw).fields.get('subject')));
      }

      const page = parse(html);
      const [root] = byTag(page, 'html');
      assert.equal(root.attrs.lang, tag);
      assert.equal(root.attrs.dir, ['ar', 'he'].includes(tag) ? 'rtl' : undefined);
      assert.equal(tidy(byTag(page, 'title')[0]), subject);
      assert.doesNotMatch(html, /<(script|img|link|iframe|form|base|object)\b|url\(|@import|javascript:/i, 'nothing is fetched, nothing runs');
      assert.equal(squeeze(read.html), squeeze(html));

      const hrefs = links(byTag(page, 'a').map(({ attrs }) => attrs.href));
      assert.deepEqual(links(text.match(/https?:\/\/[^\s<>"]+/g) ?? []), hrefs, 'the same links in both parts');
      assert.deepEqual(links(read.text.match(/https?:\/\/[^\s<>"]+/g) ?? []), hrefs);
      assert.deepEqual(hrefs.filter((url) => url !== PRIVACY).map((url) => new URL(url).pathname.slice(0, 3)), wanted);
      assert.ok(hrefs.includes(PRIVACY));
      for (const url of hrefs.filter((one) => one !== PRIVACY)) {
        assert.match(url, /^https:\/\/mail\.example\.com\/[puc]\/[A-Za-z0-9_-]{112}$/);
      }

      const said = squeeze(text);
      assert.doesNotMatch(said, /[{}]/, 'every placeholder is filled');
      for (const part of all(page, ({ tag: name }) => ['h1', 'p', 'li'].includes(name))) {
        const words = tidy(part);
        const isHelp = byTag(part, 'br').length > 0; // "if the button does not work": there is none in the text
        assert.ok(isHelp || words === BRAND || said.includes(words), `the text says it as well: ${words}`);
      }
      assert.ok(said.includes(`${BRAND}, ${POSTAL}`));
      assert.equal(said.includes(NAMES[tag]), kind === 'join');

      assert.equal(fields.has('list-unsubscribe'), Boolean(isListed));
      assert.equal(fields.get('list-unsubscribe-post'), isListed ? 'List-Unsubscribe=One-Click' : undefined);
      if (isListed) {
        const [, https, token, subjectToken] = /^<(https:\/\/mail\.example\.com\/u\/([^>]+))>,\s<mailto:unsubscribe@example\.com\?subject=([^>]+)>$/.exec(fields.get('list-unsubscribe'));
        assert.equal(token, subjectToken);
        assert.ok(hrefs.includes(https), 'the same link as the mail itself shows');
      }
    });
  }
}

test('the strict reader sees faults', () => {
  const { raw } = mails.get('link-de');
  const text = raw.toString('latin1');
  for (const [what, broken] of [
    ['a bare line feed', text.replace('\r\n', '\n')],
    ['8-bit in a header', text.replace('Subject: ', 'Subject: \xc3\xa4')],
    ['a long line', text.replace('Subject:', `X-Long: ${'x'.repeat(1000)}\r\nSubject:`)],
    ['a line that could be folded', text.replace('Subject:', `X-Long: ${'x '.repeat(50)}x\r\nSubject:`)],
    ['a field twice', text.replace('Subject:', 'Subject: x\r\nSubject:')],
    ['no end', text.replace(/--\r\n$/, '\r\n')],
    ['a broken escape', text.replace(/=C3/, '=c3')],
    ['cut UTF-8', text.replace(/=C3=/, '=C3 =')],
  ]) {
    assert.notEqual(broken, text, what);
    assert.throws(() => strict(Buffer.from(broken, 'latin1')), what);
  }
});
