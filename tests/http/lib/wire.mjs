// HTTP over a plain socket, so that a test sees and sends exactly the bytes it means: no header is
// added that the test did not ask for, save Host and Content-Length, and those can be left out.
import net from 'node:net';
import tls from 'node:tls';

const LINE_END = '\r\n';

/** One connection that asks one thing after another. */
export class Wire {
  #socket;
  #data = Buffer.alloc(0); // what came and was not taken yet: a view of #room
  #room = Buffer.alloc(65536);
  #ended = false;
  #failure = null;
  #wake = () => {};

  static async open(port, { secure = false, localAddress } = {}) {
    const wire = new Wire();
    const to = { host: '127.0.0.1', port, localAddress, rejectUnauthorized: false, servername: 'localhost' };
    wire.#socket = secure ? tls.connect(to) : net.connect(to);
    await new Promise((resolve, reject) => {
      wire.#socket.once(secure ? 'secureConnect' : 'connect', resolve);
      wire.#socket.once('error', reject);
    });
    wire.#socket.setNoDelay(true);
    wire.#socket.on('data', (chunk) => {
      wire.#keep(chunk);
      wire.#wake();
    });
    wire.#socket.on('close', () => {
      wire.#ended = true;
      wire.#wake();
    });
    wire.#socket.on('error', (error) => {
      wire.#failure = error;
    });
    return wire;
  }

  #keep(chunk) {
    const old = this.#data;
    const end = old.byteOffset - this.#room.byteOffset + old.length;
    if (old.length && old.buffer === this.#room.buffer && end + chunk.length <= this.#room.length) {
      chunk.copy(this.#room, end);
      this.#data = this.#room.subarray(end - old.length, end + chunk.length);
      return;
    }
    this.#room = Buffer.allocUnsafeSlow(Math.max(65536, 2 * (old.length + chunk.length)));
    old.copy(this.#room);
    chunk.copy(this.#room, old.length);
    this.#data = this.#room.subarray(0, old.length + chunk.length);
  }

  write(bytes) {
    this.#socket.write(bytes);
  }

  close() {
    this.#socket.destroy();
  }

  /** Sends what was written, then goes without reading. */
  end() {
    this.#socket.end(() => this.#socket.destroy());
  }

  pause() {
    this.#socket.pause();
  }

  resume() {
    this.#socket.resume();
  }

  /** Waits for the first bytes of an answer, and takes no more until resume(). */
  begins() {
    return new Promise((done) => this.#socket.once('data', () => done(this.pause())));
  }

  get ended() {
    return this.#ended;
  }

  #more() {
    if (this.#ended) {
      return Promise.resolve(false);
    }
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => reject(new Error('the server did not answer in 30 s')), 30000);
      this.#wake = () => {
        clearTimeout(limit);
        this.#wake = () => {};
        resolve(true);
      };
    });
  }

  /** Reads one whole reply. method: HEAD replies have no body. */
  async reply(method = 'GET') {
    let end;
    while ((end = this.#data.indexOf('\r\n\r\n')) < 0) {
      if (!(await this.#more())) {
        throw this.#failure ?? new Error('the connection closed before a whole reply');
      }
    }
    const head = this.#data.subarray(0, end).toString('latin1').split(LINE_END);
    const rest = end + 4;
    const status = Number(head[0].split(' ')[1]);
    const headers = head.slice(1).map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    });
    const get = (name) => headers.find(([key]) => key === name)?.[1];
    const chunked = /chunked/i.test(get('transfer-encoding') ?? '');
    const length = get('content-length');
    let bytes;
    this.#data = this.#data.subarray(rest);
    if (method === 'HEAD' || status === 204 || status === 304) {
      bytes = Buffer.alloc(0);
    } else if (chunked) {
      bytes = await this.#chunks();
    } else {
      bytes = await this.#take(length === undefined ? Infinity : Number(length));
    }
    return {
      status,
      headers,
      get,
      all: (name) => headers.filter(([key]) => key === name).map(([, value]) => value),
      bytes,
      body: bytes.toString('utf8'),
      head: head.join('\n'),
    };
  }

  /** The next bytes; all that come before the connection's end for Infinity. */
  async #take(size) {
    while (this.#data.length < size) {
      if (!(await this.#more())) {
        if (size !== Infinity) {
          throw new Error('the connection closed within a body');
        }
        size = this.#data.length;
      }
    }
    const bytes = Buffer.from(this.#data.subarray(0, size));
    this.#data = this.#data.subarray(size);
    return bytes;
  }

  /** A chunked body (RFC 9112 section 7.1), whole. */
  async #chunks() {
    const parts = [];
    for (;;) {
      let end;
      while ((end = this.#data.indexOf(LINE_END)) < 0) {
        if (!(await this.#more())) {
          throw new Error('the connection closed within a chunked body');
        }
      }
      const size = parseInt(this.#data.subarray(0, end).toString('latin1'), 16);
      this.#data = this.#data.subarray(end + 2);
      const part = await this.#take(size + 2);
      if (size === 0) {
        return Buffer.concat(parts);
      }
      parts.push(part.subarray(0, size));
    }
  }

  /** headers: object or pairs; body: string, Buffer or undefined. */
  async ask({ method = 'GET', path, headers = {}, body, host = 'localhost', length = true }) {
    this.write(compose({ method, path, headers, body, host, length }));
    return this.reply(method);
  }
}

export function compose({ method = 'GET', path, headers = {}, body, host = 'localhost', length = true }) {
  const pairs = Array.isArray(headers) ? headers : Object.entries(headers);
  const lines = [`${method} ${path} HTTP/1.1`];
  if (host !== null) {
    lines.push(`Host: ${host}`);
  }
  for (const [name, value] of pairs) {
    lines.push(`${name}: ${value}`);
  }
  const data = body === undefined ? Buffer.alloc(0) : Buffer.from(body);
  if (length && (body !== undefined || method === 'POST')) {
    lines.push(`Content-Length: ${data.length}`);
  }
  return Buffer.concat([Buffer.from(lines.join(LINE_END) + LINE_END + LINE_END, 'latin1'), data]);
}

/** One question on a connection of its own. */
export async function ask(port, request) {
  const wire = await Wire.open(port, request);
  try {
    return await wire.ask(request);
  } finally {
    wire.close();
  }
}

/** The body and content type of a form, in either encoding. fields: pairs or an object. */
export function urlencoded(fields) {
  const pairs = Array.isArray(fields) ? fields : Object.entries(fields);
  return new URLSearchParams(pairs).toString();
}

export function multipart(fields, boundary = 'b0undary-of-a-mail-program') {
  const pairs = Array.isArray(fields) ? fields : Object.entries(fields);
  const parts = pairs.map(
    ([name, value]) =>
      `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  return { type: `multipart/form-data; boundary=${boundary}`, body: `${parts.join('')}--${boundary}--\r\n` };
}
