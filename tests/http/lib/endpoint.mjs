// What hooks tell: an endpoint that keeps what it gets, and whether a message is signed.
import { createPublicKey, verify } from 'node:crypto';
import { createServer } from 'node:http';

export const pause = (ms) => new Promise((done) => setTimeout(done, ms));

/** Waits for is to be true, or for what it gives; limit_ms ends a test that would wait for ever. */
export async function until(what, is, limit_ms = 20000) {
  for (let i = 0; i < limit_ms / 50; i++) {
    const found = await is();
    if (found) {
      return found;
    }
    await pause(50);
  }
  throw new Error(`not in time: ${what}`);
}

/** An endpoint that keeps what it gets; answer(response, n) decides, 200 unless given. */
export async function endpoint(t, answer = (response) => response.end()) {
  const got = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += chunk));
    request.on('end', () => {
      got.push({ headers: request.headers, body, path: request.url, data: JSON.parse(body) });
      answer(response, got.length);
    });
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return { got, url: `http://127.0.0.1:${server.address().port}/in` };
}

/** How many of a message's Ed25519 signatures hold for a whpk_ key. */
export function signedBy(message, publicKey) {
  const key = createPublicKey({
    format: 'der', type: 'spki',
    key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), Buffer.from(publicKey.slice(5), 'base64')]),
  });
  const text = Buffer.from(`${message.headers['webhook-id']}.${message.headers['webhook-timestamp']}.${message.body}`);
  return message.headers['webhook-signature'].split(' ').filter((one) => one.startsWith('v1a,'))
    .filter((one) => verify(null, text, key, Buffer.from(one.slice(4), 'base64'))).length;
}
