// Records the films of Help: node tests/films/record.mjs [TASK…]. Each becomes NAME.webm, NAME.vtt,
// NAME.webp and NAME.txt in assets/films/; the words of all their screens go to screens.txt, which
// the browser tests compare with what the program shows. FILMS names another folder.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launch } from '../browser/lib/browser.mjs';
import { remove } from '../http/lib/remove.mjs';
import { FRAMES_PER_S, Stage } from './stage.mjs';
import { films } from './tasks.mjs';
import { readScreens, writeScreens } from './screens.mjs';
import { begin, makeData } from './world.mjs';

const folder = process.env.FILMS ?? 'assets/films';
const wanted = process.argv.slice(2);

async function ffmpeg(...args) {
  const child = spawn('ffmpeg', ['-v', 'error', '-y', ...args], { stdio: ['ignore', 'inherit', 'inherit'] });
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
}

const same = ['-fflags', '+bitexact', '-flags:v', '+bitexact', '-map_metadata', '-1']; // the same bytes every time

/** The pictures of a film, each with the time that it stays; a frame of the film is one of them. */
class Reel {
  constructor() {
    this.folder = mkdtempSync(join(tmpdir(), 'assent-reel-'));
    this.list = ['ffconcat version 1.0'];
    this.count = 0;
  }

  take(png, frames) {
    this.last = join(this.folder, `${String(this.count++).padStart(4, '0')}.png`);
    writeFileSync(this.last, png);
    this.list.push(`file ${this.last}`, `duration ${frames / FRAMES_PER_S}`);
  }

  /** The last picture as a picture of its own. */
  save(path) {
    return ffmpeg('-i', this.last, '-c:v', 'libwebp', '-quality', '55', ...same, path);
  }

  async end(path) {
    const list = join(this.folder, 'list');
    writeFileSync(list, [...this.list, `file ${this.last}`, ''].join('\n')); // else the last would not stay
    await ffmpeg('-f', 'concat', '-safe', '0', '-i', list, '-vsync', 'vfr', '-c:v', 'libvpx-vp9', '-tune-content', 'screen',
      '-pix_fmt', 'yuv420p', '-b:v', '0', '-crf', '30', '-g', '60', '-threads', '1', '-deadline', 'good', '-cpu-used', '4',
      '-auto-alt-ref', '0', ...same, path);
    rmSync(this.folder, { recursive: true });
  }
}

const stamp = (seconds) => new Date(Math.round(seconds * 1000)).toISOString().slice(11, 23);

/** WebVTT, one cue a step. */
const captions = (steps) => ['WEBVTT', ...steps.map(({ began_s, ended_s, say }, i) =>
  `\n${i + 1}\n${stamp(began_s)} --> ${stamp(ended_s)}\n${say}`), ''].join('\n');

async function record(browser, data, { task, steps, poster }) {
  const server = await begin(data);
  process.setMaxListeners(0); // a listener for each server
  const path = (suffix) => join(folder, `${task}.${suffix}`);
  const reel = new Reel();
  const stage = await Stage.open(browser, server, (png, frames) => reel.take(png, frames));
  const done = [];
  try {
    for (const step of steps) {
      done.push({ say: step.say, ...(await stage.step(step)) });
      if (done.length === poster + 1) await reel.save(path('webp'));
    }
  } finally {
    await stage.close();
    await server.stop();
  }
  await reel.end(path('webm'));
  writeFileSync(path('vtt'), captions(done));
  const seconds = Math.round(done.at(-1).ended_s);
  writeFileSync(path('txt'), [`${seconds} seconds`, ...steps.map(({ say }) => say), ''].join('\n'));
  console.log(`${task}: ${seconds} s, ${Math.round(statSync(path('webm')).size / 1000)} kB`);
  return done.map(({ words }) => words);
}

mkdirSync(folder, { recursive: true });
const screens = readScreens(folder) ?? new Map();
const data = makeData();
const browser = await launch();
try {
  for (const film of films) {
    if (wanted.length > 0 && !wanted.includes(film.task)) continue;
    screens.set(film.task, await record(browser, data, film));
    writeScreens(folder, films.map(({ task, steps }) => [task, screens.get(task), steps]));
  }
} finally {
  await browser.close();
  remove(data);
}
