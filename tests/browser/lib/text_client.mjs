// Lynx and w3m as people use them: in a terminal (tmux), by keys, with what they show read back.
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { remove } from '../../http/lib/remove.mjs';

const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

class TextClient {
  constructor(command) {
    this.home = mkdtempSync(join(tmpdir(), 'assent-text-'));
    this.command = command;
    this.socket = join(this.home, 'tmux');
    process.once('exit', () => this.close());
  }

  tmux(...args) {
    return execFileSync('tmux', ['-S', this.socket, '-f', '/dev/null', ...args], { encoding: 'utf8', stdio: 'pipe' });
  }

  /** Starts on a page, and waits for words of it. */
  async open(url, words) {
    const run = `exec env -i HOME='${this.home}' PATH="$PATH" LANG=C.UTF-8 TERM=screen ${this.command} '${url}'`;
    if (this.isRunning) this.tmux('respawn-pane', '-k', run);
    else this.tmux('new-session', '-d', '-x', '100', '-y', '95', run);
    this.isRunning = true;
    this.at = 1;
    await this.shows(words);
  }

  screen() {
    return this.tmux('capture-pane', '-p');
  }

  async shows(words) {
    let screen = '';
    for (let i = 0; i < 200; i++) {
      screen = this.screen();
      if (screen.replace(/\s+/g, ' ').includes(words)) {
        await sleep(60); // the rest of the page
        return this.screen();
      }
      await sleep(40);
    }
    throw new Error(`${this.command}: "${words}" is not shown:\n${screen.trimEnd()}`);
  }

  key(...names) {
    this.tmux('send-keys', ...names);
  }

  write(text) {
    this.tmux('send-keys', '-l', text);
  }

  /** Presses a button or a link and waits for words of the page that answers. */
  async press(button, words) {
    await this.reach(button);
    this.key('Enter');
    this.at = 1;
    return this.shows(words);
  }

  /** Goes by a link to the field of that label on the page it leads to. */
  follow(link, words) {
    return this.press(link, words);
  }

  close() {
    try {
      this.tmux('kill-server');
    } catch {
      // it was not running
    }
    remove(this.home);
  }
}

/** Its links and fields are numbered on the screen; the arrows go from one to the next. */
export class Lynx extends TextClient {
  constructor() {
    super('lynx -number_fields -nopause');
  }

  async #goTo(number) {
    for (; this.at < number; this.at++) this.key('Down');
    for (; this.at > number; this.at--) this.key('Up');
    await sleep(120);
  }

  #number(pattern) {
    const found = pattern.exec(this.screen().replace(/\s+/g, ' '));
    if (!found) throw new Error(`lynx: nothing fits ${pattern}:\n${this.screen()}`);
    return Number(found[1] ?? found[2]);
  }

  reach(button) {
    return this.#goTo(this.#number(new RegExp(`\\(\\[(\\d+)\\][^)]*\\) ${button}|\\[(\\d+)\\]${button}`))); // or a link
  }

  /** Lynx begins at the field that the link names. */
  async follow(link, words, label) {
    await this.press(link, words);
    this.at = this.#number(new RegExp(`${label}[^\\[]*\\[(\\d+)\\]`));
  }

  async toggle(label) {
    await this.#goTo(this.#number(new RegExp(`${label}[^\\[]*\\[(\\d+)\\]\\[`)));
    this.key('Enter');
    await sleep(120);
  }

  async fill(label, text) {
    await this.#goTo(this.#number(new RegExp(`${label}[^\\[]*\\[(\\d+)\\]`)));
    this.write(text);
    await sleep(120);
  }

  /** Takes the nth option of a list. */
  async choose(label, n) {
    await this.#goTo(this.#number(new RegExp(`${label}[^\\[]*\\[(\\d+)\\]`)));
    this.key('Enter');
    await sleep(200);
    for (let i = 0; i < n; i++) this.key('Down');
    this.key('Enter');
    await sleep(200);
  }
}

/** Words are searched for; Tab goes on to the field behind them. */
export class W3m extends TextClient {
  constructor() {
    super('w3m -o auto_image=0');
  }

  async #search(words) {
    this.key('g');
    this.write(`/${words}`);
    this.key('Enter');
    await sleep(150);
  }

  /** A line of these words alone, where there is one: text may hold the same words, and the last
   * such line: a heading may be the same. */
  async reach(button) {
    const lines = this.screen().split('\n').filter((line) => line.trimEnd() === button).length;
    await this.#search(lines > 0 ? `^${button}$` : button);
    for (let i = 1; i < lines; i++) this.key('n');
    await sleep(100);
  }

  async toggle(label) {
    await this.#search(label);
    this.key('Tab', 'Enter');
    await sleep(150);
  }

  async fill(label, text) {
    await this.#search(label);
    this.key('Tab', 'Enter');
    await sleep(150);
    this.write(text);
    this.key('Enter');
    await sleep(150);
  }

  async choose(label, n) {
    await this.#search(label);
    this.key('Tab', 'Enter');
    await sleep(150);
    for (let i = 0; i < n; i++) this.key('Down');
    this.key('Enter');
    await sleep(150);
  }
}
