// Links minted by an independent implementation: tweetnacl signs. Node has no BLAKE2b of 32 bytes, so
// the key id is the one that the server gave the key.
import { randomBytes } from 'node:crypto';
import nacl from 'tweetnacl';

export const MANAGE = 1;
export const UNSUBSCRIBE = 2;
export const CONFIRM = 3;

export function keyPair(seed = randomBytes(32)) {
  return nacl.sign.keyPair.fromSeed(new Uint8Array(seed));
}

/** keyId and contact: hex. */
export function mint({ secret, keyId, contact, epoch = 0, topic = 0, issued, purpose, version = 1 }) {
  const claims = Buffer.alloc(20);
  claims[0] = (version << 4) | purpose;
  claims.write(keyId, 1, 'hex');
  claims.write(contact, 5, 'hex');
  claims.writeUInt16BE(epoch, 13);
  claims[15] = topic;
  claims.writeUInt32BE(issued ?? Math.floor(Date.now() / 1000), 16);
  const signed = Buffer.concat([Buffer.from('assent-link-v1\0'), claims]);
  const signature = nacl.sign.detached(new Uint8Array(signed), secret);
  return Buffer.concat([claims, Buffer.from(signature)]).toString('base64url');
}
