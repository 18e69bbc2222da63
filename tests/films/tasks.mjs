// The films of Help: one for each of its pages, in steps. say: the caption while a step runs, and a
// line of the transcript; it speaks to who watches, and to who reads it alone.
import { readFileSync, writeFileSync } from 'node:fs';

const opens = (stage) => stage.sees('dialog[open] h1, dialog[open] h2');
const closes = async (stage) => stage.until(() => !document.querySelector('dialog[open]'));
const found = (stage, count) => stage.until((text) => document.querySelector('.foot__count').textContent.includes(`of ${text}`), String(count));
const asks = (stage, query) => stage.until((part) => location.search.includes(part), query);
const row = (name) => `#list tr:has-text("${name}")`;

const see = [
  { say: 'Opt In / Out lists everyone who may, or may not, be sent mail.',
    act: (stage) => stage.goto('/admin/people') },
  { say: 'The cards count the whole list: all users,', act: (stage) => stage.point('.card >> nth=0') },
  { say: 'those who currently receive messages,', act: (stage) => stage.point('.card >> nth=1') },
  { say: 'and those who allowed communication, whatever they chose to receive.', act: (stage) => stage.point('.card >> nth=2') },
  { say: 'Each row is a person: Opted In, or Opted Out and sent nothing.',
    act: async (stage) => {
      await stage.point('#list .badge--yes');
      await stage.point('#list .badge--no', { rest: 0.6 });
    } },
  { say: 'Subscriptions counts what is on, of the topics in use.', act: (stage) => stage.point('#list tbody .c-subs >> nth=1') },
  { say: 'Updated is the day of the last change, whoever made it.', act: (stage) => stage.point('#list tbody .c-when >> nth=2') },
  { say: 'Below the list: how many match, the pages, and the view as a file.',
    act: async (stage) => {
      await stage.scrollTo('.foot__count');
      await stage.point('.foot__count', { rest: 0.8 });
      await stage.point('text=Export CSV');
    } },
];

const find = [
  { say: 'Type a part of a name into the search. The list follows.',
    act: async (stage) => {
      await stage.goto('/admin/people');
      await stage.type('#search', 'olafia');
      await found(stage, 1);
    } },
  { say: 'Accents and capitals do not matter; a part of the address does as well.',
    act: async (stage) => {
      await stage.page.fill('#search', '');
      await stage.type('#search', 'harbour-foods');
      await asks(stage, 'q=harbour-foods');
    } },
  { say: 'Narrow it by status. All that you choose must fit at once.',
    act: async (stage) => {
      await stage.choose('select[name=status]', 'Opted Out');
      await asks(stage, 'status=out');
    } },
  { say: 'The same way by subscription, or by contact type.',
    act: async (stage) => {
      await stage.goto('/admin/people');
      await stage.choose('select[name=sub]', 'Subscribed');
      await asks(stage, 'sub=');
      await stage.choose('select[name=type]', 'Franchisee');
      await asks(stage, 'type=');
    } },
  { say: 'Click a heading to sort by it; click again to turn the order round.',
    act: async (stage) => {
      await stage.click('th >> text=Updated');
      await stage.sees('th[aria-sort=descending] >> text=Updated');
      await stage.click('th >> text=Updated', { rest: 0.6 });
      await stage.sees('th[aria-sort=ascending] >> text=Updated');
    } },
  { say: 'Where nobody matches, the page says so, and offers what to take away.',
    act: async (stage) => {
      await stage.type('#search', 'zzz');
      await stage.sees('.empty');
    } },
  { say: 'Or start again with everyone.',
    act: async (stage) => {
      await stage.click('text=Show everyone');
      await found(stage, 200);
      await stage.page.evaluate(() => document.activeElement.blur());
    } },
  { say: 'By keyboard: slash goes to the search, the arrows go from row to row, Enter opens.',
    act: async (stage) => {
      await stage.press('/');
      await stage.press('ArrowDown', '↓');
      await stage.press('ArrowDown', '↓');
      await stage.press('Enter');
      await opens(stage);
    } },
];

const manage = [
  { say: 'Find the person, and choose Manage in the row.',
    act: async (stage) => {
      await stage.goto('/admin/people');
      await stage.type('#search', 'janis');
      await found(stage, 1);
      await stage.click('#list .c-act a');
      await opens(stage);
    } },
  { say: 'Switch subscriptions on or off.',
    act: async (stage) => {
      for (const n of [1, 2]) await stage.click(`dialog .topics .topic >> nth=${n} >> .switch`);
    } },
  { say: 'Save Changes. It takes effect at once, and the notice says what changed.',
    act: async (stage) => {
      await stage.click('dialog >> text=Save Changes');
      await closes(stage);
      await stage.sees('#notice .notice');
    } },
  { say: 'Undo takes the change back.',
    act: async (stage) => {
      await stage.click('#notice >> text=Undo');
      await stage.until(() => /Undone/.test(document.querySelector('#notice').textContent));
    } },
  { say: 'Opted Out turns every subscription off, in one change.',
    act: async (stage) => {
      await stage.click('#list .c-act a');
      await opens(stage);
      await stage.click('dialog label:has(#s-out)');
    } },
  { say: 'Saved: no sender is told yes any more.',
    act: async (stage) => {
      await stage.click('dialog >> text=Save Changes');
      await closes(stage);
      await stage.sees('#list .badge--no');
    } },
  { say: 'To opt someone in again, say how they agreed. It is kept as the proof.',
    act: async (stage) => {
      await stage.click('#list .c-act a');
      await opens(stage);
      await stage.click('dialog label:has(#s-in)');
      await stage.type('dialog #consent', 'Asked by phone, 16 Nov');
      await stage.click('dialog .topics .topic >> nth=0 >> .switch');
    } },
  { say: 'History shows every change: what, when, by whom, by which proof.',
    act: async (stage) => {
      await stage.click('dialog >> text=Save Changes');
      await closes(stage);
      await stage.sees('#list .badge--yes');
      await stage.click('#list .c-act a');
      await opens(stage);
      await stage.click('dialog #history summary');
      await stage.scrollTo('dialog #history li >> nth=1');
    } },
  { say: 'Escape closes the dialog, and nothing is changed.',
    act: async (stage) => {
      await stage.press('Escape', 'Esc');
      await closes(stage);
    } },
];

const add = [
  { say: 'Choose Add user above the list.',
    act: async (stage) => {
      await stage.goto('/admin/people');
      await stage.click('.head >> text=Add user');
      await opens(stage);
    } },
  { say: 'Give the name and the address.',
    act: async (stage) => {
      await stage.type('dialog #name', 'Nora Lindahl');
      await stage.type('dialog #email', 'nora@harbour-foods.example');
    } },
  { say: 'Switch on what they asked for.',
    act: async (stage) => {
      await stage.click('dialog .topics .topic >> nth=0 >> .switch');
    } },
  { say: 'Write how they agreed: it can be shown later.',
    act: (stage) => stage.type('dialog #consent', 'Ticked the box at our fair') },
  { say: 'Add user: she is on the list, and everyone who asks is told at once.',
    act: async (stage) => {
      await stage.click('dialog .person__foot >> text=Add user');
      await closes(stage);
      await stage.sees('#notice .notice');
    } },
  { say: 'An address stands on the list once. Adding it again is refused, with the reason.',
    act: async (stage) => {
      await stage.click('.head >> text=Add user');
      await opens(stage);
      await stage.type('dialog #email', 'nora@harbour-foods.example');
      await stage.type('dialog #consent', 'Again');
      await stage.click('dialog .person__foot >> text=Add user');
      await stage.sees('dialog #fault');
    } },
];

const topics = [
  { say: 'Topics are what people can subscribe to, in the order that they see.',
    act: async (stage) => {
      await stage.goto('/admin/people');
      await stage.click('.side >> text=Topics');
      await stage.sees('#topics');
    } },
  { say: 'Add one: a name, and what it holds.',
    act: async (stage) => {
      await stage.click('.addtopic summary');
      await stage.type('#new-name', 'Events');
      await stage.type('#new-about', 'Fairs and open days near you');
    } },
  { say: 'Nobody is subscribed by it: people choose it themselves.',
    act: async (stage) => {
      await stage.click('.addtopic button');
      await stage.sees('#t-events');
      await stage.point('#t-events .topicrow__n');
    } },
  { say: 'Move it up or down: the order is the same on every page.',
    act: async (stage) => {
      await stage.click('#t-events .updown button >> nth=0');
      await stage.sees('#topics li:nth-child(4)#t-events');
    } },
  { say: 'Edit changes the name or the description, everywhere at once.',
    act: async (stage) => {
      await stage.click('#t-events summary');
      await stage.type('#n-events', ' nearby');
      await stage.scrollTo('#t-events .acts');
      await stage.click('#t-events .acts button');
      await stage.sees('#t-events >> text=Events nearby');
    } },
  { say: 'Retire asks first, and says whom it touches.',
    act: async (stage) => {
      await stage.click('#t-events >> text=Retire');
      await opens(stage);
    } },
  { say: 'From then on nobody receives it. Choices are kept, and Restore brings it back.',
    act: async (stage) => {
      await stage.click('dialog button:has-text("Retire")');
      await stage.sees('.topicrow--retired');
      await stage.scrollTo('.topicrow--retired');
      await stage.point('.topicrow--retired >> text=Restore');
    } },
];

const people = ['email,name,contact_type,status,newsletter,marketing',
  'mia@lumen-studio.example,Mia Holm,client,opted_in,yes,no',
  'omar@lumen-studio.example,Omar Haddad,client,opted_in,yes,yes',
  'thorsteinn@store-01.assent-bakers.example,Þorsteinn Eldjárnsson,franchisee,opted_in,yes,no',
  'no address,Someone,client,opted_in,yes,no', ''];

const importing = [
  { say: 'A spreadsheet, saved as CSV: a row of names, then a person in each row.',
    act: async (stage) => {
      writeFileSync(stage.file('people.csv'), people.join('\n'));
      await stage.terminal();
      await stage.shell('cat people.csv', people.slice(0, -1));
    } },
  { say: 'First look: with --dry-run nothing is written.',
    act: async (stage) => {
      await stage.terminal();
      await stage.command(['import', 'people.csv', '--dry-run']);
    } },
  { say: 'Then import. Good rows go in. Who had opted out is kept opted out.',
    act: async (stage) => {
      await stage.terminal();
      await stage.command(['import', 'people.csv']);
    } },
  { say: 'The row that could not be read stands in a file, with its reason, ready to be mended.',
    act: async (stage) => {
      await stage.shell('cat people.rejected.csv', readFileSync(stage.file('people.rejected.csv'), 'utf8').trimEnd().split(/\r?\n/));
    } },
  { say: 'On the dashboard they are there at once.',
    act: async (stage) => {
      await stage.goto('/admin/people?q=lumen-studio&sort=updated&dir=desc');
      await stage.point(row('Mia Holm'), { part: 0.2 });
    } },
  { say: 'And the one who had opted out still is: an import is no consent.',
    act: async (stage) => {
      await stage.goto('/admin/people?q=thorsteinn');
      await stage.point('#list .badge--no');
    } },
];

const person = 'olafia@letterbox.example';
const links = [
  { say: 'Ask for the links of one person and one topic.',
    act: async (stage) => {
      await stage.terminal();
      await stage.command(['link', person, '--topic', 'newsletter']);
    } },
  { say: 'The first two go into the text. The header lines go into the head of the mail, as they are.', rest: 4,
    act: () => {} },
  { say: 'For a whole list: a file of addresses gives a file of links, on all processors.',
    act: async (stage) => {
      writeFileSync(stage.file('addresses.csv'), `email\n${person}\nthorsteinn@store-01.assent-bakers.example\n`);
      await stage.terminal();
      await stage.command(['links', 'addresses.csv', '--topic', 'newsletter'], {
        cut: (lines) => lines.map((line) => line.replace(/\/([pu])\/([\w-]{12})[\w-]+/g, '/$1/$2…')),
      });
    } },
  { say: 'The verdict says allow, or why not. Who opted out is not to be written to.', rest: 3,
    act: () => {} },
  { say: 'This is what the mail looks like when it has arrived.',
    act: async (stage) => {
      await stage.mail(linksOf(stage));
      await stage.point('footer a >> nth=0');
    } },
];

const linksOf = (stage) => {
  const { manage, unsubscribe } = stage.server.links(person, 'newsletter').urls;
  return { manage: stage.here(manage), unsubscribe: stage.here(unsubscribe) };
};

const why = [
  { say: 'A mail has come. Its reader has no account with us, and needs none.',
    act: async (stage) => {
      await stage.mail(linksOf(stage));
      await stage.point('footer a >> nth=0');
    } },
  { say: 'Manage preferences opens their own page. Nothing is changed by opening it.',
    act: async (stage) => {
      await stage.click('footer a >> nth=0');
      await stage.sees('.sheet h1');
    } },
  { say: 'They switch off what they do not want, and save.',
    act: async (stage) => {
      await stage.click('.topic >> nth=1 >> .switch');
      await stage.scrollTo('button[value=save]');
      await stage.click('button[value=save]');
      await stage.sees('.notice');
    } },
  { say: 'Unsubscribe, in the mail, leads to a page with one button.',
    act: async (stage) => {
      await stage.mail(linksOf(stage));
      await stage.click('footer a >> nth=1');
      await stage.sees('.sheet h1');
    } },
  { say: 'It is done at once, with Undo for a slip. The question why may stay unanswered.',
    act: async (stage) => {
      await stage.click('button[value=stop_topic]');
      await stage.sees('.notice');
      await stage.point('.notice button');
    } },
  { say: 'The button of a mail program needs no page at all: it sends one request.',
    act: async (stage) => {
      stage.server.run(['add', person, '--topics', 'newsletter', '--consent', 'asked again']);
      await stage.mail(linksOf(stage));
      await stage.click('.from button');
      const reply = await fetch(linksOf(stage).unsubscribe, {
        method: 'POST', body: 'List-Unsubscribe=One-Click', headers: { 'Content-Type': 'application/x-www-form-urlencoded' },
      });
      await stage.mail({ ...linksOf(stage), done: (await reply.text()).trim() });
    } },
  { say: 'On the dashboard you see the same, at the same moment.',
    act: async (stage) => {
      await stage.goto('/admin/people?q=olafia');
      await stage.point('#list .c-subs');
    } },
  { say: 'And the history holds the proof: what, when, and by which link.',
    act: async (stage) => {
      await stage.click('#list .c-act a');
      await opens(stage);
      await stage.click('dialog #history summary');
      await stage.scrollTo('dialog #history li >> nth=1');
    } },
];

// poster: the step whose last picture stands for the film until it is played.
export const films = [
  { task: 'see', steps: see, poster: 2 },
  { task: 'find', steps: find, poster: 1 },
  { task: 'manage', steps: manage, poster: 1 },
  { task: 'add', steps: add, poster: 3 },
  { task: 'topics', steps: topics, poster: 2 },
  { task: 'import', steps: importing, poster: 2 },
  { task: 'links', steps: links, poster: 0 },
  { task: 'why', steps: why, poster: 4 },
];
