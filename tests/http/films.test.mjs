// What a browser needs of films: a part of an asset (RFC 9110 section 14), and a policy that lets
// Help pages play what comes from here, and no page more.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { serve } from './lib/server.mjs';
import { Visitor } from './lib/visitor.mjs';

let server, whole, etag;
const path = '/assets/admin.css';
before(async () => {
  server = await serve();
  const reply = await server.ask({ path });
  whole = reply.bytes;
  etag = reply.get('etag');
  assert.equal(reply.get('accept-ranges'), 'bytes');
});
after(() => server?.stop());

describe('a part of an asset', () => {
  const parts = [
    ['bytes=0-', (all) => [0, all - 1]],
    ['bytes=100-199', () => [100, 199]],
    ['bytes=100-9999999', (all) => [100, all - 1]],
    ['bytes=-50', (all) => [all - 50, all - 1]],
  ];
  for (const [range, edges] of parts) {
    test(`Range: ${range} is answered with 206, those bytes and where they lie`, async () => {
      const [first, last] = edges(whole.length);
      const reply = await server.ask({ path, headers: { Range: range } });
      assert.equal(reply.status, 206);
      assert.equal(reply.get('content-range'), `bytes ${first}-${last}/${whole.length}`);
      assert.equal(reply.get('content-length'), String(last - first + 1));
      assert.deepEqual(reply.bytes, whole.subarray(first, last + 1));
      assert.equal(reply.get('etag'), etag);
    });
  }

  test('what begins behind the end is refused with 416, and not kept by caches', async () => {
    const reply = await server.ask({ path: `${path}?v=${etag.replaceAll('"', '')}`, headers: { Range: `bytes=${whole.length}-` } });
    assert.equal(reply.status, 416);
    assert.equal(reply.get('content-range'), `bytes */${whole.length}`);
    assert.equal(reply.get('cache-control'), 'no-store');
  });

  test('several parts, another unit and nonsense are answered with the whole', async () => {
    for (const range of ['bytes=0-1,4-5', 'lines=1-2', 'bytes=5-4', 'bytes=']) {
      const reply = await server.ask({ path, headers: { Range: range } });
      assert.equal(reply.status, 200, range);
      assert.equal(reply.bytes.length, whole.length);
    }
  });

  test('If-Range: a part of this version; of any other, the whole', async () => {
    const same = await server.ask({ path, headers: { Range: 'bytes=0-9', 'If-Range': etag } });
    assert.equal(same.status, 206);
    for (const other of ['"0123456789ab"', `W/${etag}`, 'Sun, 06 Nov 1994 08:49:37 GMT']) {
      const reply = await server.ask({ path, headers: { Range: 'bytes=0-9', 'If-Range': other } });
      assert.equal(reply.status, 200, other);
    }
  });

  test('HEAD knows no ranges; what is unchanged stays 304', async () => {
    const head = await server.ask({ method: 'HEAD', path, headers: { Range: 'bytes=0-9' } });
    assert.equal(head.status, 200);
    assert.equal(head.get('content-length'), String(whole.length));
    const known = await server.ask({ path, headers: { Range: 'bytes=0-9', 'If-None-Match': etag } });
    assert.equal(known.status, 304);
  });
});

test('Help pages may play films of ours; no other page may play anything', async () => {
  const visitor = await new Visitor(server).login();
  const help = await visitor.get('/admin/help?task=find');
  assert.match(help.get('content-security-policy'), /; media-src 'self'$/);
  assert.equal(help.all('content-security-policy').length, 1);
  for (const other of ['/', '/admin/people', '/admin/topics']) {
    assert.doesNotMatch((await visitor.get(other)).get('content-security-policy'), /media-src/, other);
  }
});
