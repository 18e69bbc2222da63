// The mails that the courier wrote into files, as it does where no mail server is set.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The text of the mail to that address that fits, once the courier has written it. */
export async function mail(server, to, pattern) {
  for (let i = 0; i < 400; i++) {
    let names = [];
    try {
      names = readdirSync(join(server.data, 'outbox')).filter((name) => name.endsWith('.eml'));
    } catch {
      // nothing was written yet
    }
    for (const name of names) {
      const text = readFileSync(join(server.data, 'outbox', name), 'utf8').replace(/=\r?\n/g, '');
      if (new RegExp(`^To: .*${to}`, 'm').test(text) && pattern.test(text)) {
        return text;
      }
    }
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`no mail to ${to}`);
}
