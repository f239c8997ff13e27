import type { Json } from './support/http-client.js';
import {
  answersOf,
  configPath,
  demoCourse,
  jobPath,
  pinJob,
  questions,
  releaseJob,
  withJob,
  type Meta,
} from './support/pinned-jobs.js';
import { pollUntil } from './support/poll-until.js';
import { TestApp } from './support/test-app.js';

const nothing = {
  fallbackModelId: null,
  temperature: 0,
  qualityThreshold: 0,
  maxRetries: 0,
  timeoutMs: null,
  cacheReadEnabled: false,
};

describe('a job that is pinned (MC-22)', () => {
  let here: TestApp;
  let there: TestApp;

  beforeAll(async () => {
    here = await TestApp.start();
    there = await TestApp.start({ beside: here });
  });

  afterAll(async () => {
    await there.dispose();
    await here.dispose();
  });

  /** Publishes a change of a phase, an override and a panel, and waits until both serve it. */
  const publish = async (temperature: number) => {
    await here.edit('/admin/phases/stage_4', { temperature });
    await here.edit(`/admin/phases/narrative?courseId=${demoCourse}`, { temperature });
    const { settings } = await here.row('/admin/judges/ru');
    await here.edit('/admin/judges/ru', { primary: { ...settings['primary'], temperature } });
    await bothServe(await here.version());
  };
  const bothServe = (version: number) =>
    pollUntil(async () => {
      const answers = await Promise.all([here, there].map((app) => app.ask<Meta>(`${configPath}/stages/4`)));
      return answers.every(({ body }) => body.meta.version >= version);
    }, `both serve version ${version}`);
  const currentId = async () => (await here.ask<Meta>(`${configPath}/stages/4`)).body.meta.snapshotId;

  it('has the same answers on every replica, over three publishes and a restart', async () => {
    const version = await here.version();
    const pinned = await pinJob(here, 'job-1');
    expect(pinned).toMatchObject({
      status: 201,
      body: { jobId: 'job-1', snapshotId: await currentId(), version, courseId: null, isStale: false },
    });
    const first = await answersOf(here, 'job-1');
    expect(first.every((answer) => answer.startsWith('200 ') && answer.includes('FRESH'))).toBe(true);
    for (const temperature of [0.1, 0.2, 1.9]) {
      await publish(temperature);
      expect(await answersOf(there, 'job-1')).toEqual(first);
      expect(await answersOf(here, 'job-1')).toEqual(first);
    }
    await there.dispose();
    there = await TestApp.start({ beside: here });
    expect(await answersOf(there, 'job-1')).toEqual(first);
    expect((await there.ask(`${configPath}/stages/4`)).body).toMatchObject({ temperature: 1.9 });
    expect((await there.ask(jobPath('job-1'))).body).toEqual(pinned.body);
  });

  it('has the answers that there were without the pin', async () => {
    const strip = (body: Json) => ({ ...body, meta: null });
    const before = await Promise.all(questions.map((question) => here.ask(`${configPath}/${question}`)));
    await pinJob(here, 'job-2');
    for (const [at, question] of questions.entries()) {
      if (question === 'snapshot?') continue;
      expect(strip((await there.ask(withJob(question, 'job-2'))).body)).toEqual(strip(before[at]!.body));
    }
  });

  it('keeps 0, false and null', async () => {
    await here.edit('/admin/phases/stage_5?tier=extended', nothing);
    await pinJob(here, 'job-zero');
    await here.edit('/admin/phases/stage_5?tier=extended', { temperature: 1, cacheReadEnabled: true });
    const path = withJob('phases/stage_5?tokenCount=999999999', 'job-zero');
    expect((await there.ask(path)).body).toMatchObject(nothing);
  });

  it('is answered after its model and its row are gone', async () => {
    await pinJob(here, 'job-gone');
    const before = await answersOf(here, 'job-gone');
    const { modelId } = (await here.ask(`${configPath}/phases/emergency`)).body;
    await here.sql(
      `WITH moved AS (UPDATE lastgood.phase_configs p
         SET model_id = d.model_id, max_context_tokens = d.max_context_tokens, max_tokens = d.max_tokens FROM lastgood.phase_configs d
         WHERE p.phase = 'emergency' AND d.phase = 'global_default' AND d.context_tier = 'standard')
       DELETE FROM lastgood.phase_configs WHERE phase = 'stage_4' AND context_tier = 'extended'`,
    );
    await here.sql('DELETE FROM lastgood.models WHERE id = $1', [modelId]);
    await bothServe(await here.version());
    expect((await there.ask(`${configPath}/phases/emergency`)).body['modelId']).not.toBe(modelId);
    expect(await answersOf(there, 'job-gone')).toEqual(before);
    expect((await there.ask(withJob('phases/emergency?', 'job-gone'))).body).toMatchObject({ modelId });
  });

  describe('for one course', () => {
    const job = 'job-course';
    beforeAll(async () => {
      expect(await pinJob(here, job, { courseId: demoCourse })).toMatchObject({
        status: 201,
        body: { courseId: demoCourse },
      });
    });

    it('has the overrides of that course, and the rows of all courses', async () => {
      const narrative = (query: string) => there.ask(withJob(`phases/narrative?${query}`, job));
      expect((await narrative(`courseId=${demoCourse}`)).body).toMatchObject({ courseId: demoCourse });
      expect((await narrative('language=ru')).body).toMatchObject({ courseId: null });
      const { body } = await there.ask<{ phases: { courseId: string | null }[] }>(withJob('snapshot?', job));
      expect(new Set(body.phases.map(({ courseId }) => courseId))).toEqual(new Set([null, demoCourse]));
    });

    it('is refused for any other course, by name, and never answered by the global row', async () => {
      expect(await there.ask(withJob('phases/narrative?courseId=another', job))).toMatchObject({
        status: 400,
        body: {
          code: 'config-query-invalid',
          detail: `courseId: job "${job}" is pinned for course "${demoCourse}" alone, got "another"`,
        },
      });
    });

    it.each([
      ['another course', { courseId: 'another' }],
      ['all courses', {}],
    ])('cannot be pinned for %s as well', async (_, body) => {
      expect(await pinJob(there, job, body)).toMatchObject({
        status: 409,
        body: {
          code: 'pin-conflict',
          detail: expect.stringContaining(
            `courseId: job "${job}" is pinned for course "${demoCourse}" already`,
          ),
        },
      });
      expect((await there.ask(jobPath(job))).body).toMatchObject({ courseId: demoCourse });
    });
  });

  it('shares one stored snapshot with every job that was pinned to the same', async () => {
    const jobs = ['shared-1', 'shared-2', 'shared-3'];
    for (const [at, job] of jobs.entries()) await pinJob([here, there][at % 2]!, job);
    const hashes = await here.sql(
      `SELECT DISTINCT snapshot_hash FROM lastgood.job_pins WHERE job_id LIKE 'shared-%'`,
    );
    expect(hashes).toHaveLength(1);
  });

  it('has one pin, the first, however many pin it at once and wherever', async () => {
    const pinned = await Promise.all(
      Array.from({ length: 20 }, (_, at) => pinJob([here, there][at % 2]!, 'job-crowd')),
    );
    expect(pinned.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(pinned.filter(({ status }) => status === 200)).toHaveLength(19);
    expect(new Set(pinned.map(({ text }) => text)).size).toBe(1);
  });

  it('keeps its first pin when it is pinned again after a publish', async () => {
    const first = await pinJob(here, 'job-again');
    await publish(0.3);
    expect(await pinJob(there, 'job-again')).toMatchObject({ status: 200, body: first.body });
    expect(await pinJob(here, 'job-again')).toMatchObject({ status: 200, body: first.body });
  });

  it('is answered after its release, and pruned once the retention is over; not what another job is pinned to', async () => {
    const last = { courseId: 'nobody-else' };
    await publish(0.35);
    await pinJob(here, 'job-done', last);
    const [row] = await here.sql(
      `SELECT snapshot_hash AS hash FROM lastgood.job_pins WHERE job_id = 'job-done'`,
    );
    expect((await releaseJob(there, 'job-done')).status).toBe(204);
    expect((await releaseJob(here, 'job-done')).status).toBe(204);
    expect((await there.ask(withJob('judges?language=ru', 'job-done'))).status).toBe(200);
    await here.sql(
      `UPDATE lastgood.job_pins SET released_at = now() - interval '31 days' WHERE job_id = 'job-done'`,
    );
    // The first pin of a process has it prune.
    const later = await TestApp.start({ beside: here });
    try {
      // It may not have reached the database yet, and then refuses.
      const isPinned = async () => (await pinJob(later, 'job-later', last)).status < 300;
      await pollUntil(isPinned, 'the later job is pinned');
      const kept = (table: string, by: string, value: unknown) =>
        here.sql(`SELECT 1 FROM lastgood.${table} WHERE ${by} = $1`, [value]);
      await pollUntil(
        async () => (await kept('job_pins', 'job_id', 'job-done')).length === 0,
        'the released job is pruned',
      );
      expect((await later.ask(withJob('judges?language=ru', 'job-done'))).status).toBe(404);
      // Another job was pinned to the same meanwhile.
      expect(await kept('pinned_snapshots', 'hash', row!['hash'])).toHaveLength(1);
      expect((await pinJob(later, 'job-done', { courseId: 'another' })).status).toBe(201);
    } finally {
      await later.dispose();
    }
  });
});
