import { simulatedLessonModel } from '../src/testing/index.js';
import { LessonRig } from './support/lesson-rig.js';
import { pollUntil } from './support/poll-until.js';

// A file of its own: every application of a process counts into the same metrics.
describe('metrics of lessons', () => {
  let rig: LessonRig;

  afterEach(() => rig.dispose());

  it('tells calls, tokens and cost by phase and model, and how judges agree (LE-8)', async () => {
    const scores = [0.95, 0.78, 0.77, 0.92];
    const answer = simulatedLessonModel({
      score: (verdict) => scores[Math.min(verdict, scores.length) - 1]!,
    });
    rig = await LessonRig.start(answer);
    await rig.write();
    const { text } = await rig.app.ask('/metrics', { as: 'viewer' });
    expect(text).toMatch(/^judge_votes_total\{method="tiebreak_majority"\} 1$/m);
    expect(text).toMatch(/^judge_third_rate 0\.5$/m);
    expect(text).toMatch(/^llm_calls_total\{phase="stage_6_planner",model="[^"]+",outcome="ok"\} 1$/m);
    expect(text).toMatch(/^llm_tokens_total\{phase="stage_6_judge",model="[^"]+",direction="input"\} \d+$/m);
  });

  it('count the followers of a lesson as requests, and not the time for which they followed (CA-9)', async () => {
    rig = await LessonRig.start();
    const route = '/api/v1/lessons/:id/events';
    const { text } = await rig.app.ask(`/api/v1/lessons/${await rig.submit()}/events`);
    expect(text).toContain('event: ended');
    const requests = async () => (await rig.app.ask('/metrics', { as: 'viewer' })).text;
    await pollUntil(
      async () => (await requests()).includes(`http_requests_total{route="${route}",status_class="2xx"} 1`),
      'the request is counted',
    );
    expect(await requests()).not.toContain(`http_request_seconds_count{route="${route}"}`);
  });
});
