// What the ledger costs: a durable write with its chain and without, and how fast all of it is verified.
// Alone: node tests/bench/ledger.mjs DATA (verified) [COPY.db (written to, for the chain)]
import { execFileSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';

const build = resolve('build/bench');
const assent = resolve('build/assent');
const ROWS = 30000;
const ROUNDS = 5;

const middle = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

/** The same rows with everything hashed and with nothing, turn about: the disk has good and bad moments. */
export function chained(note, copy, perCommit) {
  for (const rows of new Set([1, perCommit])) {
    const rates = { chained: [], unchained: [] };
    const total = String(rows === 1 ? ROWS / 10 : ROWS);
    for (let round = 0; round < ROUNDS; round++) {
      rates.chained.push(Number(execFileSync(join(build, 'bare_commit'), [copy, String(rows), total])));
      rates.unchained.push(Number(execFileSync(join(build, 'bare_commit'), [copy, String(rows), total, 'unchained'])));
    }
    note(`durable write with its chain, ${rows} a commit`, middle(rates.chained), 'rows/s',
      { name: 'the same unchained', figure: middle(rates.unchained) }, { target: 'ratio >= 0.85' });
  }
}

export function verified(note, data) {
  const threads = availableParallelism();
  const env = { ...process.env, ASSENT_DATA: data };
  const bare = Number(execFileSync(join(build, 'bare_ledger'), [join(data, 'assent.db'), String(threads)]));
  const began = process.hrtime.bigint();
  const said = JSON.parse(execFileSync('sh', ['-c', `'${assent}' ledger verify --json || true`], { env, encoding: 'utf8' }));
  const seconds = Number(process.hrtime.bigint() - began) / 1e9;
  if (!said.whole) {
    throw new Error(`the ledger is not whole: ${JSON.stringify(said.findings)}`);
  }
  note(`ledger verified, people too, ${threads} threads`, said.entries / seconds, 'entries/s',
    { name: 'bare C loop: SELECT and BLAKE2b', figure: bare }, { target: '>= 1,000,000 at 10 M' });
}

if (process.argv[1]?.endsWith('bench/ledger.mjs')) {
  const note = (job, figure, unit, limit) =>
    console.log(`${job}: ${Math.round(figure)} ${unit}, ${limit.name}: ${Math.round(limit.figure)}, ratio ${(figure / limit.figure).toFixed(2)}`);
  const [data, copy] = process.argv.slice(2);
  if (copy) {
    chained(note, copy, 64);
  }
  verified(note, data);
}
