import * as fc from 'fast-check';
import { aPhase, toRows, validConfig } from '../../../../test/support/config-rows.js';
import { anySnapshot } from '../../../../test/support/any-snapshot.js';
import { resolvePhase } from '../reading/resolve-phase.js';
import { buildSnapshot } from '../snapshot/build-snapshot.js';
import { canonicalJson } from '../../../platform/documents/index.js';
import { keepCourse } from './keep-course.js';
import { contentHash, parseContent, pinnedContent } from './pinned-content.js';
import { PinnedForms } from './pinned-forms.js';
import { pinnedSnapshotCodec } from './pinned-snapshot.codec.js';

const asOf = { epoch: 'e1', version: 7, changeId: 'change-7' };
const rows = toRows({
  ...validConfig,
  phases: [
    ...validConfig.phases,
    aPhase('stage_9', { courseId: 'c1', temperature: 2 }),
    aPhase('stage_8', { courseId: 'c2' }),
  ],
});
const whole = buildSnapshot(rows, asOf);

describe('what is stored of a pinned snapshot (MC-22)', () => {
  it('reads back equal, whatever is in it, with its id and its version', () => {
    fc.assert(
      fc.property(anySnapshot, (snapshot) => {
        const back = parseContent(pinnedContent(snapshot));
        expect(back).toEqual(snapshot);
        expect([back.id, back.asOf]).toEqual([snapshot.id, snapshot.asOf]);
        expect(pinnedContent(back)).toBe(pinnedContent(snapshot));
      }),
    );
  });

  it('reads back equal from where only one course is kept', () => {
    fc.assert(
      fc.property(anySnapshot, fc.nat(), (snapshot, at) => {
        const courses = [...snapshot.courses.keys(), 'unknown'];
        const kept = keepCourse(snapshot, courses[at % courses.length]!);
        expect(parseContent(pinnedContent(kept))).toEqual(kept);
      }),
    );
  });

  it('is the same text in whatever order the rows come', () => {
    fc.assert(
      fc.property(
        fc.record({
          models: fc.shuffledSubarray([...rows.models], { minLength: rows.models.length }),
          phases: fc.shuffledSubarray([...rows.phases], { minLength: rows.phases.length }),
          judges: fc.shuffledSubarray([...rows.judges], { minLength: rows.judges.length }),
          reserves: fc.constant(rows.reserves),
        }),
        (shuffled) => {
          expect(pinnedContent(buildSnapshot(shuffled, asOf))).toBe(pinnedContent(whole));
        },
      ),
    );
  });

  it('comes the same out of a tier as out of the database', () => {
    const fromDatabase = parseContent(pinnedContent(whole));
    const stored = JSON.parse(JSON.stringify(pinnedSnapshotCodec.encode(fromDatabase)));
    const fromTier = pinnedSnapshotCodec.decode(stored, 1);
    expect(JSON.stringify(pinnedSnapshotCodec.encode(fromTier))).toBe(
      JSON.stringify(pinnedSnapshotCodec.encode(fromDatabase)),
    );
  });

  it('is taken back though a rule would refuse it by now', () => {
    const retired = { ...rows, models: rows.models.map((row) => ({ ...row, status: 'retired' as const })) };
    expect(parseContent(pinnedContent(buildSnapshot(retired, asOf))).models.get('a/writer')).toMatchObject({
      status: 'retired',
    });
  });

  it.each(['models', 'phases', 'judges', 'reserves', 'otherPhases'])('is refused without its %s', (kind) => {
    const stored = { ...(pinnedSnapshotCodec.encode(whole) as object), [kind]: undefined };
    expect(() => pinnedSnapshotCodec.decode(stored, 1)).toThrow(`A pinned snapshot without ${kind}`);
  });

  it('has another hash for another temperature', () => {
    const warmer = { ...rows, phases: rows.phases.map((row) => ({ ...row, temperature: 1 })) };
    expect(contentHash(pinnedContent(buildSnapshot(warmer, asOf)))).not.toBe(
      contentHash(pinnedContent(whole)),
    );
  });
});

describe('what is kept for one course (MC-22)', () => {
  it('answers every question about that course, or about none, as the whole does', () => {
    fc.assert(
      fc.property(anySnapshot, fc.nat(), (snapshot, at) => {
        const courses = [...snapshot.courses.keys(), 'unknown'];
        const courseId = courses[at % courses.length]!;
        const kept = keepCourse(snapshot, courseId);
        for (const phase of [...snapshot.declaredPhases, 'misspelt']) {
          for (const tier of ['standard', 'extended'] as const) {
            for (const asked of [courseId, null]) {
              const answer = resolvePhase(kept, phase, asked, ['ru', 'any'], tier);
              expect(answer).toEqual(resolvePhase(snapshot, phase, asked, ['ru', 'any'], tier));
            }
          }
        }
        expect([...kept.declaredPhases].toSorted()).toEqual([...snapshot.declaredPhases].toSorted());
      }),
    );
  });

  it('leaves the rows of other courses out', () => {
    const content = pinnedContent(keepCourse(whole, 'c1'));
    expect(content).toContain('"courseId":"c1"');
    expect(content).not.toContain('"courseId":"c2"');
  });

  it('is one stored snapshot for all courses without rows of their own', () => {
    const forms = new PinnedForms();
    const hashes = ['none', 'neither', 'c1', 'c2', null].map((course) => forms.of(whole, course).hash);
    expect(hashes[0]).toBe(hashes[1]);
    expect(new Set(hashes).size).toBe(4);
    expect(forms.of(whole, 'c1')).toMatchObject({ hash: contentHash(forms.of(whole, 'c1').content()) });
  });
});

describe('canonical JSON (MC-22)', () => {
  it('is JSON of the same value, with sorted names', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
    expect(canonicalJson({ b: [1, { d: null, c: false }], a: 0, e: undefined })).toBe(
      '{"a":0,"b":[1,{"c":false,"d":null}]}',
    );
  });
});
