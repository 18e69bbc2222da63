// Records the films of Help: node tests/films/record.mjs [TASK…]. Each becomes NAME.webm, NAME.vtt,
// NAME.webp and NAME.txt in assets/films/; the words of all their screens go to screens.txt, which
// the browser tests compare with what the program shows. FILMS names another folder.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { launch } from '../browser/lib/browser.mjs';
import { FRAMES_PER_S, Stage } from './stage.mjs';
import { films } from './tasks.mjs';
import { readScreens, writeScreens } from './screens.mjs';
import { begin, makeData } from './world.mjs';

const folder = process.env.FILMS ?? 'assets/films';
const wanted = process.argv.slice(2);

/** ffmpeg taking pictures on its standard input. The same pictures make the same bytes. */
class Reel {
  constructor(path) {
    this.ffmpeg = spawn('ffmpeg', ['-v', 'error', '-y', '-f', 'image2pipe', '-framerate', String(FRAMES_PER_S), '-c:v', 'png', '-i', '-',
      '-c:v', 'libvpx-vp9', '-tune-content', 'screen', '-pix_fmt', 'yuv420p', '-b:v', '0', '-crf', '30', '-g', '150', '-threads', '1',
      '-deadline', 'good', '-cpu-used', '3', '-auto-alt-ref', '1', '-lag-in-frames', '25',
      '-fflags', '+bitexact', '-flags:v', '+bitexact', '-map_metadata', '-1', path], { stdio: ['pipe', 'inherit', 'inherit'] });
    this.ended = once(this.ffmpeg, 'exit');
  }

  async take(png, frames) {
    this.last = png;
    for (let i = 0; i < frames; i++) {
      if (!this.ffmpeg.stdin.write(png)) await once(this.ffmpeg.stdin, 'drain');
    }
  }

  async end() {
    this.ffmpeg.stdin.end();
    const [code] = await this.ended;
    if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
  }
}

async function savePoster(png, path) {
  const ffmpeg = spawn('ffmpeg', ['-v', 'error', '-y', '-f', 'image2pipe', '-c:v', 'png', '-i', '-', '-c:v', 'libwebp', '-quality', '55',
    '-fflags', '+bitexact', '-map_metadata', '-1', path], { stdio: ['pipe', 'inherit', 'inherit'] });
  ffmpeg.stdin.end(png);
  const [code] = await once(ffmpeg, 'exit');
  if (code !== 0) throw new Error(`ffmpeg ended with ${code}`);
}

const stamp = (seconds) => new Date(Math.round(seconds * 1000)).toISOString().slice(11, 23);

/** WebVTT, one cue a step. */
const captions = (steps) => ['WEBVTT', ...steps.map(({ began_s, ended_s, say }, i) =>
  `\n${i + 1}\n${stamp(began_s)} --> ${stamp(ended_s)}\n${say}`), ''].join('\n');

async function record(browser, data, { task, steps, poster }) {
  const server = await begin(data);
  process.setMaxListeners(0); // a listener for each server
  const path = (suffix) => join(folder, `${task}.${suffix}`);
  const reel = new Reel(path('webm'));
  const stage = await Stage.open(browser, server, (png, frames) => reel.take(png, frames));
  const done = [];
  try {
    for (const step of steps) {
      done.push({ say: step.say, ...(await stage.step(step)) });
      if (done.length === poster + 1) await savePoster(reel.last, path('webp'));
    }
  } finally {
    await stage.close();
    await server.stop();
  }
  await reel.end();
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
    if (wanted.length === 0 || wanted.includes(film.task)) screens.set(film.task, await record(browser, data, film));
  }
  writeScreens(folder, films.map(({ task, steps }) => [task, screens.get(task), steps]));
} finally {
  await browser.close();
  rmSync(data, { recursive: true, force: true });
}
