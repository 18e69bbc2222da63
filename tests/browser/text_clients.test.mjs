// Everything that a recipient can do, done in browsers that show text alone; the command says what
// came of it.
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { CONFIRM, keyPair, mint } from '../http/lib/mint.mjs';
import { serve } from '../http/lib/server.mjs';
import { Lynx, W3m } from './lib/text_client.mjs';

const sender = keyPair();
let server, keyId;
before(async () => {
  server = await serve({ admin: false, env: { ASSENT_COURIER: 'no' } }); // letters stay, to be counted
  keyId = server.json(['keys', 'add', '--public', Buffer.from(sender.publicKey).toString('base64'), '--owner', 'A sender', '--json']).id;
});
after(() => server?.stop());

const letters = (email) => Number(server.sql(`SELECT count(*) FROM letter WHERE address = '${email}'`));

/** The link that the newest letter to email holds. */
function confirmLink(email) {
  const contact = server.sql(`SELECT printf('%016x', public_id) FROM confirmation WHERE email = '${email}' ORDER BY id DESC LIMIT 1`).trim();
  return `/c/${mint({ secret: sender.secretKey, keyId, contact, purpose: CONFIRM })}`;
}

for (const Client of [Lynx, W3m]) {
  const name = Client.name.toLowerCase();
  describe(name, () => {
    let client, count = 0;
    before(() => {
      client = new Client();
    });
    after(() => client.close());

    const someone = () => {
      count++;
      const email = `${name}${count}@example.com`;
      server.add(email);
      const { manage, unsubscribe } = server.links(email, 'newsletter');
      return { email, manage: server.origin + manage, unsubscribe: server.origin + unsubscribe };
    };

    test('preferences: read, changed, saved, undone', async () => {
      const { email, manage } = someone();
      await client.open(manage, 'Your email preferences');
      await client.toggle('Marketing');
      await client.toggle('Newsletter');
      await client.press('Save preferences', 'You now receive Marketing, and no longer Newsletter.');
      assert.deepEqual(server.on(email), ['marketing', 'product_updates']);
      await client.press('Undo', 'Undone.');
      assert.deepEqual(server.on(email), ['newsletter', 'product_updates']);
    });

    test('everything paused for some days, until a date, and the pause ended', async () => {
      const { email, manage } = someone();
      await client.open(manage, 'Your email preferences');
      await client.press('Pause everything for 30 days', 'Paused until');
      const first = server.show(email).paused_until;
      assert.ok(first);
      await client.follow('Or until a date', 'Pause until then', 'Or until a date');
      await client.fill('Or until a date', new Date(Date.now() + 50 * 86400e3).toISOString().slice(0, 10));
      await client.press('Pause until then', 'Paused. It took effect');
      assert.ok(server.show(email).paused_until > first);
      await client.press('End the pause now', 'The pause is over.');
      assert.equal(server.show(email).paused_until, null);
    });

    test('unsubscribed from a topic by one button, told why, by choice and in words', async () => {
      const { email, unsubscribe } = someone();
      await client.open(unsubscribe, 'Unsubscribe from Newsletter?');
      await client.press('Unsubscribe', 'You are unsubscribed from Newsletter.');
      assert.deepEqual(server.on(email), ['product_updates']);
      await client.choose('Would you tell us why', 2);
      await client.press('Send', 'Thank you');
      assert.match(JSON.stringify(server.history(email)), /not_relevant|Not relevant/i);
    });

    test('unsubscribed from everything, and that undone', async () => {
      const { email, unsubscribe } = someone();
      await client.open(unsubscribe, 'Unsubscribe from Newsletter?');
      await client.press('Unsubscribe from everything', 'You are unsubscribed from everything.');
      assert.equal(server.show(email).status, 'opted_out');
      await client.press('Undo', 'Undone.');
      assert.equal(server.show(email).status, 'opted_in');
    });

    test('a fresh link asked for on the front page', async () => {
      const { email } = someone();
      await client.open(`${server.origin}/`, 'Get a fresh link');
      await client.fill('your preferences there.', email);
      await client.press('Send me a link', 'Look in your mailbox');
      assert.equal(letters(email), 1);
    });

    test('signed up, and confirmed by the button behind the mailed link', async () => {
      const email = `${name}-new@example.com`;
      await client.open(`${server.origin}/join`, 'What to send');
      await client.fill('Your email address', email);
      await client.toggle('Marketing');
      await client.press('Sign up', 'Look in your mailbox');
      assert.equal(letters(email), 1);
      await client.open(server.origin + confirmLink(email), 'Is this what you want to receive?');
      await client.press('Yes, sign me up', 'You are signed up');
      assert.deepEqual(server.on(email), ['marketing']);
    });

    test('the sign-up form says that the field for machines stays empty; whoever fills it in gets no mail', async () => {
      const email = `${name}-bot@example.com`;
      await client.open(`${server.origin}/join`, 'What to send');
      assert.match(client.screen(), /Leave this empty/);
      await client.fill('Your email address', email);
      await client.toggle('Marketing');
      await client.fill('Leave this empty', 'https://spam.example');
      await client.press('Sign up', 'Look in your mailbox');
      assert.equal(letters(email), 0);
    });

    test('another address asked for, and confirmed by the button behind the mailed link', async () => {
      const { email, manage } = someone();
      const moved = `${name}-moved@example.com`;
      await client.open(manage, 'Your email preferences');
      await client.follow('Change my address', 'Send the message', 'Your new address');
      await client.fill('Your new address', moved);
      await client.press('Send the message', `A message is on its way to ${moved}`);
      assert.equal(letters(moved), 1);
      assert.equal(server.show(email).email, email, 'nothing changes before');
      await client.open(server.origin + confirmLink(moved), 'Use this address from now on?');
      await client.press('Yes, use this address', 'Your address was changed');
      assert.deepEqual(server.on(moved), ['newsletter', 'product_updates']);
      await client.open(manage, 'About this link');
    });

    test('the language kept that the page is read in, and undone', async () => {
      const { email, manage } = someone();
      await client.open(`${manage}?lang=de`, 'Ihre E-Mail-Einstellungen');
      await client.press('Diese Sprache beibehalten', 'Gemerkt.');
      assert.equal(server.show(email).language, 'de');
      await client.press('Rückgängig', 'Rückgängig gemacht.');
      assert.equal(server.show(email).language, '');
    });

    test('old links stopped; a stopped one still stops everything', async () => {
      const { email, manage } = someone();
      await client.open(manage, 'Your email preferences');
      await client.press('Stop these old links', 'The old links are stopped');
      await client.open(manage, 'This link was stopped');
      await client.press('Unsubscribe from everything', 'You are unsubscribed from everything.');
      assert.equal(server.show(email).status, 'opted_out');
    });
  });
}
