// Bursts of webhooks at two real processes on one Postgres and one Redis (CT-5): a fifth of them sent twice, out of
// order, some to both at once, while books are read all the time. Each is answered after its commit.
//   node bench/catalog/run.mjs [--rates 300,1000] [--seconds 20] [--books 200] [--seed n] [--json]
import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Database } from '../fleet/database.mjs';
import { Fleet } from '../fleet/fleet.mjs';
import { countBy, seededRandom } from '../fleet/stats.mjs';
import { build } from '../support/built.mjs';
import { report } from '../support/figures.mjs';
import { burst } from './burst.mjs';
import { Content } from './content.mjs';

const { values } = parseArgs({
  options: {
    rates: { type: 'string', default: '300,1000' },
    seconds: { type: 'string', default: '20' },
    books: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    json: { type: 'boolean', default: false },
  },
});
const seconds = Number(values.seconds);
const books = Number(values.books);
const undo = [];
let undone = null;
async function undoSteps() {
  for (const step of undo.splice(0).toReversed()) await step();
}
const undoAll = () => (undone ??= undoSteps());
for (const signal of ['SIGINT', 'SIGTERM'])
  process.once(signal, () => void undoAll().finally(() => process.exit(1)));

build();
const rows = [];
try {
  // Postgres may have to run as another user, who has to get in.
  const folder = mkdtempSync(join(tmpdir(), 'lastgood-catalog-'));
  chmodSync(folder, 0o755);
  undo.push(() => rmSync(folder, { recursive: true, force: true }));
  const database = new Database();
  undo.push(() => database.close());
  await database.open(folder);
  const { startRedis } = await import('../support/redis-server.mjs');
  const redis = await startRedis();
  undo.push(() => redis.stop());
  const content = await Content.start();
  undo.push(() => content.stop());
  await content.tell('fill', { books });
  const secret = `whsec_${randomBytes(32).toString('base64')}`;
  const settings = {
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    CATALOG_BASE_URL: content.url,
    CATALOG_API_KEY: content.apiKey,
    CATALOG_WEBHOOK_SECRETS: secret,
    ADMIN_RATE_PER_SECOND: '100000',
    ADMIN_RATE_BURST: '100000',
  };
  const fleet = new Fleet(folder, ['A', 'B'], () => settings);
  undo.push(() => fleet.stop());
  await fleet.start();
  const random = seededRandom(Number(values.seed));
  const { headers } = database;
  for (const rate of values.rates.split(',').map(Number))
    rows.push(
      ...(await burst({ fleet, headers, content, secret, random, rate, seconds, books, url: database.url })),
    );
  const told = countBy(fleet.all('warnings'), ({ type, msg, tier, operation }) =>
    [type ?? msg, tier, operation].filter(Boolean).join(' '),
  );
  if (Object.keys(told).length > 0) console.error('warnings:', told);
  const crashes = fleet.all('crashes');
  if (crashes.length > 0) throw new Error(crashes.join('\n'));
} finally {
  await undoAll();
}
report('catalog', rows);
if (rows.some(({ ok }) => ok === false)) process.exitCode = 1;
