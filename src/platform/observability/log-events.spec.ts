import type { LastgoodEvent } from '../../core/index.js';
import { VirtualClock } from '../../testing/virtual-clock.js';
import { createLogger } from './create-logger.js';
import { logEvents } from './log-events.js';

type Line = Record<string, unknown>;

const stale = (subject = 'phase "stage_4"', ageMs = 90_000): LastgoodEvent => ({
  type: 'stale-answer',
  namespace: 'model-config',
  subject,
  modelId: 'vendor/model',
  reason: 'backing-off',
  ageMs,
});
const feedFailed: LastgoodEvent = { type: 'feed-failed', stream: 'config', error: new Error('refused') };
const feedAnswered: LastgoodEvent = { type: 'feed-answered', stream: 'config' };
const load = { namespace: 'model-config', key: 'snapshot' };
const loadFailed: LastgoodEvent = {
  type: 'load-failed',
  ...load,
  error: new Error('refused'),
  failures: 1,
  retryInMs: 50,
};
const loadSucceeded: LastgoodEvent = { type: 'load-succeeded', ...load, version: 7, durationMs: 3 };

const written = (fields: object): string => {
  let text = '';
  createLogger('info', { write: (line: string) => void (text += line) }).info(fields, 'a message');
  return text;
};

describe('the log as a fold over events (DESIGN §7)', () => {
  let clock: VirtualClock;
  let lines: Line[];
  let report: (event: LastgoodEvent) => void;

  beforeEach(() => {
    clock = new VirtualClock();
    lines = [];
    const write = (text: string) => {
      const line: Line = JSON.parse(text);
      lines.push(line);
    };
    report = logEvents(createLogger('debug', { write }), clock);
  });

  const warnings = () => lines.filter(({ level }) => level === 'warn');

  it('tells of a stale answer at once, with the model, the reason and the age in minutes', () => {
    report(stale());
    expect(warnings()).toEqual([
      {
        level: 'warn',
        time: expect.any(String),
        msg: 'serving stale',
        namespace: 'model-config',
        subject: 'phase "stage_4"',
        modelId: 'vendor/model',
        reason: 'backing-off',
        ageMinutes: 1.5,
        suppressed: 0,
      },
    ]);
  });

  it('tells of it once a minute a subject, with how many it held back', async () => {
    for (let answer = 0; answer < 100; answer++) report(stale());
    await clock.advance(59_999);
    report(stale());
    expect(warnings()).toHaveLength(1);
    await clock.advance(1);
    report(stale());
    expect(warnings().map(({ suppressed }) => suppressed)).toEqual([0, 100]);
  });

  it('holds no subject back because of another one', () => {
    for (const subject of ['phase "a"', 'phase "b"', 'phase "a", language "ru"']) report(stale(subject));
    expect(warnings()).toHaveLength(3);
  });

  it('stays bounded however many subjects callers think of', () => {
    for (let subject = 0; subject < 30_000; subject++) report(stale(`phase "p${subject}"`));
    lines.length = 0;
    report(stale('phase "p29999"'));
    expect(warnings()).toHaveLength(0);
  });

  it('holds back what it told of, whatever else of the namespace is loaded meanwhile', () => {
    report(loadFailed);
    report(stale());
    for (const key of ['another', 'a third']) report({ ...loadSucceeded, key });
    report(stale());
    expect(warnings().map(({ msg }) => msg)).toEqual(['load failed, what is held stays', 'serving stale']);
  });

  it('stays bounded however many keys fail that callers think of', () => {
    report(loadFailed);
    for (let key = 0; key < 10_000; key++) report({ ...loadFailed, key: `k${key}` });
    report(stale());
    report(loadSucceeded);
    lines.length = 0;
    report(stale());
    expect(warnings()).toHaveLength(0);
  });

  const lookup = (namespace: string, at: number): LastgoodEvent => ({
    type: 'lookup-failed',
    namespace,
    subject: `phase "p${at}"`,
    error: new Error('There is no such phase'),
  });

  it('a caller who thinks of ever new subjects fills no log: 20 a minute, and one line that counts the rest', async () => {
    for (let at = 0; at < 5_000; at++) report(lookup('model-config', at));
    expect(warnings()).toHaveLength(20);
    await clock.advance(60_000);
    expect(warnings()).toHaveLength(21);
    expect(warnings().at(-1)).toMatchObject({
      msg: 'more warnings of this kind were held back',
      group: 'lookup-failed model-config',
      heldBack: 4_980,
    });
    await clock.advance(600_000);
    expect([warnings().length, clock.pending]).toEqual([21, 0]);
  });

  it('after such a minute the next one begins anew', async () => {
    for (let at = 0; at < 25; at++) report(lookup('model-config', at));
    await clock.advance(60_000);
    lines.length = 0;
    report(lookup('model-config', 7));
    expect(warnings()).toMatchObject([{ msg: 'lookup failed', subject: 'phase "p7"' }]);
  });

  it('a flood of lookups silences neither another namespace nor stale answers', () => {
    for (let at = 0; at < 100; at++) report(lookup('model-config', at));
    lines.length = 0;
    report(lookup('prompts', 1));
    report(stale());
    expect(warnings().map(({ msg }) => msg)).toEqual(['lookup failed', 'serving stale']);
  });

  it.each([
    ['a load succeeded', loadSucceeded],
    ['the database answered', feedAnswered],
  ])('tells of a new outage at once, though the last one was a moment ago, after %s', (_, recovery) => {
    for (const event of [feedFailed, loadFailed, stale()]) report(event);
    report(recovery);
    const before = warnings().length;
    report(stale());
    expect(warnings().slice(before)).toEqual([expect.objectContaining({ msg: 'serving stale' })]);
  });

  it('tells of failed polls at each transition, then once a minute', async () => {
    const flap = () => {
      for (const event of [feedFailed, feedFailed, feedAnswered]) report(event);
    };
    flap();
    flap();
    expect(lines.map(({ msg }) => msg)).toEqual([
      'database does not answer',
      'database answers again',
      'database does not answer',
      'database answers again',
    ]);
    report(feedFailed);
    await clock.advance(60_000);
    report(feedFailed);
    expect(warnings()).toHaveLength(4);
  });

  it('tells of failed loads at each transition, with the cause and without a stack', () => {
    for (const event of [loadFailed, loadFailed, loadSucceeded, loadFailed]) report(event);
    expect(warnings()).toHaveLength(2);
    expect(warnings()[0]).toMatchObject({ error: 'refused', key: 'snapshot', failures: 1 });
    expect(JSON.stringify(lines)).not.toContain('log-events.spec');
  });

  it('tells of a load with its source, and of an invalidation with namespace, scopes and count, as INFO', () => {
    report(loadSucceeded);
    const scopes = Array.from({ length: 25 }, (_, at) => `course:${at}`);
    report({ type: 'changes-applied', stream: 'config', version: 8, scopes });
    expect(lines).toEqual([
      expect.objectContaining({ level: 'info', msg: 'loaded', source: 'origin', version: 7, durationMs: 3 }),
      expect.objectContaining({ level: 'info', msg: 'changes applied', version: 8, count: 25 }),
    ]);
    expect(lines[1]!.scopes).toHaveLength(20);
  });

  it('tell that people changed something, and not who (OP-3)', () => {
    const scopes = ['prompt-user:ada@example.org', 'prompt:a_node', 'prompt-user:7\nuser:8'];
    report({ type: 'changes-applied', stream: 'prompts', version: 8, scopes });
    report({ type: 'purged', stream: 'prompts', scopes });
    for (const line of lines)
      expect(line).toMatchObject({ scopes: ['prompt-user:*', 'prompt:a_node'], count: 3 });
    expect(lines).toHaveLength(2);
  });

  it('tell that keys were purged or invalidated, and not which: some are made of what people said (CO-13)', () => {
    const scopes = [
      '@narratives=narr:v1:one',
      '@narratives=narr:v1:two',
      '@narratives^narr:v1:one:',
      '@items',
    ];
    report({ type: 'purged', stream: 'cache', scopes });
    expect(lines).toEqual([
      expect.objectContaining({ scopes: ['@narratives=*', '@narratives^*', '@items'], count: 4 }),
    ]);
  });

  const call = (over: object = {}): LastgoodEvent => ({
    type: 'llm-call',
    phase: 'stage_6_planner',
    modelId: 'vendor/model',
    rank: 'primary',
    outcome: 'timeout',
    inputTokens: null,
    outputTokens: null,
    costUsd: null,
    durationMs: 9_000,
    ...over,
  });

  it('tells of a model that gave no answer once a minute a phase and model, and of no answer (LE-8)', () => {
    for (const event of [call({ outcome: 'ok' }), call(), call(), call({ modelId: 'vendor/other' })])
      report(event);
    const fields = { phase: 'stage_6_planner', rank: 'primary', outcome: 'timeout', durationMs: 9_000 };
    expect(lines).toMatchObject([
      { level: 'warn', modelId: 'vendor/model', ...fields },
      { level: 'warn', modelId: 'vendor/other', ...fields },
    ]);
  });

  it('tells how a lesson ended, as INFO (LE-8)', () => {
    report({ type: 'lesson-ended', outcome: 'best-effort', durationMs: 90_000 });
    expect(lines).toMatchObject([
      { level: 'info', msg: 'lesson ended', outcome: 'best-effort', durationMs: 90_000 },
    ]);
  });

  it('asks for a person only where history was lost', () => {
    report({ type: 'history-adopted', stream: 'config', gap: null });
    report({ type: 'history-adopted', stream: 'config', gap: 'trimmed' });
    report({ type: 'lineage-lost', stream: 'config', gap: 'went-back' });
    expect(lines.map(({ level }) => level)).toEqual(['debug', 'warn', 'error']);
  });
});

describe('createLogger', () => {
  it.each(['authorization', 'password', 'apiKey', 'token', 'secret', 'databaseUrl'])(
    'cuts out %s wherever it stands',
    (name) => {
      for (const fields of [
        { [name]: 'hush' },
        { a: { [name]: 'hush' } },
        { a: { b: { [name]: 'hush' } } },
      ]) {
        expect(written(fields)).not.toContain('hush');
        expect(written(fields)).toContain('[secret]');
      }
    },
  );

  it('cuts the headers of a request and the items of a list', () => {
    expect(written({ request: { headers: { authorization: 'hush' } } })).not.toContain('hush');
    expect(written({ keys: [{ secret: 'hush' }] })).not.toContain('hush');
  });

  it('tells of a failed statement, not of the values that were written', () => {
    const parameters = ['hush'];
    const driverError = Object.assign(new Error('refused'), { detail: 'Failing row contains (hush)' });
    const error = Object.assign(new Error('refused'), {
      parameters,
      driverError,
      detail: driverError.detail,
    });
    expect(written({ err: error })).not.toContain('hush');
    expect(written({ err: error })).toContain('refused');
  });

  it('writes one line of JSON with the level as a word and the moment in UTC', () => {
    expect(JSON.parse(written({ a: 0 }))).toEqual({
      level: 'info',
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/),
      a: 0,
      msg: 'a message',
    });
  });
});
