// A person with a browser that runs no script: keeps cookies, follows redirects when told to, sends
// forms as they stand on the page.
import * as html from './html.mjs';
import { ADMIN } from './server.mjs';
import { urlencoded } from './wire.mjs';

export class Visitor {
  constructor(server) {
    this.server = server;
    this.cookies = new Map();
  }

  #headers(more = {}) {
    const headers = { Accept: 'text/html,application/xhtml+xml', 'User-Agent': 'Mozilla/5.0 (test)', ...more };
    if (this.cookies.size) {
      headers.Cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    }
    return headers;
  }

  #keep(reply, path) {
    for (const line of reply.all('set-cookie')) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(line);
      if (value === '' || /max-age=0/i.test(line)) {
        this.cookies.delete(name);
      } else {
        this.cookies.set(name, value);
      }
    }
    reply.path = path;
    reply.page = html.parse(reply.body);
    reply.text = html.tidy(reply.page);
    reply.says = (pattern) => pattern.test(reply.text);
    return reply;
  }

  async get(path, headers) {
    return this.#keep(await this.server.ask({ path, headers: this.#headers(headers) }), path);
  }

  /** As a browser sends a form of a page of ours. */
  async post(path, fields, headers) {
    const body = typeof fields === 'string' ? fields : urlencoded(fields);
    return this.#keep(
      await this.server.ask({
        method: 'POST',
        path,
        body,
        headers: this.#headers({
          'Content-Type': 'application/x-www-form-urlencoded',
          Origin: this.server.origin,
          'Sec-Fetch-Site': 'same-origin',
          ...headers,
        }),
      }),
      path,
    );
  }

  async follow(reply) {
    return reply.status === 303 ? this.get(reply.get('location')) : reply;
  }

  /** Presses a button of a page; change: names with the values to send instead. */
  async press(reply, button, change = {}) {
    const form = html.formWith(reply.page, button);
    if (!form) {
      throw new Error(`no button "${button}" on ${reply.path}: ${reply.text.slice(0, 400)}`);
    }
    let pairs = html.fields(form, button);
    for (const [name, value] of Object.entries(change)) {
      pairs = html.set(pairs, name, ...[value].flat());
    }
    // As browsers do: without an action to the page's own address, its query and all.
    const own = html.byTag(form, 'button').find((one) => one.attrs.value === button || html.tidy(one) === button)?.attrs.formaction;
    const to = new URL(own ?? form.attrs.action ?? '', new URL(reply.path, this.server.origin));
    return this.post(to.pathname + to.search, pairs);
  }

  async login({ email = ADMIN.email, password = ADMIN.password } = {}) {
    const reply = await this.post('/admin/login', { email, password });
    if (reply.status !== 303) {
      throw new Error(`login answered ${reply.status}: ${reply.text}`);
    }
    return this;
  }

  /** A file of many people: by POST, since who took it is written down. */
  async take(path) {
    return this.post(path, { csrf: await this.csrf() });
  }

  /** The CSRF token of the session, as any page of it holds it. */
  async csrf() {
    const { page } = await this.get('/admin/help');
    return html.all(page, (node) => node.attrs.name === 'csrf')[0].attrs.value;
  }
}

/** The public id of a person, as pages use it. */
export const idOf = (server, email) => server.show(email).public_id;
