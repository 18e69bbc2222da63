// Requests that two readers may read in two ways, each with the status it is refused with: for the
// server alone (conformance.test.mjs) and behind nginx (nginx.test.mjs). [what, status, bytes].

export const HOST = 'Host: a.example\r\n';

/** A request that shows, when it is made, that somebody could make it: a one-click POST. */
export const SMUGGLED = (path, host = HOST) =>
  `POST ${path} HTTP/1.1\r\n${host}Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 26\r\n\r\nList-Unsubscribe=One-Click`;

const get = (line, more = '') => `${line}\r\n${HOST}${more}\r\n`;
const post = (more, body = '') => `POST /nowhere HTTP/1.1\r\n${HOST}${more}\r\n${body}`;

/** Request lines, and bytes that no line may hold. */
export const lines = [
  ['a method in small letters', 501, get('get /healthz HTTP/1.1')],
  ['a method nobody knows', 501, get('GETS /healthz HTTP/1.1')],
  ['a method with a slash', 400, get('G/T /healthz HTTP/1.1')],
  ['a method with a NUL', 400, get('GE\0T /healthz HTTP/1.1')],
  ['a tab for the space', 400, get('GET\t/healthz HTTP/1.1')],
  ['a tab for the second space', 400, get('GET /healthz\tHTTP/1.1')],
  ['two spaces', 400, get('GET  /healthz HTTP/1.1')],
  ['two spaces before the version', 400, get('GET /healthz  HTTP/1.1')],
  ['a space at the end', 400, get('GET /healthz HTTP/1.1 ')],
  ['a space at the beginning', 400, get(' GET /healthz HTTP/1.1')],
  ['a vertical tab', 400, get('GET\v/healthz HTTP/1.1')],
  ['a form feed', 400, get('GET /healthz\fHTTP/1.1')],
  ['a space in the address', 400, get('GET /heal thz HTTP/1.1')],
  ['no address', 400, get('GET HTTP/1.1')],
  ['no version', 400, get('GET /healthz')],
  ['HTTP/0.9', 400, 'GET /healthz\r\n\r\n'],
  ['HTTP/1.2', 505, get('GET /healthz HTTP/1.2')],
  ['HTTP/2.0', 505, get('GET /healthz HTTP/2.0')],
  ['HTTP/3.0', 505, get('GET /healthz HTTP/3.0')],
  ['HTTP/9.9', 505, get('GET /healthz HTTP/9.9')],
  ['HTTP/01.1', 400, get('GET /healthz HTTP/01.1')],
  ['HTTP/1.10', 400, get('GET /healthz HTTP/1.10')],
  ['http/1.1', 400, get('GET /healthz http/1.1')],
  ['HTTP/1,1', 505, get('GET /healthz HTTP/1,1')],
  ['HTTP/1', 400, get('GET /healthz HTTP/1')],
  ['HTTPS/1.1', 400, get('GET /healthz HTTPS/1.1')],
  ['the preface of HTTP/2', 505, 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ['a TLS hello', 400, '\x16\x03\x01\x00\xf4\x01\x00\x00\xf0\x03\x03'],
  ['the PROXY protocol', 400, `PROXY TCP4 1.2.3.4 1.2.3.4 1 1\r\n${get('GET /healthz HTTP/1.1')}`],
  ['the binary PROXY protocol', 400, `\r\n\r\n\0\r\nQUIT\n\x21\x11\0\x0c${get('GET /healthz HTTP/1.1')}`],
  ['a message of SMTP', 400, 'EHLO there\r\nMAIL FROM:<a@b>\r\n\r\n'],
  ['five empty lines before it', 400, `${'\r\n'.repeat(5)}${get('GET /healthz HTTP/1.1')}`],
  ['an empty line ended by LF', 400, `\n${get('GET /healthz HTTP/1.1')}`],
  ['asterisk with GET', 400, get('GET * HTTP/1.1')],
  ['authority with GET', 400, get('GET a.example:80 HTTP/1.1')],
  ['a path without its slash', 400, get('GET healthz HTTP/1.1')],
  ['another scheme', 400, get('GET ftp://a.example/healthz HTTP/1.1')],
  ['a scheme with one slash', 400, get('GET http:/a.example/healthz HTTP/1.1')],
  ['a user in the address', 400, get('GET http://ada@a.example/healthz HTTP/1.1')],
  ['an empty host in the address', 400, get('GET http:///healthz HTTP/1.1')],
  ['a backslash in the host of the address', 400, get('GET http://a.example\\healthz HTTP/1.1')],
  ['a fragment', 400, get('GET /healthz#x HTTP/1.1')],
  ['a NUL in the address', 400, get('GET /heal\0thz HTTP/1.1')],
  ['a bare carriage return in the address', 400, get('GET /heal\rthz HTTP/1.1')],
  ['UTF-8 in the address', 400, get('GET /h\xc3\xa9althz HTTP/1.1')],
  ['Latin 1 in the address', 400, get('GET /h\xe9althz HTTP/1.1')],
  ['a DEL in the address', 400, get('GET /heal\x7fthz HTTP/1.1')],
  ['CONNECT', 501, get('CONNECT a.example:443 HTTP/1.1')],
  ['TRACE', 501, get('TRACE / HTTP/1.1')],
  ['DELETE of HTTP/1.0', 501, get('DELETE /healthz HTTP/1.0')],
  ['lines ended by LF alone', 400, 'GET /healthz HTTP/1.1\nHost: a.example\n\n'],
  ['the first line ended by LF', 400, 'GET /healthz HTTP/1.1\nHost: a.example\r\n\r\n'],
  ['the last line ended by LF', 400, `GET /healthz HTTP/1.1\r\n${HOST}\n`],
  ['a blank line of CR CR LF', 400, `GET /healthz HTTP/1.1\r\n${HOST}\r\r\n`],
];

/** Header lines. */
export const heads = [
  ['a space before the colon', 400, get('GET /healthz HTTP/1.1', 'X : y\r\n')],
  ['a tab before the colon', 400, get('GET /healthz HTTP/1.1', 'X\t: y\r\n')],
  ['a space before the name', 400, `GET /healthz HTTP/1.1\r\n X: y\r\n${HOST}\r\n`],
  ['a fold with a space', 400, get('GET /healthz HTTP/1.1', 'X: y\r\n z\r\n')],
  ['a fold with a tab', 400, get('GET /healthz HTTP/1.1', 'X: y\r\n\tz\r\n')],
  ['a fold that is empty', 400, get('GET /healthz HTTP/1.1', 'X: y\r\n \r\n')],
  ['a line without a colon', 400, get('GET /healthz HTTP/1.1', 'nothing\r\n')],
  ['a line without a name', 400, get('GET /healthz HTTP/1.1', ': y\r\n')],
  ['a bracket in a name', 400, get('GET /healthz HTTP/1.1', 'X[0]: y\r\n')],
  ['a byte beyond ASCII in a name', 400, get('GET /healthz HTTP/1.1', 'X\xe9: y\r\n')],
  ['a NUL in a name', 400, get('GET /healthz HTTP/1.1', 'X\0: y\r\n')],
  ['a NUL in a value', 400, get('GET /healthz HTTP/1.1', 'X: y\0z\r\n')],
  ['a bare CR in a value', 400, get('GET /healthz HTTP/1.1', 'X: y\rz\r\n')],
  ['a bare LF in a value', 400, get('GET /healthz HTTP/1.1', 'X: y\nz: a\r\n')],
  ['an escape in a value', 400, get('GET /healthz HTTP/1.1', 'X: \x1b[2J\r\n')],
  ['a DEL in a value', 400, get('GET /healthz HTTP/1.1', 'X: \x7f\r\n')],
  ['no Host', 400, 'GET /healthz HTTP/1.1\r\n\r\n'],
  ['two Hosts that agree', 400, get('GET /healthz HTTP/1.1', HOST)],
  ['two Hosts that differ', 400, get('GET /healthz HTTP/1.1', 'Host: b.example\r\n')],
  ['two Hosts of HTTP/1.0', 400, get('GET /healthz HTTP/1.0', HOST)],
  ...['', 'a.example, b.example', 'a b', 'a@b', 'a.example:80:80', 'a.example:port', 'a.example:-1', 'a.example:999999', ':80', '[::1', '[]', '[::1]x', '[::g]', 'a/b', 'a\\b', 'a?b', 'a#b', '%61',
    'a\xe9', 'a.example\0', '"a.example"', '<a>', "a'b", 'a;b', 'http://a.example', 'a'.repeat(251)]
    .map((host) => [`the Host ${JSON.stringify(host).slice(0, 40)}`, 400, `GET /healthz HTTP/1.1\r\nHost: ${host}\r\n\r\n`]),
  ...['Authorization', 'Content-Type', 'Cookie', 'Idempotency-Key', 'If-Match', 'Last-Event-ID', 'Origin', 'Sec-Fetch-Site']
    .map((name) => [`${name} twice`, 400, get('GET /healthz HTTP/1.1', `${name}: a\r\n${name.toUpperCase()}: b\r\n`)]),
];

/** Lengths of a body. */
export const lengths = [
  ...['3,3', '3, 3', '3;3', '3 3', '+3', '-3', '-0', '+0', '0x3', '3h', '3.0', '3e0', '"3"', '', ' ', ',', '3,', '1_0', '\xef\xbc\x93', '\xb3', '3\v',
    '18446744073709551619', '9'.repeat(19), '9'.repeat(200), `${'0'.repeat(18)}3`]
    .map((length) => [`Content-Length: ${JSON.stringify(length).slice(0, 40)}`, 400, post(`Content-Length: ${length}\r\n`, 'abc')]),
  ['two lengths that agree', 400, post('Content-Length: 3\r\nContent-Length: 3\r\n', 'abc')],
  ['two lengths that differ', 400, post('Content-Length: 3\r\nContent-Length: 0\r\n', 'abc')],
  ['two lengths in two cases', 400, post('Content-Length: 0\r\nCONTENT-LENGTH: 3\r\n', 'abc')],
  ['a folded length', 400, post('Content-Length:\r\n 3\r\n', 'abc')],
  ['a length behind a fold', 400, post('X: y\r\n Content-Length: 3\r\n', 'abc')],
  ['a space in the name', 400, post('Content-Length : 3\r\n', 'abc')],
  ['a length behind a bare CR', 400, post('X: y\rContent-Length: 3\r\n', 'abc')],
  ['a length behind a bare LF', 400, post('X: y\nContent-Length: 3\r\n', 'abc')],
  ['a length far beyond the bound', 413, post(`Content-Length: ${'9'.repeat(18)}\r\n`, 'abc')],
  ['a length just beyond it', 413, post('Content-Length: 65537\r\n', 'abc')],
  ['a body of GET', 400, get('GET /healthz HTTP/1.1', 'Content-Length: 3\r\n') + 'abc'],
  ['a body of HEAD', 400, get('HEAD /healthz HTTP/1.1', 'Content-Length: 3\r\n') + 'abc'],
  ['a body of DELETE', 400, get('DELETE /healthz HTTP/1.1', 'Content-Length: 3\r\n') + 'abc'],
  ['a body of OPTIONS', 400, get('OPTIONS * HTTP/1.1', 'Content-Length: 3\r\n') + 'abc'],
];

/** Codings of a body, which none but a length may say the end of. */
const chunks = '3\r\nabc\r\n0\r\n\r\n';
export const bodies = [
  ['chunks', 411, post('Transfer-Encoding: chunked\r\n', chunks)],
  ['CHUNKED', 411, post('TRANSFER-ENCODING: CHUNKED\r\n', chunks)],
  ['a tab before the coding', 411, post('Transfer-Encoding:\tchunked\r\n', chunks)],
  ['blanks around it', 411, post('Transfer-Encoding: \t chunked \t\r\n', chunks)],
  ['chunks of GET', 411, get('GET /healthz HTTP/1.1', 'Transfer-Encoding: chunked\r\n') + chunks],
  ['chunks and a length', 400, post('Transfer-Encoding: chunked\r\nContent-Length: 3\r\n', chunks)],
  ['a length and chunks', 400, post('Content-Length: 3\r\nTransfer-Encoding: chunked\r\n', chunks)],
  ['a length of 0 and chunks', 400, post('Content-Length: 0\r\nTransfer-Encoding: chunked\r\n', chunks)],
  ['a length and an unknown coding', 400, post('Content-Length: 3\r\nTransfer-Encoding: xchunked\r\n', 'abc')],
  ['chunks of HTTP/1.0', 400, `POST /nowhere HTTP/1.0\r\n${HOST}Transfer-Encoding: chunked\r\n\r\n${chunks}`],
  ...['xchunked', 'chunkedx', 'chunked, identity', 'identity, chunked', 'identity', 'gzip', 'gzip, chunked', 'chunked, chunked', 'chunked,', ',chunked', 'chunked;q=1', 'chunked ;ext', '"chunked"', "'chunked'",
    'chunk ed', 'chunked chunked', 'cow', '', 'trailers', 'chunk\xc3\xa9d', 'x: chunked', 'Transfer-Encoding: chunked']
    .map((coding) => [`Transfer-Encoding: ${JSON.stringify(coding)}`, 501, post(`Transfer-Encoding: ${coding}\r\n`, chunks)]),
  ...['chunked\v', '\vchunked', '\x00chunked', 'chunked\x7f', '\bchunked', 'chun\x1fked', 'chunked\r', 'chunked\nX: y', '\rchunked']
    .map((coding) => [`Transfer-Encoding: ${JSON.stringify(coding)}`, 400, post(`Transfer-Encoding: ${coding}\r\n`, chunks)]),
  ['two codings', 501, post('Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n', chunks)],
  ['two codings the other way', 501, post('Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\n', chunks)],
  ['a space before the colon', 400, post('Transfer-Encoding : chunked\r\n', chunks)],
  ['a tab before the colon', 400, post('Transfer-Encoding\t: chunked\r\n', chunks)],
  ['a folded coding', 400, post('Transfer-Encoding:\r\n chunked\r\n', chunks)],
  ['a coding behind a fold', 400, post('X: y\r\n Transfer-Encoding: chunked\r\n', chunks)],
  ['a coding behind a bare CR', 400, post('X: y\rTransfer-Encoding: chunked\r\n', chunks)],
  ['a coding behind a bare LF', 400, post('X: y\nTransfer-Encoding: chunked\r\n', chunks)],
  ['a space before the name', 400, `POST /nowhere HTTP/1.1\r\n Transfer-Encoding: chunked\r\n${HOST}\r\n${chunks}`],
  ...['-1', '+3', '0x3', '3;ext=a', '3;ext="\r\n', '3 ', ' 3', '0003', 'FFFFFFFFFFFFFFFF', '10000000000000003', '3\n', 'g', '']
    .map((size) => [`a chunk of ${JSON.stringify(size)} bytes`, 411, post('Transfer-Encoding: chunked\r\n', `${size}\r\nabc\r\n0\r\n\r\n`)]),
  ['chunks with a trailer', 411, post('Transfer-Encoding: chunked\r\nTrailer: Host\r\n', '3\r\nabc\r\n0\r\nHost: b.example\r\nContent-Length: 99\r\n\r\n')],
  ['chunks without an end', 411, post('Transfer-Encoding: chunked\r\n', '3\r\nabc\r\n')],
];
