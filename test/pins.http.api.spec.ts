import {
  configPath,
  jobPath,
  pinJob,
  questions,
  releaseJob,
  withJob,
  type Meta,
} from './support/pinned-jobs.js';
import { TestApp } from './support/test-app.js';

describe('jobs over HTTP (MC-22)', () => {
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

  const publish = (temperature: number) => here.edit('/admin/phases/stage_4', { temperature });

  describe('a job that never was', () => {
    it.each(questions)('has no answer, least of all the current one: %s', async (question) => {
      expect(await here.ask(withJob(question, 'nobody'))).toMatchObject({
        status: 404,
        body: { code: 'config-not-found', detail: expect.stringContaining('Job "nobody" is not pinned') },
      });
    });

    it('cannot be looked at or released', async () => {
      const answers = [await here.ask(jobPath('nobody')), await releaseJob(here, 'nobody')];
      expect(answers.map(({ status }) => status)).toEqual([404, 404]);
    });

    it('is seen at once where it was not there a moment ago, ten times of ten', async () => {
      for (let at = 0; at < 10; at++) {
        const job = `soon-${at}`;
        const asked = Promise.all(
          Array.from({ length: 5 }, () => there.ask(withJob('judges?language=ru', job))),
        );
        await pinJob(here, job);
        expect((await there.ask(withJob('judges?language=ru', job))).status).toBe(200);
        await asked;
      }
    });
  });

  describe('a job that is pinned', () => {
    const current = `${configPath}/phases/stage_4?language=ru`;

    it('has the ETag of what was pinned, and 304', async () => {
      await pinJob(here, 'job-etag');
      const path = withJob('phases/stage_4?language=ru', 'job-etag');
      const { headers, body } = await here.ask<Meta>(path);
      await publish(0.4);
      const etag = headers.get('etag')!;
      expect(etag).toBe(`W/"${body.meta.snapshotId}"`);
      const again = await here.ask(path, { headers: { 'if-none-match': etag } });
      expect([again.status, again.text, again.headers.get('etag')]).toEqual([304, '', etag]);
      expect((await here.ask(current, { headers: { 'if-none-match': etag } })).status).toBe(200);
    });

    it('is never mixed with the current answer, nor with that of another job', async () => {
      const jobs = ['mixed-1', 'mixed-2', 'mixed-3'];
      for (const [at, job] of jobs.entries()) {
        await publish(0.5 + at / 10);
        await pinJob(here, job);
      }
      await publish(1);
      const paths = [current, ...jobs.map((job) => withJob('phases/stage_4?language=ru', job))];
      for (let round = 0; round < 5; round++) {
        const answers = [];
        for (const path of paths) answers.push((await here.ask(path)).body);
        expect(answers.map((body) => body['temperature'])).toEqual([1, 0.5, 0.6, 0.7]);
      }
    });

    it.each([
      ['a space', 'a b'],
      ['a line feed', 'a\n'],
      ['201 characters', 'x'.repeat(201)],
    ])('its id cannot have %s', async (_, job) => {
      const answers = [await pinJob(here, job), await here.ask(withJob('judges?language=ru', job))];
      for (const { status, body } of answers) {
        expect([status, body['code']]).toEqual([400, 'request-invalid']);
        expect(body['detail']).toContain('1 to 200 visible characters');
      }
    });

    it.each([
      ['a slash', 'run/7'],
      ['other letters', 'задача-№7'],
      ['200 characters', 'ж'.repeat(200)],
    ])('its id can have %s', async (_, job) => {
      expect((await pinJob(here, job)).status).toBe(201);
      expect((await there.ask(jobPath(job))).body).toMatchObject({ jobId: job });
      expect((await there.ask(withJob('judges?language=ru', job))).status).toBe(200);
    });

    it('is pinned without a body, and not with one that is not known', async () => {
      expect((await here.ask(jobPath('bodiless'), { method: 'PUT' })).status).toBe(201);
      expect(await pinJob(here, 'other', { course: 'x' })).toMatchObject({
        status: 400,
        body: { detail: expect.stringContaining('Unrecognized key: "course"') },
      });
    });

    it('tells in the database who pinned it', async () => {
      await pinJob(here, 'job-by');
      expect(await here.sql(`SELECT pinned_by FROM lastgood.job_pins WHERE job_id = 'job-by'`)).toEqual([
        { pinned_by: 'the client' },
      ]);
    });
  });
});
