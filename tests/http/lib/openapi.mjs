// Calls made by the API's own description of itself, and held to it: what is asked and what is
// answered must both be as /api/v1/openapi.json says.
import assert from 'node:assert/strict';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
/** Types whose schema is that of one line. */
const BY_LINE = new Set(['application/x-ndjson']);

/** The type itself, without parameters. */
const bare = (type) => type?.split(';')[0].trim().toLowerCase();
const isJson = (type) => /^application\/([a-z0-9.-]+\+)?json$/.test(type);

export class Description {
  #ajv;
  #checks = new Map();

  /** document: as it was read from /api/v1/openapi.json. */
  constructor(document) {
    this.document = document;
    this.#ajv = new Ajv({ strict: false, allErrors: true });
    addFormats(this.#ajv);
    this.#ajv.addSchema({ $id: 'assent:', ...document });
    this.operations = Object.entries(document.paths).flatMap(([path, item]) =>
      METHODS.filter((method) => item[method]).map((method) => ({ path, method, ...item[method],
        parameters: [...(item.parameters ?? []), ...(item[method].parameters ?? [])].map((one) => this.at(one)) })));
  }

  static async of(server) {
    const reply = await server.ask({ path: '/api/v1/openapi.json' });
    assert.equal(reply.status, 200, reply.body);
    return new Description(JSON.parse(reply.body));
  }

  /** What a $ref leads to. */
  at(node) {
    while (node?.$ref) {
      node = node.$ref.slice(2).split('/').reduce((from, step) => from[step.replaceAll('~1', '/').replaceAll('~0', '~')], this.document);
    }
    return node;
  }

  operation(id) {
    const found = this.operations.find((one) => one.operationId === id);
    assert.ok(found, `the description has no operation ${id}`);
    return found;
  }

  /** Fails unless value is as schema says; what says which value it is. */
  holds(schema, value, what) {
    let check = this.#checks.get(schema);
    if (!check) {
      // References lead into the whole document, wherever the schema stands in it.
      const rooted = JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"assent:#/'));
      check = this.#ajv.compile(rooted);
      this.#checks.set(schema, check);
    }
    assert.ok(check(value), `${what}: ${this.#ajv.errorsText(check.errors)}\n${JSON.stringify(value)?.slice(0, 600)}`);
  }

  #holdsBody(content, type, body, what) {
    const described = content?.[bare(type)];
    assert.ok(described, `${what}: ${type} is not among ${Object.keys(content ?? {})}`);
    if (!described.schema) {
      return;
    }
    if (BY_LINE.has(bare(type))) {
      body.split('\n').filter((line) => line.trim()).forEach((line) => this.holds(described.schema, JSON.parse(line), what));
    } else if (bare(type) === 'text/event-stream') {
      for (const event of body.split('\n\n')) {
        const data = event.split('\n').filter((line) => line.startsWith('data:')).map((line) => line.slice(5).trim());
        if (data.length) {
          this.holds(described.schema, JSON.parse(data.join('\n')), what);
        }
      }
    } else {
      this.holds(described.schema, isJson(bare(type)) ? JSON.parse(body) : body, what);
    }
  }

  /** The request that { path, query, headers, key, body, type } makes of an operation, held to it. */
  request(id, { path = {}, query = {}, headers = {}, key, body, type } = {}) {
    const operation = this.operation(id);
    const given = { path, query, header: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value])) };
    for (const parameter of operation.parameters) {
      const value = given[parameter.in][parameter.in === 'header' ? parameter.name.toLowerCase() : parameter.name];
      assert.ok(value !== undefined || !parameter.required, `${id} needs ${parameter.name}`);
      if (value !== undefined) {
        this.holds(parameter.schema, value, `${id}: ${parameter.name}`);
      }
    }
    for (const name of [...Object.keys(path), ...Object.keys(query)]) {
      assert.ok(operation.parameters.some((one) => one.name === name), `${id} describes no ${name}`);
    }
    const text = body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
    if (text !== undefined) {
      type ??= 'application/json';
      const wanted = this.at(operation.requestBody);
      assert.ok(wanted, `${id} describes no body`);
      this.#holdsBody(wanted.content, type, String(text), `${id}: request`);
    }
    const search = new URLSearchParams(Object.entries(query)).toString();
    return {
      method: operation.method.toUpperCase(),
      path: operation.path.replace(/\{([^}]+)\}/g, (_, name) => encodeURIComponent(path[name])) + (search && `?${search}`),
      headers: { ...(key && { authorization: `Bearer ${key}` }), ...(text !== undefined && { 'content-type': type }), ...headers },
      body: text,
    };
  }

  /** Fails unless the reply is one that the operation describes. */
  reply(id, reply) {
    const { responses } = this.operation(id);
    const described = this.at(responses[reply.status] ?? responses[`${String(reply.status)[0]}XX`] ?? responses.default);
    const what = `${id}: ${reply.status}`;
    assert.ok(described, `${what} is not described`);
    for (const [name, node] of Object.entries(described.headers ?? {})) {
      const header = this.at(node);
      const value = reply.get(name.toLowerCase());
      assert.ok(value !== undefined || !header.required, `${what} lacks ${name}`);
      if (value !== undefined) {
        this.holds(header.schema, value, `${what}: ${name}`);
      }
    }
    if (described.content) {
      this.#holdsBody(described.content, reply.get('content-type'), reply.body, what);
    } else {
      assert.equal(reply.body, '', `${what} is described without a body`);
    }
    return reply;
  }

  /** Calls an operation; both sides held to the description. body: what JSON.stringify takes, or text with its type. */
  async call(server, id, given) {
    return this.reply(id, await server.ask(this.request(id, given)));
  }
}
