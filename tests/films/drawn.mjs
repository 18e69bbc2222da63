// What the recorder draws and the product does not have: the pointer, the hints of keys, a terminal
// and a mail program. All of it runs in the page, and none of it is left in the screens' words.

/** In the page: the pointer at x, y; pressed: a ring round it; hint: a key or a choice, "" for none. */
export function drawHands({ x, y, pressed, hint }) {
  // A modal dialog covers everything that is not in it.
  const top = document.querySelector('dialog[open]') ?? document.documentElement;
  const put = (id, css, text) => {
    let part = document.getElementById(id);
    if (part?.parentNode !== top) {
      part?.remove();
      part = document.createElement('div');
      part.id = id;
      part.setAttribute('aria-hidden', 'true');
      top.append(part);
    }
    const common = { position: 'fixed', zIndex: '99', pointerEvents: 'none' };
    Object.assign(part.style, common, css);
    if (part.textContent !== text) part.textContent = text;
  };
  const size = pressed ? 34 : 0;
  put('film-ring', {
    left: `${x - size / 2}px`, top: `${y - size / 2}px`, width: `${size}px`, height: `${size}px`, padding: '0', background: 'none',
    boxSizing: 'border-box', border: pressed ? '3px solid #e8590c' : '0', borderRadius: '50%',
  }, '');
  put('film-pointer', {
    left: `${x}px`, top: `${y}px`, width: '17px', height: '25px', padding: '0', background: '#111',
    clipPath: 'polygon(0 0, 0 88%, 24% 68%, 42% 100%, 62% 93%, 46% 62%, 82% 60%)', outline: '0',
    filter: 'none', boxShadow: 'inset 0 0 0 1.4px #fff',
  }, '');
  put('film-hint', {
    left: '50%', top: '10px', translate: '-50% 0', padding: hint ? '5px 14px' : '0', borderRadius: '9px', color: '#fff',
    background: hint ? '#16202e' : 'none', font: '600 17px/1.4 sans-serif', boxShadow: hint ? '0 3px 14px rgb(0 0 0 / .35)' : 'none',
  }, hint);
}

/** In the page: nothing of it is left. */
export function dropHands() {
  for (const id of ['film-ring', 'film-pointer', 'film-hint']) document.getElementById(id)?.remove();
}

export const terminal = `<!doctype html><html lang="en"><title>Terminal</title><style>
body { margin: 0; padding: 28px 32px; background: #11161d; color: #dfe6ee; font: 15px/1.55 "DejaVu Sans Mono", monospace; }
pre { margin: 0; white-space: pre-wrap; overflow-wrap: anywhere; font: inherit; } b { color: #7fd8a4; font-weight: 400; }
</style><main><pre role="log" aria-label="Terminal"></pre></main></html>`;

/** In the terminal's page: its lines; what was typed is { typed }. */
export function drawTerminal(lines) {
  const log = document.querySelector('pre');
  log.replaceChildren(...lines.flatMap((line, i) => {
    const parts = i > 0 ? ['\n'] : [];
    if (line.typed === undefined) return [...parts, line];
    const prompt = document.createElement('b');
    prompt.textContent = '$ ';
    return [...parts, prompt, line.typed];
  }));
  scrollTo(0, document.body.scrollHeight);
}

/** A mail as a mail program shows it. done: what stands in place of its own button. */
export const mail = ({ manage, unsubscribe, done }) => `<!doctype html><html lang="en"><title>Mail</title><style>
body { margin: 0; background: #e9edf2; color: #1b222c; font: 15px/1.5 sans-serif; }
header { padding: 14px 32px; background: #33475f; color: #fff; font-weight: 600; }
article { max-width: 700px; margin: 24px auto; padding: 24px 32px; background: #fff; border-radius: 8px; }
h1 { font-size: 21px; margin: 0 0 4px; } .from { color: #566; margin: 0 0 18px; }
button { margin-left: 10px; padding: 3px 12px; border: 1px solid #8a96a6; border-radius: 99px; background: #fff; color: #1f4fb0; font: inherit; }
footer { margin-top: 28px; padding-top: 12px; border-top: 1px solid #ccd; color: #566; font-size: 13px; } a { color: #1f4fb0; }
.done { margin: 0 0 18px; padding: 8px 14px; background: #e3f4ea; border-radius: 6px; }
</style><header>A mail program</header><article><h1>The Northwind newsletter</h1>
<p class="from">Northwind &lt;news@mail.example.org&gt; ${done ? '' : '<button>Unsubscribe</button>'}</p>
${done ? `<p class="done" role="status">${done}</p>` : ''}
<p>Hello,</p><p>autumn is here, and with it the new catalogue. We picked ten things from it that our readers asked for.</p>
<p>See you soon,<br>your Northwind team</p>
<footer>You get this mail because you subscribed to our newsletter.<br>
<a href="${manage}">Manage preferences</a> · <a href="${unsubscribe}">Unsubscribe</a></footer></article></html>`;
