// assets/films/screens.txt: the words of every screen of every film, as they were when recorded.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const HEAD = `# What each step of each film shows, in words: written by \`make films\`, compared by
# tests/browser/films.test.mjs with what the program shows now.`;
const SAME = '(as before)';

/** Task → the words of its steps, in order; null where there is no such file. */
export function readScreens(folder) {
  const path = join(folder, 'screens.txt');
  if (!existsSync(path)) return null;
  const screens = new Map();
  for (const part of readFileSync(path, 'utf8').split(/^=== /m).slice(1)) {
    const [head, ...lines] = part.trimEnd().split('\n');
    const task = head.split(' ')[0];
    const before = screens.get(task) ?? [];
    const words = lines.join('\n');
    screens.set(task, [...before, words === SAME ? before.at(-1) : words]);
  }
  return screens;
}

/** films: [task, words of its steps, its steps], in order; one that was never recorded has none. */
export function writeScreens(folder, films) {
  const parts = films.flatMap(([task, screens = [], steps]) => screens.map((words, i) =>
    `=== ${task} ${i + 1}: ${steps[i].say}\n${i > 0 && words === screens[i - 1] ? SAME : words}\n`));
  writeFileSync(join(folder, 'screens.txt'), `${HEAD}\n${parts.join('')}`);
}
