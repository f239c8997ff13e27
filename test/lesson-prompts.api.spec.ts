import { LeaseRepository } from '../src/features/lessons/running/lease.repository.js';
import { CoherenceService } from '../src/platform/cache/index.js';
import { simulatedLessonModel } from '../src/testing/index.js';
import { LessonRig, stageOf } from './support/lesson-rig.js';

/** Lessons ask with what the prompt configuration says at that moment. */
describe('the prompts of a lesson', () => {
  let rig: LessonRig;

  beforeEach(async () => {
    rig = await LessonRig.start();
  });
  afterEach(() => rig.dispose());

  const applied = async () => {
    const [row] = await rig.app.sql<{ version: number }>(
      `SELECT version::float8 AS version FROM lastgood.change_counter WHERE stream = 'prompts'`,
    );
    await rig.app.app.get(CoherenceService).whenApplied('prompts', row!.version, 5_000);
  };
  /** A new version, served from now on. */
  const publish = async (node: string, changed: string, language = 'any') => {
    await rig.app.sql(
      `INSERT INTO lastgood.prompt_templates
         (node_name, language, version, system, body, required_dynamic_placeholders, allow_stale)
       SELECT node_name, $2, 2, system, ${changed}, required_dynamic_placeholders, allow_stale
       FROM lastgood.prompt_templates WHERE node_name = $1 AND version = 1`,
      [node, language],
    );
    await rig.app.sql(
      `INSERT INTO lastgood.prompt_labels (node_name, language, label, version) VALUES ($1, $2, 'production', 2)
       ON CONFLICT (node_name, language, label) DO UPDATE SET version = 2`,
      [node, language],
    );
    await applied();
  };
  const askedOf = (stage: string) =>
    rig.upstream.calls
      .filter((call) => stageOf(call) === stage)
      .map(({ messages }) => messages.at(-1)!.content);

  it('are those that are served now: the next lesson is asked with a version that was just published (PR-4)', async () => {
    await rig.write();
    await publish('stage_6_planner', `body || E'\\nBe brief.'`);
    await rig.write();
    const [before, after] = askedOf('planner');
    expect(after).toBe(`${before}\nBe brief.`);
  });

  it('are those of its language, where there are such (PR-1)', async () => {
    await publish('stage_6_planner', `body || E'\\nSei kurz.'`, 'de');
    await rig.write({ language: 'de-AT' });
    await rig.write({ language: 'en' });
    expect(askedOf('planner').map((text) => text.endsWith('Sei kurz.'))).toEqual([true, false]);
  });

  it('fail a lesson before anything is paid for, where one was removed (PR-8)', async () => {
    await rig.app.sql(
      `UPDATE lastgood.prompt_templates SET status = 'removed' WHERE node_name = 'stage_6_judge'`,
    );
    await applied();
    expect(await rig.ended(await rig.submit())).toMatchObject({
      status: 'failed',
      error: { code: 'prompt-not-found' },
    });
    expect(rig.upstream.calls).toEqual([]);
  });

  it('fail a lesson before anything is paid for, where a later stage asks for what nobody gives (PR-5)', async () => {
    await publish('stage_6_judge', `replace(body, '{{ draft }}', '{{ draft }}{{ lesson.titel }}')`);
    expect(await rig.ended(await rig.submit())).toMatchObject({
      status: 'failed',
      error: { code: 'prompt-invalid', message: expect.stringContaining('lesson.titel') },
    });
    expect(rig.upstream.calls).toEqual([]);
  });

  it('lose no draft that was judged, where that of the next one was removed meanwhile (LE-6)', async () => {
    await rig.dispose();
    const model = simulatedLessonModel({ score: () => 0.8 });
    rig = await LessonRig.start(async (call) => {
      if (call.form?.name === 'verdict') {
        await rig.app.sql(
          `UPDATE lastgood.prompt_templates SET status = 'removed'
           WHERE node_name = 'stage_6_refinement' AND status = 'active'`,
        );
        await applied();
      }
      return model(call);
    });
    expect(await rig.ended(await rig.submit())).toMatchObject({
      status: 'done',
      result: { outcome: 'best-effort', because: 'prompts', iteration: 1 },
    });
  });

  it('are those of what is still to be asked, for whoever goes on with a lesson (LE-7)', async () => {
    const { id, result } = await rig.ended(await rig.submit());
    await rig.app.sql(
      `UPDATE lastgood.prompt_templates SET status = 'removed' WHERE node_name = ANY('{stage_6_planner,stage_6_judge}')`,
    );
    await applied();
    await rig.app.sql(
      `DELETE FROM lastgood.lesson_steps WHERE lesson_id = $1
       AND (key LIKE '%/smoother' OR key LIKE '%/assembler')`,
      [id],
    );
    await rig.app.sql(
      `UPDATE lastgood.lessons SET status = 'running', lease_until = now() - interval '1 second', ended_at = NULL,
         result = NULL, pin_released_at = NULL WHERE id = $1`,
      [id],
    );
    expect(await rig.app.app.get(LeaseRepository, { strict: false }).queueForsaken(60_000)).toEqual([id]);
    expect(await rig.ended(id)).toMatchObject({ status: 'done', result: { markdown: result?.markdown } });
  });
});
