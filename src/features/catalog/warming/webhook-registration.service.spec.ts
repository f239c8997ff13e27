import { pino } from 'pino';
import { pollUntil } from '../../../../test/support/poll-until.js';
import { parseConfig } from '../../../platform/config/index.js';
import { CatalogUpstream, VirtualClock } from '../../../testing/index.js';
import { eventNames } from '../views/catalog-event.js';
import { WebhookRegistration } from './webhook-registration.service.js';

type Line = Readonly<Record<string, unknown>>;

const deadlineMs = 5_000;
const url = 'https://here.example/webhooks/catalog';

describe('the registration of the webhook (CT-8)', () => {
  let clock: VirtualClock;
  let upstream: CatalogUpstream;
  let lines: Line[];
  let registration: WebhookRegistration;

  beforeEach(async () => {
    clock = new VirtualClock();
    upstream = await CatalogUpstream.start({ apiKey: 'the-k3y' });
    lines = [];
    make();
  });
  afterEach(async () => {
    registration.beforeApplicationShutdown();
    await upstream.close();
  });

  function make(env: Readonly<Record<string, string>> = {}): void {
    const logger = pino(
      { level: 'trace' },
      { write: (line: string) => void lines.push(JSON.parse(line) as Line) },
    );
    const settings = parseConfig({
      CATALOG_API_KEY: 'the-k3y',
      CATALOG_WEBHOOK_REGISTER_URL: `${upstream.url}/webhooks`,
      CATALOG_WEBHOOK_URL: url,
      ...env,
    });
    registration = new WebhookRegistration(settings, clock, logger);
  }

  const told = (count: number) => pollUntil(() => lines.length >= count, `${count} lines are told`);
  /** A timer waits: of the next attempt, or the deadline of one that is under way. */
  const attempts = (count: number) =>
    pollUntil(() => upstream.requests.length >= count && clock.pending > 0, `attempt ${count} is over`);

  it('tells address and events, with the key, and says once that it was taken', async () => {
    registration.onApplicationBootstrap();
    await told(1);
    expect(upstream.registrations).toEqual([{ url, events: eventNames }]);
    expect(upstream.requests).toEqual([{ method: 'POST', path: '/webhooks' }]);
    expect(lines).toEqual([
      expect.objectContaining({ level: 30, status: 201, msg: 'the webhook of the catalogue is registered' }),
    ]);
    expect(clock.pending).toBe(0);
  });

  it('is content with what was registered before', async () => {
    upstream.behave({ status: 409 });
    registration.onApplicationBootstrap();
    await told(1);
    expect(lines[0]).toMatchObject({ level: 30, status: 409 });
    expect(clock.pending).toBe(0);
  });

  it.each([400, 401, 404, 302])(
    'gives up at %i, which nobody but a person can mend, and names it',
    async (status) => {
      upstream.behave({ status });
      registration.onApplicationBootstrap();
      await told(1);
      expect(lines).toEqual([expect.objectContaining({ level: 40, status })]);
      await clock.advance(600_000);
      expect(upstream.requests).toHaveLength(1);
    },
  );

  it.each([408, 425, 429, 500, 503])('tries again after %i, until it is taken', async (status) => {
    upstream.behave({ status }, { times: 2 });
    registration.onApplicationBootstrap();
    for (const attempt of [1, 2]) {
      await attempts(attempt);
      await pollUntil(() => lines.length > 0, 'it is told');
      await untilTried(attempt + 1);
    }
    await pollUntil(() => lines.at(-1)?.['level'] === 30, 'it is registered');
    expect(lines.map(({ level }) => level)).toEqual([40, 30]);
    expect(lines[0]).toMatchObject({ why: `answered ${status}` });
  });

  it('pauses ever longer, 30 s at most, for ever; and tells it once in five minutes, never the key', async () => {
    await upstream.close();
    const pausesMs: number[] = [];
    const after = clock.after.bind(clock);
    clock.after = (ms, fire) => {
      if (ms !== deadlineMs) pausesMs.push(ms);
      return after(ms, fire);
    };
    registration.onApplicationBootstrap();
    for (let failed = 1; failed <= 30; failed++) {
      await pollUntil(() => pausesMs.length === failed, `attempt ${failed} has failed`);
      await clock.advance(pausesMs.at(-1)!);
    }
    await pollUntil(() => pausesMs.length === 31, 'the last attempt has failed');
    expect(pausesMs[0]).toBeLessThanOrEqual(1_000);
    expect(pausesMs[3]).toBeGreaterThan(5_000);
    expect(Math.min(...pausesMs.slice(10))).toBeGreaterThanOrEqual(20_000);
    expect(Math.max(...pausesMs)).toBeLessThanOrEqual(30_000);
    expect(lines.length).toBeGreaterThan(1);
    expect(lines.length).toBeLessThanOrEqual(3);
    expect(lines.every(({ level, why }) => level === 40 && why === 'no answer (ECONNREFUSED)')).toBe(true);
    expect(JSON.stringify(lines)).not.toMatch(/the-k3y|127\.0\.0\.1|here\.example/);
  });

  it('waits as long as it is asked to', async () => {
    upstream.behave({ status: 429, retryAfter: '120' }, { times: 1 });
    registration.onApplicationBootstrap();
    await told(1);
    await clock.advance(119_000);
    expect(upstream.requests).toHaveLength(1);
    await clock.advance(1_000);
    await told(2);
    expect(lines[1]).toMatchObject({ level: 30 });
  });

  it('leaves a service that hangs after 5 s, and its connection', async () => {
    upstream.behave('hang', { times: 1 });
    registration.onApplicationBootstrap();
    await upstream.received(1);
    await clock.advance(deadlineMs);
    await told(1);
    expect(lines[0]).toMatchObject({ why: 'no answer within 5000 ms' });
    await pollUntil(() => upstream.abandoned === 1, 'the request is given up');
  });

  it('ends with the process, in the middle of an attempt or between two', async () => {
    upstream.behave('hang');
    registration.onApplicationBootstrap();
    await upstream.received(1);
    registration.beforeApplicationShutdown();
    await pollUntil(() => upstream.abandoned === 1, 'the request is given up');
    await pollUntil(() => clock.pending === 0, 'no timer is left');
    expect(lines).toEqual([]);
  });

  it('asks nobody without an address to register at', async () => {
    make({ CATALOG_WEBHOOK_REGISTER_URL: '' });
    registration.onApplicationBootstrap();
    await clock.advance(60_000);
    expect([upstream.requests, lines]).toEqual([[], []]);
  });

  /** Moves time on until that many attempts were begun. */
  async function untilTried(count: number): Promise<void> {
    await pollUntil(async () => {
      await clock.advance(500);
      return upstream.requests.length >= count;
    }, `attempt ${count} is begun`);
  }
});
