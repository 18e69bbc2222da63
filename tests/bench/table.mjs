// bench: the table of a run, and the runs before it: kept as JSON, so that one run says what got
// slower than the others of as many people.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';

const KEPT = 20; // runs
const LOOKED_AT = 5; // of which the middle one is what a run is compared with
const SLOWER = 1.25; // shared machines spread by so much by themselves

const shown = (value, digits) => (value === undefined ? '' : value.toLocaleString('en', { maximumFractionDigits: digits }));
const middle = (list) => [...list].sort((a, b) => a - b)[(list.length - 1) >> 1];

/** As lines: job, figure, the bare limit of the same run, ratio, median, p99, errors, what is wanted. */
export function table(rows) {
  const cells = [['job', 'figure', 'unit', 'limit', 'ratio', 'median ms', 'p99 ms', 'errors', 'wanted'],
    ...rows.map((r) => [r.job, shown(r.figure, 0), r.unit ?? '', r.limit ? `${shown(r.limit, 0)} (${r.limit_name})` : '',
      shown(r.ratio, 2), shown(r.p50, 2), shown(r.p99, 2), shown(r.errors, 0), r.target ?? ''])];
  const widths = cells[0].map((_, i) => Math.max(...cells.map((line) => line[i].length)));
  return cells.map((line) => line.map((cell, i) => (i === 0 ? cell.padEnd(widths[i]) : cell.padStart(widths[i]))).join('  '));
}

/** How a row does, more being slower: by its ratio, else its median, else its figure. */
function slowness(row, what) {
  if (what === 'ratio') return row.ratio && (row.unit === 'ms' || row.unit === 'MB' ? row.ratio : 1 / row.ratio);
  if (what === 'median') return row.p50;
  return row.figure && (row.unit === 'ms' || row.unit === 'MB' ? row.figure : 1 / row.figure);
}

/** Rows by what they are called; those set in belong to the row above them. */
function named(rows) {
  const found = new Map();
  let above = '';
  for (const row of rows) {
    if (!row.job.startsWith(' ')) above = row.job;
    found.set(row.job.startsWith(' ') ? `${above},${row.job.slice(1)}` : row.job, row);
  }
  return found;
}

/** Sentences on what is slower than the middle of the runs before: { job, times, by, words }. */
export function slower(rows, runs) {
  const found = [];
  const before = runs.slice(-LOOKED_AT).map((run) => named(run.rows));
  for (const [job, row] of named(rows)) {
    const past = before.map((run) => run.get(job)).filter(Boolean);
    const by = ['ratio', 'median', 'figure'].find((what) => slowness(row, what) && past.some((one) => slowness(one, what)));
    if (!by) continue;
    const was = middle(past.map((one) => slowness(one, by)).filter(Boolean));
    const times = slowness(row, by) / was;
    if (times > SLOWER)
      found.push({ job, times, by, words: `${row.unit === 'MB' ? 'larger' : 'slower'} by ${((times - 1) * 100).toFixed(0)} % (${by}) than the middle of the ${past.length} before: ${job}` });
  }
  return found.sort((a, b) => b.times - a.times);
}

/** The runs of the file, oldest first; none where there is no file. */
export const runsOf = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).runs : []);

/** Adds a run to the file; the oldest go. */
export function keep(path, people, rows, runs) {
  const run = { at: new Date().toISOString(), people, node: process.version, cpu: cpus()[0]?.model, cpus: cpus().length, memory_mb: Math.round(totalmem() / 1048576), rows };
  writeFileSync(path, `${JSON.stringify({ runs: [...runs, run].slice(-KEPT) }, null, 2)}\n`);
}
