// Reads as much HTML as the tests need: tags, attributes, text, forms as a browser would send them.

const VOID = new Set(['area', 'base', 'br', 'col', 'hr', 'img', 'input', 'link', 'meta', 'source', 'wbr']);
const NAMED = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', larr: '←', rarr: '→', hellip: '…', ndash: '–', mdash: '—', middot: '·', times: '×', rsquo: '’' };

export function unescape(text) {
  return text.replace(/&(#x[0-9a-f]+|#[0-9]+|[a-z]+);/gi, (whole, name) => {
    if (name[0] === '#') {
      const code = name[1] === 'x' || name[1] === 'X' ? parseInt(name.slice(2), 16) : parseInt(name.slice(1), 10);
      return String.fromCodePoint(code);
    }
    return NAMED[name] ?? whole;
  });
}

/** A tree of { tag, attrs, children, parent }; text nodes are strings. */
export function parse(html) {
  const root = { tag: '#root', attrs: {}, children: [], parent: null };
  let at = root;
  const token = /<!--[\s\S]*?-->|<!doctype[^>]*>|<(\/?)([a-z][a-z0-9-]*)((?:\s+[^\s=>\/]+(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>]+))?)*)\s*(\/?)>|[^<]+|</gi;
  for (const [text, close, name, attributes] of html.matchAll(token)) {
    if (name === undefined) {
      if (!text.startsWith('<!')) {
        at.children.push(unescape(text));
      }
      continue;
    }
    const tag = name.toLowerCase();
    if (close) {
      let up = at;
      while (up && up.tag !== tag) {
        up = up.parent;
      }
      at = up?.parent ?? at;
      continue;
    }
    const attrs = {};
    for (const [, key, , double, single, bare] of attributes.matchAll(/([^\s=>\/]+)(\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s>]+)))?/g)) {
      attrs[key.toLowerCase()] = unescape(double ?? single ?? bare ?? '');
    }
    const node = { tag, attrs, children: [], parent: at };
    at.children.push(node);
    if (!VOID.has(tag)) {
      at = node;
    }
  }
  return root;
}

export function text(node) {
  return typeof node === 'string' ? node : node.children.map(text).join('');
}

export function tidy(node) {
  return text(node).replace(/\s+/g, ' ').trim();
}

export function all(node, test, out = []) {
  for (const child of node.children ?? []) {
    if (typeof child !== 'string') {
      if (test(child)) {
        out.push(child);
      }
      all(child, test, out);
    }
  }
  return out;
}

export const byTag = (node, tag) => all(node, (child) => child.tag === tag);
export const byId = (node, id) => all(node, (child) => child.attrs.id === id)[0];
export const byClass = (node, name) =>
  all(node, (child) => (child.attrs.class ?? '').split(/\s+/).includes(name));

/**
 * The fields a browser would send on pressing the button named by `press` ({ name, value } or the
 * button's words); without it, what Enter would send.
 */
export function fields(form, press) {
  const out = [];
  const inForm = (node) => node.tag === 'input' || node.tag === 'select' || node.tag === 'textarea' || node.tag === 'button';
  for (const node of all(form, inForm)) {
    const { name, value = '', type = node.tag === 'button' ? 'submit' : 'text' } = node.attrs;
    if (!name || 'disabled' in node.attrs) {
      continue;
    }
    if (node.tag === 'select') {
      const options = byTag(node, 'option');
      const chosen = options.find((option) => 'selected' in option.attrs) ?? options[0];
      if (chosen) {
        out.push([name, chosen.attrs.value ?? tidy(chosen)]);
      }
    } else if (node.tag === 'textarea') {
      out.push([name, text(node).replace(/^\n/, '')]);
    } else if (type === 'checkbox' || type === 'radio') {
      if ('checked' in node.attrs) {
        out.push([name, node.attrs.value ?? 'on']);
      }
    } else if (type === 'submit') {
      if (press && (press === tidy(node) || press === value)) {
        out.push([name, value]);
      }
    } else if (type !== 'button' && type !== 'reset') {
      out.push([name, value]);
    }
  }
  return out;
}

/** The form that holds a button with that value or those words. */
export function formWith(root, press) {
  for (const form of byTag(root, 'form')) {
    for (const button of all(form, (node) => node.tag === 'button' || node.attrs.type === 'submit')) {
      if (button.attrs.value === press || tidy(button) === press) {
        return form;
      }
    }
  }
  return undefined;
}

export function set(pairs, name, ...values) {
  return [...pairs.filter(([key]) => key !== name), ...values.map((value) => [name, value])];
}
