// The films of Help: their steps, done again without a camera, must show the screens that they show;
// and a browser plays them, with captions, where a page has one.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { readScreens } from '../films/screens.mjs';
import { Stage } from '../films/stage.mjs';
import { films } from '../films/tasks.mjs';
import { tidy } from '../films/words.mjs';
import { begin, makeData } from '../films/world.mjs';
import { remove } from '../http/lib/remove.mjs';
import { launch, violations } from './lib/browser.mjs';

const recorded = readScreens('assets/films');
let browser, data;
before(async () => {
  process.setMaxListeners(0); // a listener for each server
  data = makeData();
  browser = await launch();
});
after(async () => {
  await browser?.close();
  if (data) remove(data);
});

describe('no film shows an old screen', () => {
  for (const { task, steps } of films) {
    test(`${task}: every step shows what its film shows`, { timeout: 240000 }, async () => {
      const server = await begin(data);
      try {
        const stage = await Stage.open(browser, server, null);
        for (const [i, step] of steps.entries()) {
          const { words } = await stage.step(step);
          if (recorded) {
            assert.equal(words, recorded.get(task)?.[i], `the film shows another screen at "${step.say}": make films`);
          }
        }
        assert.equal(recorded?.get(task)?.length ?? steps.length, steps.length, 'the film has other steps: make films');
        await stage.close();
      } finally {
        await server.stop();
      }
    });
  }
});

test('words of a screen leave out what differs from run to run, and nothing else', () => {
  const screen = [
    '- banner:', '  - link "Assent"', '- link "Manage Ada":', '  - /url: /admin/people/0123456789abcdef', '- table:',
    ...Array.from({ length: 8 }, (_, i) => `  - row "Person ${i} 3 of 4":\n    - cell "Person ${i}"`),
    '- text: 16 Nov 2026, 09:41 UTC', '- link "http://127.0.0.1:8466/p/EXTLfqQ8LY7hFpkFFgAAAGsECfE9" [cursor=pointer]',
    '- switch "Marketing" [checked] [active]',
  ].join('\n');
  assert.equal(tidy(screen), [
    '- link "Manage Ada":', '- table:', ...Array.from({ length: 5 }, (_, i) => `  - row "Person ${i} 3 of 4":`),
    '- text: 16 Nov 2026, TIME', '- link "LINK/p"', '- switch "Marketing" [checked]',
  ].join('\n'));
});

test('Help plays the films: nothing is loaded before, captions are on, the words stand below', { skip: !recorded, timeout: 240000 }, async () => {
  const server = await begin(data);
  const stage = await Stage.open(browser, server, null);
  const { page } = stage;
  const asked = [];
  page.on('request', (request) => asked.push(new URL(request.url()).pathname));
  for (const { task, steps } of films) {
    asked.length = 0;
    await page.goto(`/admin/help?task=${task}`);
    assert.equal(asked.filter((path) => path.endsWith('.webm')).length, 0, `${task}: asked for too early`);
    assert.deepEqual(await page.$eval('video', (film) => [film.controls, film.autoplay, film.preload]), [true, false, 'none']);
    const length = await page.$eval('video', async (film) => {
      film.muted = true;
      await film.play();
      film.pause();
      film.currentTime = film.duration - 1; // asks for a part of the file
      await new Promise((done) => film.addEventListener('seeked', done, { once: true }));
      return film.duration;
    });
    assert.ok(length >= 20 && length <= 60, `${task}: ${length} s`);
    assert.deepEqual(await page.$eval('video', ({ textTracks: [track] }) => [track.mode, track.cues.length]), ['showing', steps.length]);
    assert.equal(await page.locator('.film details li').count(), steps.length);
    assert.deepEqual(await violations(page), [], task);
  }
  await stage.close();
  await server.stop();
});
