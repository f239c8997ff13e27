import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LlmUpstream, simulatedLessonModel } from '../src/testing/index.js';
import { lessonSpec, LessonRig } from './support/lesson-rig.js';
import { pollUntil } from './support/poll-until.js';
import { ServerProcess } from './support/server-process.js';
import { tempFolder } from './support/temp-folder.js';
import { TestApp } from './support/test-app.js';

/** Nothing listens there. */
const nowhere = 'postgres://nobody:x@127.0.0.1:1/none';

describe('lastgood lesson run (LE-7)', () => {
  let upstream: LlmUpstream;
  let app: TestApp;
  let folder: string;

  beforeAll(async () => {
    upstream = await LlmUpstream.start({ answer: simulatedLessonModel() });
    app = await TestApp.start({ env: { LESSON_CONCURRENCY: '0' } });
  });
  beforeEach(() => {
    upstream.heal();
    folder = tempFolder('lesson');
    writeFileSync(join(folder, 'spec.json'), JSON.stringify(lessonSpec));
  });
  afterAll(async () => {
    await app.dispose();
    await upstream.close();
  });

  const run = (settings: Record<string, string> = {}, ...options: string[]) =>
    ServerProcess.cli(
      { DATABASE_URL: app.databaseUrl, DATA_DIR: folder, ...LessonRig.env(upstream), ...settings },
      'lesson',
      'run',
      join(folder, 'spec.json'),
      ...options,
    );

  it('writes the lesson as Markdown that says how good it was found, and tells verdict and cost', async () => {
    const command = run({}, '-o', join(folder, 'lesson.md'));
    expect([await command.exit(), command.stdout]).toEqual([0, '']);
    const text = readFileSync(join(folder, 'lesson.md'), 'utf8');
    expect(text).toMatch(/^---\ntitle: "Caches"\noutcome: "accepted"\nscore: 0\.92\n/);
    expect(text).toContain('\n# Caches\n');
    for (const told of ['sections 3/3', 'accepted: ACCEPT, 0.92, by agreement', 'stage_6_planner'])
      expect(command.stderr).toContain(told);
    expect(command.stderr).toMatch(/^all +8 +\d+ +\d+ +\$0\.\d{6}$/m);
  });

  it('tells programs all of it, as one value on stdout (OP-8)', async () => {
    const command = run({}, '--json');
    expect(await command.exit()).toBe(0);
    expect(JSON.parse(command.stdout)).toMatchObject({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      outcome: 'accepted',
      markdown: expect.stringContaining('# Caches'),
      vote: { recommendation: 'ACCEPT' },
      cost: { calls: 8, isComplete: true },
    });
  });

  it('ends with 3 where there is no database, and asks no model (OP-8)', async () => {
    const asked = upstream.calls.length;
    const command = run({ DATABASE_URL: nowhere });
    expect(await command.exit()).toBe(3);
    expect(command.stderr).toContain('The database at 127.0.0.1:1/none cannot be reached: ');
    expect(upstream.calls).toHaveLength(asked);
  });

  it('names the setting that is missing (LE-2)', async () => {
    const command = run({ LLM_API_KEY: '' });
    expect(await command.exit()).toBe(1);
    expect(command.stderr).toContain('LLM_API_KEY');
  });

  it('names every field that is wrong, and its limit', async () => {
    const wrong = { ...lessonSpec, title: '', language: 'any thing', sections: [], speed: 'fast' };
    writeFileSync(join(folder, 'spec.json'), JSON.stringify(wrong));
    const command = run();
    expect(await command.exit()).toBe(1);
    for (const field of ['title:', 'language:', 'sections:', 'speed'])
      expect(command.stderr).toContain(field);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('cancels the lesson on %s', async (signal) => {
    upstream.behave('hang');
    const command = run();
    await pollUntil(
      () => command.stderr.includes('planner: started'),
      'the planner was asked',
      () => command.output,
    );
    command.kill(signal);
    expect(await command.exit()).toBe(1);
    expect(command.stderr).toContain('cancelled');
    const [lesson] = await app.sql<{ status: string }>(
      'SELECT status FROM lastgood.lessons ORDER BY created_at DESC LIMIT 1',
    );
    expect(lesson!.status).toBe('cancelled');
  });
});
