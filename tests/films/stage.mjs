// The stage: does the steps of a film in Chromium. With a camera it does so slowly, draws pointer
// and keys, and gives every frame away; without one it is quick. Both see the same screens.
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { ADMIN } from '../http/lib/server.mjs';
import { dropHands, drawHands, drawTerminal, mail, terminal } from './drawn.mjs';
import { words } from './words.mjs';
import { PUBLIC_URL } from './world.mjs';

// What a window shows, drawn at four fifths: 960 by 600 pixels.
export const SIZE = { width: 1200, height: 750 };
const SCALE = 0.8;
export const FRAMES_PER_S = 10;
const assent = resolve(process.env.ASSENT_BUILD ?? 'build', 'assent');

export class Stage {
  #at = { x: SIZE.width * 0.62, y: SIZE.height * 0.7 };
  #lines = [];

  /** camera: async (png, frames) => …, called for every picture; null: none is taken. */
  constructor(server, page, camera) {
    this.server = server;
    this.page = page;
    this.camera = camera;
    this.frames = 0;
  }

  /** A page of Chromium that is signed in. */
  static async open(browser, server, camera) {
    const context = await browser.newContext({
      viewport: SIZE, deviceScaleFactor: SCALE, reducedMotion: 'reduce', colorScheme: 'light', locale: 'en-GB', timezoneId: 'UTC', baseURL: server.origin,
    });
    const page = await context.newPage();
    page.setDefaultTimeout(10000);
    await page.goto('/admin/login');
    await page.fill('#email', ADMIN.email);
    await page.fill('#password', ADMIN.password);
    await page.keyboard.press('Enter');
    await page.waitForURL(/\/admin\/people$/);
    return new Stage(server, page, camera);
  }

  close() {
    return this.page.context().close();
  }

  /** One step: its words, what it does, and then rest enough to read and to see. */
  async step({ act, rest = 1.5, say }) {
    const began = this.frames;
    await act(this);
    const least = Math.max(3, say.split(/\s+/).length * 0.36) * FRAMES_PER_S;
    await this.#shoot({}, Math.max(rest * FRAMES_PER_S, least - (this.frames - began)));
    await this.page.evaluate(dropHands);
    return { began_s: began / FRAMES_PER_S, ended_s: this.frames / FRAMES_PER_S, words: await words(this.page) };
  }

  /** A picture of now that stays for so many frames. */
  async #shoot({ pressed = false, hint = '' } = {}, frames = 1) {
    const count = Math.round(frames);
    if (!this.camera || count < 1) return;
    await this.page.evaluate(drawHands, { ...this.#at, pressed, hint });
    await this.camera(await this.page.screenshot({ animations: 'disabled' }), count);
    this.frames += count;
  }

  async #moveTo(x, y) {
    const from = this.#at, far = Math.hypot(x - from.x, y - from.y);
    const steps = this.camera ? Math.min(9, Math.max(2, Math.round(far / 55))) : 0;
    for (let i = 1; i <= steps; i++) {
      const part = i / steps, eased = part * part * (3 - 2 * part);
      this.#at = { x: from.x + (x - from.x) * eased, y: from.y + (y - from.y) * eased };
      await this.#shoot();
    }
    this.#at = { x, y };
  }

  find(target) {
    return typeof target === 'string' ? this.page.locator(target).first() : target;
  }

  /** Where a thing is, once it is in sight; a list that follows the search may be drawn once more meanwhile. */
  async #boxOf(thing) {
    for (let tries = 0; tries < 5; tries++) {
      await thing.scrollIntoViewIfNeeded().catch(() => {});
      const box = await thing.boundingBox();
      if (box) {
        return box;
      }
    }
    throw new Error('it does not stay on the page');
  }

  /** The pointer goes to the middle of a thing, or to a part of its width. */
  async point(target, { part = 0.5, rest = 0 } = {}) {
    const thing = this.find(target);
    await thing.waitFor();
    await this.page.evaluate(dropHands);
    const box = await this.#boxOf(thing);
    await this.#moveTo(box.x + box.width * part, box.y + box.height / 2);
    await this.#shoot({}, rest * FRAMES_PER_S);
  }

  async click(target, how = {}) {
    const thing = this.find(target);
    await this.point(thing, how);
    await this.#shoot({ pressed: true }, 3);
    await this.page.evaluate(dropHands);
    await thing.click({ position: how.part === undefined ? undefined : { x: (await thing.boundingBox()).width * how.part, y: 8 } });
  }

  async type(target, text) {
    await this.click(target, { part: 0.3 });
    for (const letter of text) {
      await this.page.keyboard.type(letter);
      await this.#shoot({}, 1);
    }
  }

  /** A key, with its name shown. */
  async press(key, name = key) {
    await this.#shoot({ hint: name }, 5);
    await this.page.keyboard.press(key);
    await this.#shoot({ hint: name }, 5);
  }

  /** Chromium draws the list of a select outside the page: the choice is shown as a hint. */
  async choose(target, label) {
    await this.point(target);
    await this.#shoot({ pressed: true }, 3);
    await this.page.evaluate(dropHands);
    await this.find(target).selectOption({ label });
    await this.#shoot({ hint: label }, 12);
  }

  async goto(path) {
    await this.page.goto(path);
    await this.#shoot({}, 1);
  }

  /** Waits until the page shows it. */
  async sees(target) {
    await this.find(target).waitFor();
    await this.#shoot({}, 2);
  }

  async until(fn, arg) {
    await this.page.waitForFunction(fn, arg);
    await this.#shoot({}, 2);
  }

  async scrollTo(target) {
    await this.page.evaluate(dropHands);
    await this.find(target).evaluate((thing) => thing.scrollIntoView({ block: 'center' }));
    await this.#shoot({}, 4);
  }

  /** A terminal in place of the page; what was in it is gone. */
  async terminal() {
    await this.page.goto('about:blank');
    await this.page.setContent(terminal);
    this.#lines = [];
  }

  /** Types "build/assent ARGS" and runs it; its real output follows. cut: leaves out lines of it. */
  async command(args, { shown = args.map((arg) => (/^[\w@.,/=-]+$/.test(arg) ? arg : `"${arg}"`)).join(' '), cut = (lines) => lines } = {}) {
    const ran = spawnSync(assent, args, {
      cwd: this.server.data, encoding: 'utf8', env: { ...this.server.env, ASSENT_PUBLIC_URL: PUBLIC_URL },
    });
    await this.#type(`build/assent ${shown}`);
    await this.#print(cut(`${ran.stdout}${ran.stderr}`.trimEnd().split('\n')));
    return ran.stdout;
  }

  /** The same for what is not our command: the lines are given. */
  async shell(typed, lines) {
    await this.#type(typed);
    await this.#print(lines);
  }

  async #type(text) {
    if (this.#lines.length > 0) this.#lines.push('');
    const letters = [...text];
    for (let i = this.camera ? 2 : letters.length; i < letters.length + 2; i += 2) {
      await this.page.evaluate(drawTerminal, [...this.#lines, { typed: letters.slice(0, i).join('') }]);
      await this.#shoot({}, 1);
    }
    await this.#shoot({}, 4);
    this.#lines.push({ typed: text });
  }

  async #print(lines) {
    this.#lines.push(...lines);
    await this.page.evaluate(drawTerminal, this.#lines);
    await this.#shoot({}, 2);
  }

  async mail(parts) {
    await this.page.goto('about:blank');
    await this.page.setContent(mail(parts));
    await this.#shoot({}, 2);
  }

  /** A link as the sender's mails hold it, for this server. */
  here(link) {
    return this.server.origin + new URL(link).pathname;
  }

  file(name) {
    return join(this.server.data, name);
  }
}
