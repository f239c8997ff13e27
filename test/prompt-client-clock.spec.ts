import { createPromptClient, PromptTooStaleError, type PromptClient } from '../src/prompts.js';
import { ScriptedPromptService } from './support/scripted-prompt-service.js';

/** Nothing runs in a client's process between two prompts that could see its clock being set. */
describe('a prompt client whose clock is set', () => {
  const startedAt = Date.now();
  let passedMs = 0;
  let steppedMs = 0;
  let service: ScriptedPromptService;
  let client: PromptClient;

  beforeEach(async () => {
    [passedMs, steppedMs] = [0, 0];
    jest.spyOn(Date, 'now').mockImplementation(() => startedAt + passedMs + steppedMs);
    jest.spyOn(performance, 'now').mockImplementation(() => passedMs);
    service = await ScriptedPromptService.start();
    client = createPromptClient({ url: service.url, apiKey: 'a-key', deadlineMs: 2_000 });
  });
  afterEach(async () => {
    client.close();
    await service.close();
    jest.restoreAllMocks();
  });

  const render = () => client.render({ nodeName: 'a_node', context: { input_content: 'x' } });

  it('back, while nobody asks, takes nothing for younger than it is (CO-14)', async () => {
    await render();
    await service.close();
    passedMs = 61_000;
    steppedMs = -45_000;
    await expect(render()).rejects.toBeInstanceOf(PromptTooStaleError);
  });
});
