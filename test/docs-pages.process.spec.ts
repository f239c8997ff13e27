import { execFileSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { LlmUpstream, simulatedLessonModel } from '../src/testing/index.js';
import { describeRedis } from './support/describe-redis.js';
import { PageReader } from './support/page-reader.js';
import { stepsOf, withoutVarying } from './support/walkthrough.js';

const root = resolve(__dirname, '..');
const webhookSecret = 'whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=';

/** What is shown, whose `…` stands for anything. */
const shows = (expected: string): RegExp =>
  new RegExp(`^${withoutVarying(expected).split('…').map(escaped).join('[^]*?')}$`);
const escaped = (text: string): string => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
/** What waits for a time to pass is tried by hand. */
const isWait = (command: string): boolean => command.startsWith('sleep ');

describeRedis('what the pages have their reader send to the server of a first start', () => {
  let reader: PageReader;
  let upstream: LlmUpstream;

  beforeAll(async () => {
    const lesson = simulatedLessonModel();
    const narrative = JSON.stringify({ summary: 'A reading', bullets: ['of a profile'] });
    upstream = await LlmUpstream.start({
      answer: (call) => (call.form?.name === 'narrative' ? narrative : lesson(call)),
    });
    reader = await PageReader.sitDown({
      LLM_BASE_URL: upstream.url,
      LLM_API_KEY: 'simulated',
      CATALOG_WEBHOOK_SECRETS: webhookSecret,
    });
    const curl = execFileSync('sh', ['-c', 'command -v curl'], { encoding: 'utf8' }).trim();
    reader.install('curl', `#!/bin/sh\nexec '${curl}' --fail-with-body "$@"\n`);
    await reader.run(`redis-server --port 6390 --save '' > redis.log &`);
    await reader.startServer('npm start');
  }, 120_000);
  afterAll(async () => {
    await reader.leave();
    await upstream.close();
  });

  it.each([
    ['pins', 4],
    ['publishing', 10],
    ['prompts', 5],
    ['lessons', 5],
    ['narratives', 2],
    ['signals', 7],
    ['tiers', 4],
  ])(
    'docs/%s.md: each is answered, and as the page shows (OP-9)',
    async (page, leastSteps) => {
      const steps = stepsOf(join(root, 'docs', `${page}.md`));
      expect(steps.length).toBeGreaterThanOrEqual(leastSteps);
      for (const { command, ...step } of steps) {
        if (isWait(command)) continue;
        const expected = (step.kind === 'shell' && step.expected) || '…';
        const printed = await reader.run(`${command}\necho "ends with $?"`);
        const [, answer = '', code] = /^([^]*?)\s*ends with (\d+)$/.exec(printed)!;
        const isRefused = /"status":[45]\d\d/.test(expected);
        expect([command, answer, code === '0']).toEqual([command, expect.anything(), !isRefused]);
        expect(withoutVarying(answer)).toMatch(shows(expected));
      }
    },
    120_000,
  );

  it('docs/catalog.md: a webhook that is signed as it shows is accepted (CT-4, OP-9)', async () => {
    const steps = stepsOf(join(root, 'docs', 'catalog.md'));
    const { command } = steps.find((step) => step.command.startsWith('secret=whsec_…'))!;
    const answer = await reader.run(command.replace('whsec_…', webhookSecret));
    expect(answer).toContain('"status":"accepted"');
  });
});
