import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { ConfigDatabase } from '../../../test/support/config-database.js';
import { pollUntil } from '../../../test/support/poll-until.js';
import { tempFolder } from '../../../test/support/temp-folder.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { BreakGlassJournal } from './break-glass-journal.service.js';

const call = {
  actorId: 'break-glass:abcdefgh',
  actorName: 'on call',
  ip: '127.0.0.1',
  method: 'GET',
  route: '/admin/cluster',
  requestId: 'r1',
};

describe('the journal of break-glass calls (OP-13)', () => {
  let database: ConfigDatabase;
  let dataDir: string;
  let clock: VirtualClock;
  /** Held back until it is let go. */
  let answers: () => void;
  let held: Promise<void>;
  let asked: number;
  let journal: BreakGlassJournal;

  const text = () => readFileSync(join(dataDir, 'break-glass-calls.jsonl'), 'utf8');
  const query = async (statement: string, parameters?: unknown[]) => {
    asked++;
    await held;
    return database.sql(statement, parameters);
  };

  beforeAll(async () => (database = await ConfigDatabase.create({ seeded: false })));
  afterAll(() => database.drop());
  beforeEach(() => {
    dataDir = tempFolder('journal');
    clock = new VirtualClock();
    asked = 0;
    held = new Promise((resolve) => (answers = resolve));
    const logger = pino({ level: 'silent' });
    journal = new BreakGlassJournal({ dataDir } as never, { query } as never, clock, logger);
  });
  afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

  it('is left as it is once the process has ended, whoever has the folder then, and asks nobody any more', async () => {
    journal.onApplicationBootstrap();
    journal.end(await journal.begin(call), 200);
    await clock.advance(1_000);
    expect(asked).toBe(1);
    const ended = journal.beforeApplicationShutdown();
    await clock.advance(500);
    await ended;
    await pollUntil(() => text().includes('"ended"'), 'the answer is on the disk');
    const before = text();
    answers();
    await journal.replay();
    expect(text()).toBe(before);
    expect(clock.pending).toBe(0);
    expect(asked).toBe(1);
  });

  it('is replayed at the end of the process, where the database answers', async () => {
    journal.onApplicationBootstrap();
    const id = await journal.begin(call);
    journal.end(id, 200);
    answers();
    await journal.beforeApplicationShutdown();
    expect(text()).toBe('');
    await pollUntil(async () => clock.pending === 0, 'no timer is left');
    expect(await database.sql('SELECT status FROM lastgood.audit_calls WHERE call_id = $1', [id])).toEqual([
      { status: 200 },
    ]);
  });
});
