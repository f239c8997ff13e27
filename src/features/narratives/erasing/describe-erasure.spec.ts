import { describeErasure } from './describe-erasure.js';

describe('why a narrative was purged, or kept (NA-8)', () => {
  it.each([
    [{ requests: 0, purged: 0, kept: 0 }, 'Nothing was kept of this person: there was nothing to remove.'],
    [
      { requests: 1, purged: 1, kept: 0 },
      '1 request was removed; 1 narrative was purged everywhere, because nobody else asked for the same profile.',
    ],
    [
      { requests: 5, purged: 0, kept: 2 },
      '5 requests were removed; 2 narratives were kept, because others asked for the same profile: it is kept by the profile, and tells of no person.',
    ],
    [
      { requests: 5, purged: 2, kept: 1 },
      '5 requests were removed; 2 narratives were purged everywhere, because nobody else asked for the same profile; 1 narrative was kept, because others asked for the same profile: it is kept by the profile, and tells of no person.',
    ],
    [
      { requests: 2_000, purged: 1_001, kept: 0 },
      '2000 requests were removed; 1001 narratives were purged everywhere, because nobody else asked for the same profile, the last of them soon after.',
    ],
  ])('%j', (counts, sentence) => {
    expect(describeErasure(counts)).toBe(sentence);
  });
});
