// The world that films are made in: a server of its own for each, with the sample people, on the
// same day every time, so that the same steps show the same screens.
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ADMIN, Server, freePort } from '../http/lib/server.mjs';

const TODAY = Date.UTC(2026, 10, 16, 9, 0, 0);
export const PUBLIC_URL = 'https://mail.example.org';
const DAYS_AGO = [61, 40, 26, 12, 3]; // when the sample people came

const offset = (daysAgo = 0) => String(Math.round((TODAY - Date.now()) / 1000) - daysAgo * 86400);

/** The data folder that every film begins with; made once, removed by the caller. */
export function makeData() {
  const folder = mkdtempSync(join(tmpdir(), 'assent-film-'));
  const before = (daysAgo) => new Server(0, folder, { ASSENT_CLOCK_OFFSET_S: offset(daysAgo), ASSENT_PUBLIC_URL: PUBLIC_URL });
  before(70).run(['init']);
  before(70).run(['admin', 'add', ADMIN.email, '--name', ADMIN.name], `${ADMIN.password}\n`);
  before(70).run(['settings', 'set', 'brand_name', 'Northwind']);
  const [head, ...rows] = readFileSync('assets/sample-people.csv', 'utf8').trim().split('\n');
  DAYS_AGO.forEach((days, i) => {
    before(days).import([head, ...rows.filter((_, n) => n % DAYS_AGO.length === i)].join('\n'));
  });
  rmSync(join(folder, 'people.csv'));
  return folder;
}

/** A running server on a copy of that folder. stop() removes the copy. */
export async function begin(data) {
  const copy = mkdtempSync(join(tmpdir(), 'assent-film-'));
  cpSync(data, copy, { recursive: true });
  const server = new Server(await freePort(), copy, { ASSENT_CLOCK_OFFSET_S: offset() });
  await server.begin();
  return server;
}

