// A screen as words: what its accessibility tree says, without what differs from run to run. Films
// are compared by it: when the words of a step differ, the film shows an old screen.

const ROWS = 5; // of a list; more say nothing new

/** The tree of Chromium's page, one line a node. A modal dialog stands for the whole. */
export async function words(page) {
  const dialog = page.locator('dialog[open]');
  const tree = await ((await dialog.count()) > 0 ? dialog.first() : page.locator('body')).ariaSnapshot();
  return tidy(tree);
}

/** Pure, for its test: rows inside rows, addresses, tokens, ids and times of the day go. */
export function tidy(tree) {
  const kept = [];
  let rows = 0, skip = -1;
  for (const line of tree.split('\n')) {
    const depth = line.search(/\S/);
    if (skip >= 0 && depth > skip) continue;
    skip = -1;
    if (/^\s*- \/(url|placeholder):/.test(line)) continue;
    // What a screen reader is told in passing: beside the page, or at the end of a dialog.
    if (/^- status\b/.test(line) || (/^- dialog/.test(tree) && /^  - status\b/.test(line))) continue;
    if (/^- banner\b/.test(line)) {
      skip = depth; // the menu beside every page, and who is signed in: no step of any film
      continue;
    }
    if (/^\s*- row\b/.test(line)) {
      rows++;
      skip = depth; // its cells say the same once more
      if (rows > ROWS) continue;
    }
    kept.push(line
      .replace(/https?:\/\/[\w.:-]+\/([pu])\/[\w-]+/g, 'LINK/$1')
      .replace(/[\w-]{60,}/g, 'TOKEN')
      .replace(/\b[0-9a-f]{16,}\b/g, 'ID')
      .replace(/\b\d{1,2}:\d{2}(:\d{2})?( UTC)?/g, 'TIME')
      .replace(/\b\d+(\.\d+)? (ms|s)\b/g, 'TIME')
      .replace(/\([\d,.]+ (rows|links)\/s[^)]*\)/g, '(RATE)')
      .replace(/link key [0-9a-f]{8}/g, 'link key ID')
      .replace(/127\.0\.0\.1:\d+/g, 'HOST')
      .replace(/\[(active|cursor=pointer|ref=[^\]]*)\]/g, '')
      .replace(/\s+$/, '')
      .replace(/ +:$/, ':'));
  }
  return kept.join('\n');
}
