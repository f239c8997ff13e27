import { pino } from 'pino';
import { DatabaseUnavailableError } from '../../../../platform/database/index.js';
import { VirtualClock } from '../../../../testing/virtual-clock.js';
import type { TakenOver } from '../keeping/webhook-event.repository.js';
import type { LookedAt } from './webhook-looks.service.js';
import { WebhookUpkeep } from './webhook-upkeep.service.js';

const dayMs = 86_400_000;
const left: TakenOver = {
  id: 'w1',
  event: { event: 'book.updated', id: '1', publisherId: null },
  point: { epoch: 'e', version: 3 },
  lookedAt: 1,
};

/** A log with so many old rows, which is away where that is said. */
class Log {
  readonly asked: string[] = [];
  old = 0;
  left = 1;
  isAway = false;

  async takeOver(limits: { rows: number }) {
    if (this.isAway) throw new DatabaseUnavailableError('away');
    this.asked.push(`take over ${JSON.stringify(limits)}`);
    const taken = Array.from({ length: Math.min(this.left, limits.rows) }, () => left);
    this.left -= taken.length;
    return { taken, failed: 0 };
  }

  async prune(keepMs: number, rows: number): Promise<number> {
    const deleted = Math.min(rows, this.old);
    this.old -= deleted;
    this.asked.push(`prune ${keepMs / dayMs} days: ${deleted}`);
    return deleted;
  }

  prunes(): string[] {
    return this.asked.filter((each) => each.startsWith('prune'));
  }
}

describe('WebhookUpkeep (CT-5)', () => {
  let clock: VirtualClock;
  let log: Log;
  let looked: LookedAt[];
  let lines: { msg: string }[];
  let upkeep: WebhookUpkeep;

  beforeEach(() => {
    clock = new VirtualClock();
    log = new Log();
    looked = [];
    lines = [];
    const logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line)) });
    const catalog = { webhooks: { keepMs: 30 * dayMs } } as ConstructorParameters<
      typeof WebhookUpkeep
    >[2]['catalog'];
    const looks = {
      room: 10_000,
      begin(events: readonly LookedAt[]) {
        looked.push(...events);
        looks.room -= events.length;
      },
    };
    upkeep = new WebhookUpkeep(log, looks, { catalog }, clock, logger);
    upkeep.onApplicationBootstrap();
  });

  it('has what nobody settled for a minute looked after, each minute', async () => {
    await clock.advance(59_999);
    expect(log.asked).toEqual([]);
    await clock.advance(1);
    expect(log.asked[0]).toBe('take over {"attempts":5,"afterMs":60000,"rows":1000}');
    expect(looked).toEqual([left]);
    log.left = 1;
    await clock.advance(60_000);
    expect(looked).toHaveLength(2);
  });

  it('takes over all that was left, so many at a time, and never more than it can look after', async () => {
    log.left = 12_000;
    await clock.advance(60_000);
    expect([looked.length, log.left, log.asked.filter((each) => each.startsWith('take')).length]).toEqual([
      10_000, 2_000, 10,
    ]);
  });

  it('removes what is older than it is kept, once an hour, so many at a time', async () => {
    log.old = 12_000;
    await clock.advance(60_000);
    expect(log.prunes()).toEqual(['prune 30 days: 5000', 'prune 30 days: 5000', 'prune 30 days: 2000']);
    await clock.advance(3_540_000);
    expect(log.prunes()).toHaveLength(3);
    await clock.advance(60_000);
    expect(log.prunes()).toHaveLength(4);
  });

  it('tries again a minute later what failed, and says so once', async () => {
    log.isAway = true;
    await clock.advance(180_000);
    expect([log.asked, lines.map(({ msg }) => msg)]).toEqual([
      [],
      ['upkeep of the log of webhooks is tried again'],
    ]);
    log.isAway = false;
    await clock.advance(60_000);
    expect([looked.length, log.prunes().length]).toEqual([1, 1]);
  });

  it('ends with the process', async () => {
    await clock.advance(60_000);
    upkeep.beforeApplicationShutdown();
    await clock.advance(600_000);
    expect([looked.length, clock.pending]).toEqual([1, 0]);
  });
});
