import { join, resolve } from 'node:path';
import { describeRedis } from './support/describe-redis.js';
import { PageReader } from './support/page-reader.js';
import { pollUntil } from './support/poll-until.js';
import { stepsOf, withoutVarying, type Step } from './support/walkthrough.js';

const root = resolve(__dirname, '..');

describeRedis('what a page has its reader paste', () => {
  let reader: PageReader;
  beforeEach(async () => (reader = await PageReader.sitDown()));
  afterEach(() => reader.leave());

  /** A busy machine may take longer than the page waits: what only asks is asked again until it answers so. */
  async function take(step: Extract<Step, { kind: 'shell' }>): Promise<void> {
    const answer = async () => withoutVarying(await reader.run(step.command));
    const first = await answer();
    if (step.expected === null) return;
    const expected = withoutVarying(step.expected);
    if (first === expected) return;
    if (step.command.includes(' -X ')) throw new Error(`"${step.command}" answers ${first}, not ${expected}`);
    let latest = first;
    await pollUntil(
      async () => (latest = await answer()) === expected,
      `"${step.command}" answers ${expected}`,
      () => `It answers ${latest}`,
      15_000,
    );
  }

  it.each([
    ['README.md', 9],
    ['docs/outage.md', 30],
  ])(
    '%s shows what comes of every line (OP-9)',
    async (page, leastSteps) => {
      const steps = stepsOf(join(root, page));
      expect(steps.length).toBeGreaterThanOrEqual(leastSteps);
      for (const step of steps) {
        if (step.kind === 'server') await reader.startServer(step.command);
        else await take(step);
      }
    },
    300_000,
  );
});
