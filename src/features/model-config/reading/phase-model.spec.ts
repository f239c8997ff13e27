import { aPhase, aSnapshot } from '../../../../test/support/config-rows.js';
import { ReadResult } from '../../../core/index.js';
import { PhaseModel } from './phase-model.js';
import { PhaseResolver } from './phase-resolver.js';

const row = {
  language: 'ru',
  contextTier: 'extended',
  courseId: 'c"1\n',
  fallbackModelId: null,
  temperature: 0,
  maxTokens: 1,
  maxContextTokens: 2,
  qualityThreshold: 0,
  maxRetries: 0,
  timeoutMs: null,
  cacheReadEnabled: false,
} as const;
const snapshot = aSnapshot({ phases: [aPhase('stage_4', row)] }, 9);
const resolved = new PhaseResolver(snapshot).resolve('stage_4', { language: 'ru', courseId: row.courseId });
const readAt = (age: number, isStale = false) =>
  new ReadResult(snapshot, age, snapshot.asOf, {
    isStale,
    source: 'memory',
    reason: isStale ? 'backing-off' : 'fresh',
    band: 'fresh',
    absent: false,
  });

describe('PhaseModel (MC-6)', () => {
  const model = new PhaseModel(resolved, readAt(1_234.5));

  it('has every setting of the row, 0, null and false included (MC-12)', () => {
    const { version, createdAt, updatedAt, updatedBy, ...settings } = resolved.row;
    expect(settings).toEqual({ phase: 'stage_4', modelId: 'a/writer', ...row });
    for (const [name, value] of Object.entries({ version, ...settings })) {
      expect([name, Reflect.get(model, name)]).toEqual([name, value]);
    }
    expect([createdAt, updatedAt, updatedBy].every((fact) => typeof fact === 'string')).toBe(true);
  });

  it('says how far it may be trusted, and where it was found', () => {
    expect(model.meta).toEqual({
      source: 'memory',
      reason: 'fresh',
      isStale: false,
      ageMs: 1_235,
      version: 9,
      snapshotId: '9-c9',
      resolution: resolved.tried,
    });
    expect(model.isStale).toBe(false);
  });

  it('writes both as JSON', () => {
    expect(JSON.parse(JSON.stringify(model))).toEqual({ ...resolved.row, meta: model.meta });
    expect(Object.isFrozen(resolved.row)).toBe(true);
  });

  it('writes the same text quickly as slowly, first and again, for each reader anew', () => {
    expect(model.toJsonText()).toBe(JSON.stringify(model));
    expect(model.toJsonText()).toBe(JSON.stringify(model));
    const later = model.again(readAt(600_000, true));
    expect(later.toJsonText()).toBe(JSON.stringify(later));
    expect([later.meta.ageMs, later.isStale, later.meta.reason]).toEqual([600_000, true, 'backing-off']);
    expect([model.meta.ageMs, model.isStale]).toEqual([1_235, false]);
  });
});
