// Removes a folder that programs ran in.
import { rmSync } from 'node:fs';

const LIMIT_MS = 10000;

/** Removes the folder and all in it, or nothing where there is none; also while a program that was
 *  told to end still makes files in it: rmSync lists a folder once, and its own retries do not look
 *  again at what is in there. Throws what rmSync threw last when that goes on for ten seconds. */
export function remove(path) {
  for (const end = Date.now() + LIMIT_MS; ; Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20)) {
    try {
      rmSync(path, { recursive: true, force: true });
      return;
    } catch (error) {
      if (error.code !== 'ENOTEMPTY' || Date.now() > end) {
        throw error;
      }
    }
  }
}
