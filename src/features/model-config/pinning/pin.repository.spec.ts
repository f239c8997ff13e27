import * as fc from 'fast-check';
import { pino } from 'pino';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { anySnapshot } from '../../../../test/support/any-snapshot.js';
import { ConfigDatabase } from '../../../../test/support/config-database.js';
import { aSnapshot } from '../../../../test/support/config-rows.js';
import { rigConfig } from '../../../../test/support/model-config-rig.js';
import { StatementPool } from '../../../adapters/postgres/statement-pool.js';
import { parseConfig } from '../../../platform/config/index.js';
import { dataSourceOptions } from '../../../platform/database/data-source.js';
import { DatabaseService, StreamReader } from '../../../platform/database/index.js';
import type { Snapshot } from '../snapshot/snapshot.js';
import { keepCourse } from './keep-course.js';
import { PinRepository, type WantedPin } from './pin.repository.js';
import { PinnedForms } from './pinned-forms.js';

const { signal } = new AbortController();
const forms = new PinnedForms();
const snapshot = aSnapshot(rigConfig, 4);

/** Two replicas, each with connections of its own. */
describe('pins in Postgres (MC-22)', () => {
  let database: ConfigDatabase;
  let repositories: [PinRepository, PinRepository];
  const closers: (() => Promise<unknown>)[] = [];

  beforeAll(async () => {
    database = await ConfigDatabase.create();
    repositories = [await replica(), await replica()];
  });

  afterAll(async () => {
    await Promise.all(closers.map((close) => close()));
    await database.drop();
  });

  beforeEach(async () => {
    await database.sql('DELETE FROM lastgood.job_pins');
    await database.sql('DELETE FROM lastgood.pinned_snapshots');
  });

  async function replica(): Promise<PinRepository> {
    const source = await new DataSource(dataSourceOptions(database.url) as DataSourceOptions).initialize();
    const pool = new StatementPool({ url: database.url, timeoutMs: 5_000, maxConnections: 2 });
    closers.push(
      () => source.destroy(),
      () => pool.close(),
    );
    const service = new DatabaseService(source, pool, pino({ enabled: false }), { migratesOnStart: true });
    return new PinRepository(service, new StreamReader(pool), parseConfig({}));
  }

  const wanted = (jobId: string, of: Snapshot = snapshot, courseId: string | null = null): WantedPin => ({
    jobId,
    courseId,
    snapshotId: of.id,
    version: of.asOf.version,
    isStale: false,
    form: forms.of(of, courseId),
    pinnedBy: null,
  });
  const releasedAgo = (jobId: string, ago: string) =>
    database.sql(`UPDATE lastgood.job_pins SET released_at = now() - $2::interval WHERE job_id = $1`, [
      jobId,
      ago,
    ]);
  const jobs = async () =>
    (await database.sql('SELECT job_id FROM lastgood.job_pins ORDER BY 1')).map(({ job_id }) => job_id);
  const snapshots = async () =>
    Number((await database.sql('SELECT count(*) FROM lastgood.pinned_snapshots'))[0]!.count);

  it('give back any snapshot as it was, to the last digit, whole or for a course', async () => {
    let at = 0;
    await fc.assert(
      fc.asyncProperty(anySnapshot, fc.boolean(), async (any, isWhole) => {
        const courseId = isWhole ? null : ([...any.courses.keys()][0] ?? 'unknown');
        const { pin } = await repositories[0].keep(wanted(`any-${at++}`, any, courseId));
        const loaded = await repositories[1].loadSnapshot(pin.hash, { signal });
        const value = 'value' in loaded ? loaded.value : null;
        expect(value).toEqual(courseId === null ? any : keepCourse(any, courseId));
        expect([value?.id, value?.asOf]).toEqual([any.id, any.asOf]);
      }),
      { numRuns: 40 },
    );
  });

  it('are one for a job, the first, from whichever replica, and the same for everybody', async () => {
    const others = Array.from({ length: 12 }, (_, at) => aSnapshot(rigConfig, 10 + at));
    const kept = await Promise.all(
      others.map((other, at) => repositories[at % 2]!.keep(wanted('crowd', other))),
    );
    expect(kept.filter(({ isNew }) => isNew)).toHaveLength(1);
    const { pin: first } = kept.find(({ isNew }) => isNew)!;
    for (const { pin } of kept) expect(pin).toEqual(first);
    expect(await repositories[1].loadPin('crowd', { signal })).toMatchObject({
      value: first,
      maxAgeMs: null,
    });
  });

  it('say for ever whether they were stale when they were made', async () => {
    await repositories[0].keep({ ...wanted('stale'), isStale: true });
    expect(await repositories[1].keep(wanted('stale'))).toMatchObject({
      isNew: false,
      pin: { isStale: true },
    });
    expect(await repositories[1].loadPin('stale', { signal })).toMatchObject({ value: { isStale: true } });
  });

  it('cannot be of two courses, and who comes second changes nothing', async () => {
    const asked = [wanted('both', snapshot, 'c1'), wanted('both', snapshot, 'c2'), wanted('both')];
    const settled = await Promise.allSettled(asked.map((each, at) => repositories[at % 2]!.keep(each)));
    const refused = settled.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
    expect(refused.map(({ reason }) => reason.code)).toEqual(['pin-conflict', 'pin-conflict']);
    expect(await snapshots()).toBe(1);
  });

  it('move no stream: no other process has anything to load', async () => {
    const before = await Promise.all(['config', 'cache'].map((stream) => database.counter(stream)));
    await repositories[0].keep(wanted('quiet'));
    await repositories[0].release('quiet');
    expect(await Promise.all(['config', 'cache'].map((stream) => database.counter(stream)))).toEqual(before);
  });

  it('block no publish, and wait for none', async () => {
    const publisher = await database.session();
    await publisher.query('BEGIN');
    await publisher.query(`UPDATE lastgood.phase_configs SET temperature = 1.5`);
    expect((await repositories[0].keep(wanted('beside'))).isNew).toBe(true);
    await publisher.query('COMMIT');
  });

  it('are refused where somebody changed the content behind them', async () => {
    const { pin } = await repositories[0].keep(wanted('spoilt'));
    await database.sql(`UPDATE lastgood.pinned_snapshots SET content = replace(content, '0.3', '0.4')`);
    await expect(repositories[1].loadSnapshot(pin.hash, { signal })).rejects.toThrow(
      'was changed in the database',
    );
  });

  describe('that are released', () => {
    it('stay for their retention, and go after it; their snapshot with the last of them', async () => {
      for (const job of ['done', 'recent', 'running']) await repositories[0].keep(wanted(job));
      await repositories[0].keep(wanted('alone', aSnapshot(rigConfig, 5)));
      await releasedAgo('done', '30 days 1 second');
      await releasedAgo('alone', '31 days');
      await releasedAgo('recent', '29 days 23 hours');
      expect(await repositories[1].prune(100)).toEqual({ jobs: 2, snapshots: 1 });
      expect(await jobs()).toEqual(['recent', 'running']);
      expect(await snapshots()).toBe(1);
      expect(await repositories[0].prune(100)).toEqual({ jobs: 0, snapshots: 0 });
      expect(await repositories[0].loadPin('done', { signal })).toMatchObject({ absent: true });
    });

    it('go a batch at a time, the oldest first, and never twice', async () => {
      for (let at = 0; at < 6; at++) {
        await repositories[0].keep(wanted(`old-${at}`));
        await releasedAgo(`old-${at}`, `${40 + at} days`);
      }
      expect(await repositories[0].prune(2)).toEqual({ jobs: 2, snapshots: 0 });
      expect(await jobs()).toEqual(['old-0', 'old-1', 'old-2', 'old-3']);
      const both = await Promise.all(repositories.map((each) => each.prune(100)));
      expect(both[0]!.jobs + both[1]!.jobs).toBe(4);
      await repositories[0].prune(100);
      expect([await jobs(), await snapshots()]).toEqual([[], 0]);
    });

    it('are released once: a second time does not put it off, and an unknown job is told', async () => {
      await repositories[0].keep(wanted('job'));
      await releasedAgo('job', '10 days');
      expect(await repositories[1].release('job')).toBe(true);
      const [row] = await database.sql(`SELECT released_at < now() - interval '9 days' AS kept
        FROM lastgood.job_pins`);
      expect(row).toEqual({ kept: true });
      expect(await repositories[1].release('nobody')).toBe(false);
    });

    it('are taken back by another pin of the job, with what they were pinned to', async () => {
      const { pin } = await repositories[0].keep(wanted('job'));
      await releasedAgo('job', '31 days');
      const again = await repositories[1].keep(wanted('job', aSnapshot(rigConfig, 6)));
      expect(again).toEqual({ pin, isNew: false });
      expect(await repositories[0].prune(100)).toEqual({ jobs: 0, snapshots: 0 });
    });

    it.each([
      ['10 days', 86_400_000],
      ['29 days 23 hours', 3_600_000],
      ['31 days', 0],
    ])('%s ago are remembered no longer than they are sure to be there', async (ago, atMostMs) => {
      await repositories[0].keep(wanted('job'));
      await releasedAgo('job', ago);
      const { maxAgeMs } = await repositories[0].loadPin('job', { signal });
      expect(maxAgeMs).toBeLessThanOrEqual(atMostMs);
      expect(maxAgeMs).toBeGreaterThanOrEqual(atMostMs - Math.min(atMostMs, 60_000));
    });

    it('lose no snapshot to a pin of the same that is on its way', async () => {
      await repositories[0].keep(wanted('old'));
      await releasedAgo('old', '31 days');
      const other = await database.session();
      await other.query('BEGIN');
      await other.query('SELECT 1 FROM lastgood.pinned_snapshots FOR KEY SHARE');
      expect(await repositories[0].prune(100)).toEqual({ jobs: 1, snapshots: 0 });
      await other.query('COMMIT');
      expect((await repositories[1].keep(wanted('new'))).isNew).toBe(true);
      expect(await snapshots()).toBe(1);
    });
  });
});
