// A strict reader of one message's bytes: what RFC 5322, 2045, 2046 and 2047 demand of a mail, which
// lenient parsers forgive. Throws at the first fault; shares nothing with the program.
import assert from 'node:assert/strict';

const FIELD = /^([!-9;-~]+):[ \t](.*)$/s;
const ENCODED = /=\?[^?\s]+\?[QB]\?[^?\s]*\?=/gi;

function lines(raw, what) {
  const text = raw.toString('latin1');
  assert.doesNotMatch(text, /\r(?!\n)|(?<!\r)\n/, `${what}: line ends are CRLF`);
  assert.ok(text.endsWith('\r\n'), `${what}: the last line has an end`);
  const all = text.slice(0, -2).split('\r\n');
  for (const line of all) {
    assert.ok(line.length <= 998, `${what}: 998 characters a line at most: ${line.slice(0, 60)}`);
    assert.doesNotMatch(line, /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]/, `${what}: a control character`);
  }
  return all;
}

/** { fields: [[name, unfolded value]], body: lines } of lines that begin with a header. */
function split(all, what) {
  const end = all.indexOf('');
  assert.ok(end > 0, `${what}: an empty line ends the header`);
  const fields = [];
  for (const line of all.slice(0, end)) {
    assert.match(line, /^[\t -~]*$/, `${what}: ASCII alone in a header: ${line}`);
    if (/^[ \t]/.test(line)) {
      assert.ok(fields.length > 0 && line.trim() !== '', `${what}: a folded line has words`);
      fields.at(-1).push(line);
    } else {
      assert.match(line, FIELD, `${what}: a field`);
      fields.push([line]);
    }
  }
  for (const folded of fields) {
    for (const line of folded) {
      const mayBeLong = /^(List-Unsubscribe|\s<)/i.test(line) || !/\S\s+\S/.test(line.replace(/^[\w-]+: /, ''));
      assert.ok(line.length <= 78 || mayBeLong, `${what}: 78 characters where it can be folded: ${line}`);
      if (ENCODED.test(line)) {
        assert.ok(line.length <= 76, `${what}: 76 on a line with an encoded word`);
      }
      ENCODED.lastIndex = 0;
      for (const [word] of line.matchAll(ENCODED)) {
        assert.ok(word.length <= 75, `${what}: an encoded word has 75 characters at most`);
      }
    }
  }
  return { fields: fields.map((folded) => FIELD.exec(folded.join('')).slice(1)), body: all.slice(end + 1) };
}

const get = (part, name) => part.fields.filter(([key]) => key.toLowerCase() === name).map(([, value]) => value);

function only(part, name, what) {
  const found = get(part, name);
  assert.equal(found.length, 1, `${what}: ${name} once`);
  return found[0];
}

/** The words of a field, encoded ones decoded, each of whole characters. */
export function decodeField(value) {
  const decoder = new TextDecoder('utf-8', { fatal: true });
  return value.replace(/(\?=)\s+(?==\?)/g, '$1').replace(/=\?UTF-8\?([QB])\?([^?\s]*)\?=/gi, (whole, how, text) => {
    const bytes = how.toUpperCase() === 'B' ? Buffer.from(text, 'base64')
      : Buffer.from(text.replace(/_/g, ' ').replace(/=([0-9A-F]{2})/g, (at, hex) => String.fromCharCode(parseInt(hex, 16))), 'latin1');
    return decoder.decode(bytes);
  });
}

function decodeBody(part, what) {
  const encoding = only(part, 'content-transfer-encoding', what);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  for (const line of part.body) {
    assert.ok(line.length <= 76, `${what}: 76 characters on an encoded line`);
  }
  if (encoding === 'base64') {
    for (const line of part.body) {
      assert.match(line, /^[A-Za-z0-9+/]*={0,2}$/, `${what}: base64 alone`);
    }
    return decoder.decode(Buffer.from(part.body.join(''), 'base64'));
  }
  assert.equal(encoding, 'quoted-printable', what);
  const bytes = [];
  for (const [n, line] of part.body.entries()) {
    assert.match(line, /^(?:[\t -<>-~]|=[0-9A-F]{2})*=?$/, `${what}: quoted-printable: ${line}`);
    assert.doesNotMatch(line, /[ \t]$/, `${what}: no blank at a line's end`);
    const isSoft = line.endsWith('=');
    bytes.push(line.slice(0, isSoft ? -1 : undefined).replace(/=([0-9A-F]{2})/g, (at, hex) => String.fromCharCode(parseInt(hex, 16))),
      isSoft || n + 1 === part.body.length ? '' : '\r\n');
  }
  return decoder.decode(Buffer.from(bytes.join(''), 'latin1'));
}

/** Joins the soft line ends of format=flowed (RFC 3676), DelSp=no. */
function unflow(text) {
  const out = [];
  let isOpen = false;
  for (const line of text.split('\r\n')) {
    const unstuffed = line.startsWith(' ') ? line.slice(1) : line;
    out.push(isOpen ? out.pop() + unstuffed : unstuffed);
    isOpen = unstuffed.endsWith(' ') && unstuffed !== '-- ';
  }
  return out.join('\n');
}

/** { fields: Map, text, html } of a whole message of ours. */
export function strict(raw) {
  const message = split(lines(raw, 'message'), 'message');
  const fields = new Map();
  for (const [name, value] of message.fields) {
    assert.ok(!fields.has(name.toLowerCase()), `${name} once`);
    fields.set(name.toLowerCase(), value);
  }
  assert.equal(fields.get('mime-version'), '1.0');
  const type = /^multipart\/alternative;\s+boundary="([^"]{1,70})"$/.exec(fields.get('content-type'));
  assert.ok(type, `multipart/alternative: ${fields.get('content-type')}`);
  assert.doesNotMatch(type[1], / $/);
  const parts = [];
  let isClosed = false;
  for (const line of message.body) {
    if (line === `--${type[1]}`) {
      assert.ok(!isClosed);
      parts.push([]);
    } else if (line === `--${type[1]}--`) {
      isClosed = true;
    } else {
      assert.ok(!isClosed || line === '', 'nothing behind the last boundary');
      assert.ok(parts.length > 0 || line === '', 'nothing before the first boundary');
      parts.at(-1)?.push(line);
    }
  }
  assert.ok(isClosed, 'the last boundary is there');
  assert.equal(parts.length, 2);
  const [text, html] = parts.map((all, n) => split(all, ['text', 'html'][n])); // the line end before a boundary is its own
  assert.equal(only(text, 'content-type', 'text'), 'text/plain; charset=utf-8; format=flowed');
  assert.equal(only(html, 'content-type', 'html'), 'text/html; charset=utf-8');
  return { fields, text: unflow(decodeBody(text, 'text')), html: decodeBody(html, 'html') };
}
