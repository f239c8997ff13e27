import { Test } from '@nestjs/testing';
import { z } from 'zod';
import { LlmUpstream } from '../../testing/llm-upstream.js';
import { ClockModule } from '../clock/clock.module.js';
import { parseConfig, SettingsModule } from '../config/index.js';
import {
  LlmClient,
  LlmModule,
  LlmNotConfiguredError,
  type AnswerForm,
  type LlmAnswer,
  type LlmAttempt,
  type LlmCallError,
  type LlmFailure,
  type LlmMessage,
  type LlmRequest,
  type LlmUsage,
} from './index.js';

interface Outline {
  title: string;
}

const answer: AnswerForm<Outline> = { name: 'outline', schema: z.object({ title: z.string() }) };
const messages: LlmMessage[] = [
  { role: 'system', content: 'Answer in JSON.' },
  { role: 'user', content: 'What is a cache?' },
];
const rules = { temperature: 0.3, maxTokens: 100, timeoutMs: 5_000, maxRetries: 0 };
const request: LlmRequest<Outline> = { modelId: 'some/model', messages, answer, ...rules };

describe('LlmModule (LE-2)', () => {
  let upstream: LlmUpstream;
  beforeEach(async () => {
    upstream = await LlmUpstream.start({ apiKey: 'the-key', answer: () => '{"title":"Caches"}' });
  });
  afterEach(() => upstream.close());

  const open = async (env: Record<string, string>) => {
    const settings = SettingsModule.forRoot(parseConfig(env));
    const app = await Test.createTestingModule({ imports: [settings, ClockModule, LlmModule] }).compile();
    return { app, client: app.get(LlmClient) };
  };

  it('asks models where and with the key that is set (LE-2)', async () => {
    const { app, client } = await open({ LLM_BASE_URL: upstream.url, LLM_API_KEY: 'the-key' });
    const { value, attempts }: LlmAnswer<Outline> = await client.complete(request);
    const usage: LlmUsage = { inputTokens: 8, outputTokens: 5 };
    const expected: LlmAttempt[] = [{ outcome: 'ok', durationMs: expect.any(Number) as number, usage }];
    expect([value, attempts]).toEqual([{ title: 'Caches' }, expected]);
    await app.close();
  });

  it('ends what is under way with the application (LE-2)', async () => {
    const { app, client } = await open({ LLM_BASE_URL: upstream.url, LLM_API_KEY: 'the-key' });
    upstream.behave('hang');
    const ending = client.complete(request).catch((error: LlmCallError): LlmFailure => error.failure);
    await upstream.received(1);
    await app.close();
    expect(await ending).toBe('upstream-failed');
  });

  it('is there without a key, and says so to whoever asks (LE-2)', async () => {
    const { app, client } = await open({ LLM_BASE_URL: upstream.url });
    await expect(client.complete(request)).rejects.toThrow(LlmNotConfiguredError);
    expect(upstream.calls).toEqual([]);
    await app.close();
  });
});
