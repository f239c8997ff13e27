import {
  generatedPromptAnswer,
  promptBatchAnswer,
  promptDataAnswer,
} from '../../src/features/prompts/prompt/prompt-wire.js';
import type { Ask } from './http-client.js';
import type { Example } from './answer-example.js';
import { putSettings, putTemplate } from './prompt-rows.js';
import type { TestApp } from './test-app.js';

const read = { node_name: 'an_example', user_id: 7 };
const post = (body: unknown): Ask => ({ method: 'POST', body });
const [data, batch, generate] = ['prompt-data', 'prompt-data/batch', 'generate-prompt'].map(
  (route) => `/api/v1/${route}`,
) as [string, string, string];

export const promptReadExamples: Example[] = [
  [`POST ${data}`, data, post(read), promptDataAnswer, 200],
  [`POST ${data}`, data, post({ node_name: 'an_example' }), promptDataAnswer, 200],
  [`POST ${batch}`, batch, post({ requests: [read, { node_name: 'no_example' }] }), promptBatchAnswer, 200],
  [`POST ${generate}`, generate, post({ ...read, context: { name: 'Bo' } }), generatedPromptAnswer, 200],
];

/** A template, and what somebody set of what it uses. */
export async function keepExamplePrompts(app: TestApp): Promise<void> {
  await putTemplate(app, { node: 'an_example', system: 'Be {{ tone }}.' });
  await putSettings(app, '7', { tone: 'soft' });
}
