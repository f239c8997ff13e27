import { diffColumns } from './diff-columns.js';

const columns = {
  id: 7,
  version: 1,
  updated_by: 'x',
  max_tokens: 0,
  timeout_ms: null,
  cache_read_enabled: false,
};

describe('diffColumns (MC-16)', () => {
  it('tells what differs in the names that people know, bookkeeping apart', () => {
    const after = { ...columns, version: 2, updated_by: 'y', max_tokens: 5, timeout_ms: 0 };
    expect(diffColumns('r', columns, after)).toEqual({
      row: 'r',
      kind: 'changed',
      fields: { maxTokens: { before: 0, after: 5 }, timeoutMs: { before: null, after: 0 } },
    });
  });

  it('tells all of a row that was added or removed, 0, false and null included', () => {
    const added = diffColumns('r', null, columns);
    expect(added.kind).toBe('added');
    expect(added.fields).toEqual({
      maxTokens: { before: null, after: 0 },
      timeoutMs: { before: null, after: null },
      cacheReadEnabled: { before: null, after: false },
    });
    expect(diffColumns('r', columns, null)).toMatchObject({
      kind: 'removed',
      fields: { cacheReadEnabled: { before: false, after: null } },
    });
  });
});
