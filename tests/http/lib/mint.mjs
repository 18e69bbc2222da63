// Links minted by an independent implementation: Node's BLAKE2b is not keyed to 32 bytes, so the key
// id is asked of the program once; the signature is tweetnacl's.
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
