import type { LessonResult } from '../../src/features/lessons/lesson/lesson-result.js';
import type { LessonSpec } from '../../src/features/lessons/lesson/lesson-spec.js';
import { ModelConfigService } from '../../src/features/model-config/index.js';
import { LlmUpstream, simulatedLessonModel, type LlmUpstreamCall } from '../../src/testing/index.js';
import { pollUntil } from './poll-until.js';
import { TestApp } from './test-app.js';

export const lessonSpec: LessonSpec = {
  title: 'Caches',
  language: 'en',
  objectives: [{ text: 'Explain staleness', bloom: 'understand' }],
  sections: [
    { title: 'Fresh and stale', archetype: 'concept', depth: 'standard' },
    { title: 'Try it', archetype: 'exercise', depth: 'overview' },
    { title: 'In short', archetype: 'summary', depth: 'overview' },
  ],
  passages: [],
};

export interface AskedLesson {
  readonly id: string;
  readonly status: string;
  readonly result: LessonResult | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

const lessons = '/api/v1/lessons';

/** Which stage a call was made for, told by what the sample prompts say. */
export function stageOf({ form, messages }: LlmUpstreamCall): string {
  const [system = ''] = messages.map(({ content }) => content);
  if (form !== null) return form.name === 'outline' ? 'planner' : 'judge';
  if (system.startsWith('You write one section')) return 'expander';
  if (system.startsWith('You put the sections')) return 'assembler';
  return system.startsWith('You edit') ? 'smoother' : 'refiner';
}

/** The application with a model behind it that can be made to fail. */
export class LessonRig {
  private constructor(
    readonly upstream: LlmUpstream,
    readonly app: TestApp,
  ) {}

  static async start(
    answer: (call: LlmUpstreamCall) => string | Promise<string> = simulatedLessonModel(),
    env: Readonly<Record<string, string>> = {},
  ): Promise<LessonRig> {
    const upstream = await LlmUpstream.start({ answer });
    const app = await TestApp.start({ env: { ...LessonRig.env(upstream), ...env } });
    return new LessonRig(upstream, app);
  }

  static env({ url }: LlmUpstream): Record<string, string> {
    return { LLM_BASE_URL: url, LLM_API_KEY: 'the-key-of-the-test' };
  }

  /** The configuration as it is now. */
  get config(): ModelConfigService {
    return this.app.app.get(ModelConfigService);
  }

  async submit(spec: Partial<LessonSpec> = {}): Promise<string> {
    const { status, body } = await this.app.ask<{ id: string }>(lessons, {
      method: 'POST',
      body: { ...lessonSpec, ...spec },
    });
    if (status !== 202) throw new Error(`POST ${lessons}: ${status} ${JSON.stringify(body)}`);
    return body.id;
  }

  async get(id: string): Promise<AskedLesson> {
    return (await this.app.ask<AskedLesson>(`${lessons}/${id}`)).body;
  }

  cancel(id: string) {
    return this.app.ask(`${lessons}/${id}`, { method: 'DELETE' });
  }

  /** The lesson once it has ended. */
  async ended(id: string): Promise<AskedLesson> {
    let lesson = await this.get(id);
    await pollUntil(
      async () => {
        lesson = await this.get(id);
        return ['done', 'failed', 'cancelled'].includes(lesson.status);
      },
      'the lesson has ended',
      () => JSON.stringify(lesson),
      25_000,
    );
    return lesson;
  }

  /** The result of a lesson that is written now. */
  async write(spec: Partial<LessonSpec> = {}): Promise<LessonResult> {
    const { result, error } = await this.ended(await this.submit(spec));
    if (result === null) throw new Error(JSON.stringify(error));
    return result;
  }

  /** The models that were asked for a stage, in order. */
  modelsOf(stage: string): string[] {
    return this.upstream.calls.filter((call) => stageOf(call) === stage).map(({ model }) => model);
  }

  async dispose(): Promise<void> {
    await this.app.dispose();
    await this.upstream.close();
  }
}
