// A content service that changes, lies in its signatures, and goes away: `npm run demo:catalog`. Everything is real but
// the content service, which is the one that the tests use; the database is an embedded one in a folder of its own.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { CatalogUpstream, signWebhook } from '../dist/src/testing/index.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const withinMs = 60_000;
const folder = mkdtempSync(join(tmpdir(), 'lastgood-demo-catalog-'));
// The embedded database may run as another user.
chmodSync(folder, 0o755);
const newSecret = () => `whsec_${randomBytes(32).toString('base64')}`;
const secret = newSecret();
const upstream = await CatalogUpstream.start();
upstream.putPublisher({ id: '1', name: 'North' });
upstream.putBook({ id: '7', publisher_id: '1', title: 'Fog' });

const { PATH, HOME } = process.env;
const server = spawn(process.execPath, [join(root, 'dist/src/main.js')], {
  cwd: root,
  env: {
    PATH,
    HOME,
    DATA_DIR: folder,
    PORT: '0',
    SHUTDOWN_DELAY_MS: '0',
    CATALOG_BASE_URL: upstream.url,
    CATALOG_API_KEY: upstream.apiKey,
    CATALOG_WEBHOOK_SECRETS: secret,
    // So that nobody has to wait ten minutes for a book that is stale.
    DCS_CACHE_BOOK_TTL: '3',
  },
  stdio: ['ignore', 'pipe', 'pipe'],
});
const exited = once(server, 'exit');
let output = '';
for (const stream of [server.stdout, server.stderr]) stream.on('data', (text) => (output += String(text)));

/** What `look` finds, asked again until it finds something. */
async function until(look, what) {
  for (const end = Date.now() + withinMs; Date.now() < end; await delay(50)) {
    if (server.exitCode !== null) break;
    const found = await look();
    if (found) return found;
  }
  throw new Error(`It was waited in vain until ${what}:\n${output}`);
}

const isNew = ({ data }) => data.title === 'Fog, second edition';
// The first read past its limit is the one that has it loaded, in vain.
const isStale = ({ meta }) => meta.isStale && meta.reason !== 'revalidating';
const step = (text) => console.log(text);
const tell = ({ data, meta }) => `"${data.title}", ${meta.isStale ? 'STALE' : 'fresh'} (${meta.reason})`;

async function show() {
  const url = await until(() => /"url":"(http:[^"]+)"/.exec(output)?.[1], 'the server listens');
  const key = readFileSync(join(folder, 'admin-key'), 'utf8').trim();
  const read = async () => {
    const response = await fetch(`${url}/api/v1/catalog/books/7`, {
      headers: { authorization: `Bearer ${key}` },
    });
    if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
    return response.json();
  };
  const post = async (signedBy) => {
    const timestamp = new Date().toISOString();
    const payload = { event: 'book.updated', timestamp, data: { id: '7', publisher_id: '1' } };
    const { headers, body } = signWebhook(payload, { secret: signedBy });
    const response = await fetch(`${url}/webhooks/catalog`, { method: 'POST', headers, body });
    return { status: response.status, ...(await response.json()) };
  };
  const found = (test, what) =>
    until(async () => {
      const book = await read();
      return test(book) ? book : null;
    }, what);

  step(`a read           book 7 is ${tell(await read())}`);
  upstream.putBook({ id: '7', publisher_id: '1', title: 'Fog, second edition' });
  const accepted = await post(secret);
  if (accepted.status !== 'accepted') throw new Error(JSON.stringify(accepted));
  step(`a webhook        book.updated is ${accepted.status}`);
  step(`a read           book 7 is ${tell(await found(isNew, 'the change is read'))}`);
  const refused = await post(newSecret());
  if (refused.status !== 401) throw new Error(JSON.stringify(refused));
  step(`a wrong secret   ${refused.status}: ${refused.detail}`);
  await upstream.close();
  step('the upstream     is stopped');
  step(
    `a read           book 7 is ${tell(await found(isStale, 'the book is stale'))}, and goes on for a day`,
  );
}

try {
  await show();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  if (server.exitCode === null) server.kill('SIGTERM');
  await exited;
  await upstream.close();
  rmSync(folder, { recursive: true, force: true });
}
