import { z } from 'zod';
import { LlmRig, question } from '../../../test/support/llm-rig.js';
import type { LlmUpstreamCall } from '../../testing/llm-upstream-call.js';
import { SystemClock } from '../system/system-clock.js';
import { LlmClient } from './llm-client.js';

const schema = z.object({ title: z.string(), sections: z.array(z.string()).default([]) });
const answer = { name: 'outline', schema };

describe('LlmClient (LE-2)', () => {
  let rig: LlmRig;
  let say: (call: LlmUpstreamCall) => string;
  beforeEach(async () => {
    say = () => 'A store of answers.';
    rig = await LlmRig.start({ answer: (call) => say(call) });
  });
  afterEach(() => rig.close());

  it('answers with the text, who wrote it and how many tokens it took', async () => {
    const usage = { inputTokens: 4, outputTokens: 5 };
    expect(await rig.ask()).toEqual({
      value: 'A store of answers.',
      servedModel: 'some/model',
      isCut: false,
      durationMs: expect.any(Number),
      attempts: [{ outcome: 'ok', durationMs: expect.any(Number), usage }],
    });
  });

  it('asks for what it is told to, a temperature of 0 included', async () => {
    await rig.ask();
    const { modelId: model, messages, temperature, maxTokens } = question;
    const asked = { model, messages, temperature, maxTokens, form: null, isAuthorized: true };
    expect(rig.upstream.calls).toEqual([expect.objectContaining(asked)]);
  });

  it('tells which model answered, where that is another one', async () => {
    rig.upstream.behave({ kind: 'served-by', model: 'some/cheaper-model' });
    expect((await rig.ask()).servedModel).toBe('some/cheaper-model');
  });

  it.each(['\u001b[2Jsome/model', 'm'.repeat(201)])(
    'takes what is no name of a model for none: %j (LE-2)',
    async (model) => {
      rig.upstream.behave({ kind: 'served-by', model });
      expect((await rig.ask()).servedModel).toBe(question.modelId);
    },
  );

  it('says of an answer that reached the limit of its tokens that it is cut', async () => {
    rig.upstream.behave('cut');
    expect(await rig.ask()).toMatchObject({ value: 'A store of', isCut: true });
  });

  it('asks for a form, by the schema of what is written in it, and answers with its value', async () => {
    say = () => '{"title":"Caches"}';
    expect((await rig.ask({ answer })).value).toEqual({ title: 'Caches', sections: [] });
    expect(rig.upstream.calls[0]?.form).toMatchObject({
      name: 'outline',
      schema: { type: 'object', required: ['title'], properties: { title: { type: 'string' } } },
    });
  });

  it.each([
    ['is fenced', '```json\n{"title":"Caches"}\n```'],
    ['is fenced without a language', '```\n{"title":"Caches"}```\n'],
    ['has blanks around it', ' \n{"title":"Caches"}\n '],
  ])('takes an answer in a form that %s', async (_, text) => {
    say = () => text;
    expect((await rig.ask({ answer })).value).toEqual({ title: 'Caches', sections: [] });
  });

  it.each([
    ['is text', 'Caches are stores.'],
    ['is followed by text', '{"title":"Caches"} I hope this helps!'],
    ['is another form', '{"name":"Caches"}'],
    ['is only fenced', '```'],
    ['is fenced and blank for long', `\`\`\`${'\n'.repeat(500_000)}x`],
  ])('never answers with what %s, where there is a form', async (_, text) => {
    say = () => text;
    const failure = await rig.failure({ answer });
    expect(failure.failure).toBe('answer-invalid');
    expect(failure.attempts).toEqual([
      expect.objectContaining({ outcome: 'answer-invalid', usage: expect.anything() }),
    ]);
  });

  it('says of an answer that misses its form because it is cut that it is', async () => {
    say = () => '{"title":"Caches"}';
    rig.upstream.behave('cut');
    expect((await rig.failure({ answer })).message).toBe(
      'Model "some/model": the answer is no JSON, which "outline" has to be, and was cut at the limit of its tokens',
    );
  });

  it('tries again where the form was missed, and tells the tokens of both attempts', async () => {
    say = () => '{"title":"Caches"}';
    rig.upstream.behave('wrong-form', { times: 1 });
    const { value, attempts } = await rig.ask({ answer, maxRetries: 1 });
    expect(value.title).toBe('Caches');
    expect(attempts.map(({ outcome, usage }) => [outcome, usage?.outputTokens])).toEqual([
      ['answer-invalid', 5],
      ['ok', 5],
    ]);
  });

  it('takes an answer without usage, or with one that makes no sense, for one of unknown cost', async () => {
    rig.upstream.behave('no-usage');
    expect((await rig.ask()).attempts).toEqual([expect.objectContaining({ outcome: 'ok', usage: null })]);
  });

  it('says without a key which setting is missing, and asks nobody', async () => {
    const client = new LlmClient({ baseUrl: rig.upstream.url, apiKey: null, clock: new SystemClock() });
    const refusal = { code: 'llm-not-configured', message: expect.stringContaining('LLM_API_KEY') };
    await expect(client.complete(question)).rejects.toMatchObject(refusal);
    expect(() => client.assertConfigured()).toThrow(expect.objectContaining(refusal));
    expect(() => rig.client.assertConfigured()).not.toThrow();
    await client.close();
    expect(rig.upstream.calls).toEqual([]);
  });

  describe('beside the variables that the SDK knows', () => {
    const known = {
      OPENAI_API_KEY: 'another-key',
      OPENAI_BASE_URL: 'http://127.0.0.1:1',
      OPENAI_ORG_ID: 'org',
      OPENAI_PROJECT_ID: 'project',
      OPENAI_LOG: 'debug',
      OPENAI_CUSTOM_HEADERS: 'authorization: Bearer another-key\nx-custom: 1',
    };
    afterEach(() => {
      for (const name of Object.keys(known)) delete process.env[name];
    });

    it('takes nothing from the environment, and sends no more than it must', async () => {
      Object.assign(process.env, known);
      await rig.close();
      rig = await LlmRig.start();
      await rig.ask();
      const [call] = rig.upstream.calls;
      expect(call?.isAuthorized).toBe(true);
      const names = Object.keys(call?.headers ?? {}).filter((name) => /openai|custom|stainless/.test(name));
      expect(names).toEqual([]);
    });
  });

  it('ends what is under way when it is closed, and does not try again', async () => {
    rig.upstream.behave('hang');
    const ending = rig.failure({ maxRetries: 2 });
    await rig.upstream.received(1);
    await rig.client.close();
    expect((await ending).failure).toBe('upstream-failed');
    expect(rig.upstream.calls).toHaveLength(1);
  });
});
