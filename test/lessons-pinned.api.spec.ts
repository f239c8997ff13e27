import type { LessonJob } from '../src/features/lessons/lesson/lesson-writer.js';
import { newLesson } from '../src/features/lessons/lesson/lesson-state.js';
import { PlannerNode } from '../src/features/lessons/nodes/planner.node.js';
import { simulatedLessonModel, type LlmUpstreamCall } from '../src/testing/index.js';
import { LessonRig, lessonSpec, stageOf } from './support/lesson-rig.js';
import { pollUntil } from './support/poll-until.js';

const simulated = simulatedLessonModel();
const generating = ['planner', 'expander', 'assembler', 'smoother'];

/** What is done before a stage is first answered. */
class Interrupted {
  private readonly interruptions = new Map<string, () => Promise<void>>();

  readonly answer = async (call: LlmUpstreamCall): Promise<string> => {
    const stage = stageOf(call);
    const interrupt = this.interruptions.get(stage);
    this.interruptions.delete(stage);
    await interrupt?.();
    return simulated(call);
  };

  before(stage: string, interrupt: () => Promise<void>): void {
    this.interruptions.set(stage, interrupt);
  }
}

describe('the configuration of a lesson', () => {
  let rig: LessonRig;
  let model: Interrupted;

  beforeEach(async () => {
    model = new Interrupted();
    rig = await LessonRig.start(model.answer);
  });
  afterEach(async () => {
    await rig.app.proxy.mode('pass');
    await rig.dispose();
  });

  const phasePath = (stage: string) =>
    `/admin/phases/stage_6_${stage}?language=${stage === 'expander' ? 'en' : 'any'}`;

  /** Has every stage use another model; settles when that is served. */
  async function publish(modelId: string): Promise<void> {
    for (const stage of generating) {
      const { status, body } = await rig.app.edit(phasePath(stage), { modelId });
      if (status !== 200) throw new Error(JSON.stringify(body));
    }
    const current = async () =>
      (await rig.config.getModelForPhase('stage_6_smoother', { language: 'en' })).modelId;
    await pollUntil(async () => (await current()) === modelId, 'the publish is served');
  }

  /** Others than the stages use, which may generate all the same. */
  async function spareModels(): Promise<string[]> {
    const extended = await rig.config.getModelForPhase('stage_6_planner', {
      language: 'en',
      tokenCount: 900_000,
    });
    const emergency = await rig.config.getModelForPhase('emergency');
    return [extended.modelId, extended.fallbackModelId!, emergency.modelId];
  }

  it('is one snapshot from the first call to the last verdict, over three publishes; the next lesson has the new one (LE-7, MC-22)', async () => {
    const before = await rig.config.getModelForPhase('stage_6_planner', { language: 'en' });
    const spare = await spareModels();
    for (const [at, stage] of ['expander', 'assembler', 'judge'].entries())
      model.before(stage, () => publish(spare[at]!));
    const { calls } = await rig.write();
    expect(new Set(calls.map(({ snapshotId }) => snapshotId)).size).toBe(1);
    for (const stage of generating) expect(new Set(rig.modelsOf(stage))).toEqual(new Set([before.modelId]));
    const asked = rig.upstream.calls.length;
    const next = await rig.write();
    expect(next.calls[0]!.configVersion).toBeGreaterThan(calls[0]!.configVersion);
    const models = rig.upstream.calls.slice(asked).filter((call) => stageOf(call) !== 'judge');
    expect(new Set(models.map((call) => call.model))).toEqual(new Set([spare[2]]));
  });

  it('goes on from the pin while the database is away, and keeps what was written once it is back (LE-7)', async () => {
    model.before('expander', () => rig.app.proxy.mode('black-hole'));
    const id = await rig.submit();
    await pollUntil(() => rig.modelsOf('judge').length === 2, 'both judges were asked');
    await rig.app.proxy.mode('pass');
    const { status, result } = await rig.ended(id);
    expect([status, result!.outcome]).toEqual(['done', 'accepted']);
    expect(new Set(result!.calls.map(({ snapshotId }) => snapshotId)).size).toBe(1);
    // Nothing was asked for twice.
    expect(
      rig.upstream.calls.map(stageOf).filter((stage) => stage !== 'expander' && stage !== 'judge'),
    ).toEqual(['planner', 'assembler', 'smoother']);
  });

  it('is no default where there is none: a node fails with the error of the configuration (LE-1)', async () => {
    await rig.app.proxy.mode('black-hole');
    const jobId = 'a lesson that was never pinned'.replaceAll(' ', '-');
    const job = { jobId, spec: lessonSpec, steps: { run: (_key: string, work: () => unknown) => work() } };
    const run = rig.app.app.get(PlannerNode, { strict: false }).run(newLesson(job as unknown as LessonJob));
    await expect(run).rejects.toMatchObject({ code: 'config-unavailable' });
    expect(rig.upstream.calls).toEqual([]);
  });

  it('aborts the call that is under way when it is cancelled, and asks for nothing more (LE-7)', async () => {
    rig.upstream.behave('hang');
    const id = await rig.submit();
    await pollUntil(() => rig.upstream.calls.length === 1, 'the planner was asked');
    expect((await rig.cancel(id)).status).toBe(202);
    expect(await rig.ended(id)).toMatchObject({ status: 'cancelled', result: null });
    await pollUntil(() => rig.upstream.calls[0]!.abandoned, 'the call was given up');
    expect(rig.upstream.calls).toHaveLength(1);
  });
});
