import { setTimeout as delay } from 'node:timers/promises';
import { contestedRows, editorRows, psqlRows, type ContestedRow } from '../support/contested-rows.js';
import type { Answer } from '../support/http-client.js';
import { pollUntil } from '../support/poll-until.js';
import { PsqlCrowd } from '../support/psql-crowd.js';
import { TestApp } from '../support/test-app.js';
import { WriteLedger } from '../support/write-ledger.js';

interface Published {
  readonly version: number;
}
interface Phase {
  readonly meta: { readonly version: number; readonly isStale: boolean };
}

const seconds = Number(process.env.SOAK_SECONDS ?? 60);
const everyRow = [...new Set([...contestedRows, ...editorRows, ...psqlRows])];
const readPath = '/api/v1/config/phases/stage_4';

const percentile = (values: number[], share: number): number =>
  Math.round(values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? 0);
const tally = (values: readonly (string | number)[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
};

describe('many writers at once', () => {
  let apps: [TestApp, TestApp];

  beforeAll(async () => {
    const first = await TestApp.start();
    apps = [first, await TestApp.start({ beside: first })];
  });

  afterAll(async () => {
    await apps[1].dispose();
    await apps[0].dispose();
  });

  /** Changes a row of its own, and at times a contested one; reads it again when somebody else was quicker. */
  async function publish(from: TestApp, own: ContestedRow, ledger: WriteLedger, isOver: () => boolean) {
    const publications: number[] = [];
    const others: Answer<Published>[] = [];
    for (let n = 0; !isOver(); n++) {
      const row = n % 4 > 0 ? own : contestedRows[(n / 4) % contestedRows.length]!;
      const number = ledger.next();
      const { settings, etag } = await from.row(row.path);
      const began = performance.now();
      const answer = await from.put<Published>(row.path, row.withNumber(settings, number), etag);
      if (answer.status === 200) {
        publications.push(performance.now() - began);
        ledger.committed(answer.body.version, [[row, number]]);
      } else {
        others.push(answer);
        await delay(20);
      }
    }
    return { publications, others };
  }

  async function readOn(from: TestApp, isOver: () => boolean) {
    const versions: number[] = [];
    const refused: number[] = [];
    while (!isOver()) {
      const { status, body } = await from.ask<Phase>(readPath);
      if (status === 200) versions.push(body.meta.version);
      else refused.push(status);
      await delay(5);
    }
    return { versions, refused };
  }

  it(
    'lets no deadlock reach a user while psql and ten publishers write for a minute (CO-2, CO-3)',
    async () => {
      const ledger = new WriteLedger();
      const from = await apps[0].version();
      const end = Date.now() + seconds * 1_000;
      const isOver = () => Date.now() > end;
      const psql = new PsqlCrowd(apps[0].databaseUrl, ledger, isOver);
      const [published, reads] = await Promise.all([
        Promise.all(editorRows.map((own, n) => publish(apps[n % 3 === 2 ? 1 : 0], own, ledger, isOver))),
        Promise.all(apps.map((app) => readOn(app, isOver))),
        psql.run(),
      ]);
      const publications = published.flatMap((each) => each.publications);
      const others = published.flatMap((each) => each.others);
      const busy = others.filter(({ status }) => status === 503);
      const figures = {
        seconds,
        published: publications.length,
        publishedPerSecond: Math.round(publications.length / seconds),
        publishMs: [0.5, 0.99, 1].map((share) => percentile(publications, share)),
        statuses: tally(others.map(({ status }) => status)),
        busy: tally(
          busy.map(({ body }) => String(Object(body).detail).replace(/process [\d, ]+ /, 'process N ')),
        ),
        psql: Object.fromEntries(psql.commits),
        reads: reads.map(({ versions }) => versions.length),
      };
      process.stderr.write(`${JSON.stringify(figures, null, 2)}\n`);

      expect(Math.min(...published.map((each) => each.publications.length))).toBeGreaterThan(0);
      expect(psql.commits.size).toBe(7);
      expect(psql.errors).toEqual([]);
      expect(others.filter(({ status }) => status !== 412 && status !== 503).map(({ text }) => text)).toEqual(
        [],
      );
      for (const { headers, body } of busy) {
        expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
        expect(body).toMatchObject({ detail: expect.stringContaining('holds its lock for longer than') });
      }

      // Every acknowledged write has a version of its own, and there are no versions but theirs.
      const to = await apps[0].version();
      expect(new Set(ledger.versions).size).toBe(ledger.versions.length);
      expect(Math.min(...ledger.versions)).toBeGreaterThan(from);
      expect(Math.max(...ledger.versions)).toBeLessThanOrEqual(to);
      expect(to - from).toBe(ledger.versions.length + ledger.unnamed);
      const logged = await apps[0].sql<{ version: number }>(
        `SELECT DISTINCT version::float8 AS version FROM lastgood.change_log WHERE stream = 'config' AND version > $1`,
        [from],
      );
      expect(logged.map(({ version }) => version).toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: to - from }, (_, n) => from + 1 + n),
      );

      for (const { versions, refused } of reads) {
        expect(refused).toEqual([]);
        expect(versions).toEqual(versions.toSorted((a, b) => a - b));
      }
      for (const app of apps) {
        const isNewest = async () => (await app.ask<Phase>(readPath)).body.meta.version === to;
        await pollUntil(isNewest, 'the newest version is served', undefined, 5_000);
        for (const row of everyRow) {
          const { settings } = await app.row(row.path);
          expect([row.path, row.numberIn(settings)]).toEqual([row.path, ledger.lastOf(row)]);
        }
      }
      for (const row of everyRow) {
        expect(await apps[0].sql(row.select)).toEqual([{ number: ledger.lastOf(row) }]);
      }

      // A session tells of its deadlocks when it ends.
      for (const app of apps) await app.app.close();
      const sessions = `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()`;
      await pollUntil(async () => (await apps[0].sql(sessions)).length === 0, 'every session has ended');
      expect(
        await apps[0].sql(`SELECT deadlocks::int FROM pg_stat_database WHERE datname = current_database()`),
      ).toEqual([{ deadlocks: 0 }]);
    },
    (seconds + 60) * 1_000,
  );
});
