import { CallSampler, type AuditedCall } from './call-sampler.js';

const call = (over: Partial<AuditedCall> = {}): AuditedCall => ({
  at: '2026-01-01T00:00:00.000Z',
  actorId: null,
  actorName: null,
  actorRole: null,
  ip: '192.0.2.1',
  method: 'GET',
  route: '/admin/phases',
  status: 401,
  requestId: 'r',
  ...over,
});

describe('CallSampler (OP-3)', () => {
  it('gives every call that was let in a row of its own', () => {
    const sampler = new CallSampler();
    for (let i = 0; i < 100; i++) expect(sampler.admit(call({ status: 200 }))).toBe(true);
    expect(sampler.close()).toEqual([]);
  });

  it('gives the first refused calls of a kind a row, counts the others, and tells the count once', () => {
    const sampler = new CallSampler();
    const admitted = Array.from({ length: 50 }, (_, i) => sampler.admit(call({ requestId: `r${i}` })));
    expect(admitted.filter(Boolean)).toHaveLength(5);
    expect(sampler.close()).toEqual([{ ...call({ requestId: 'r49' }), calls: 45 }]);
    expect(sampler.close()).toEqual([]);
    expect(sampler.admit(call())).toBe(true);
  });

  it('keeps kinds apart: address, method, route and status', () => {
    const sampler = new CallSampler();
    const kinds = [{}, { ip: '192.0.2.2' }, { method: 'PUT' }, { route: '*' }, { status: 403 }];
    for (const over of kinds) for (let i = 0; i < 7; i++) sampler.admit(call(over));
    expect(sampler.close().map(({ calls }) => calls)).toEqual([2, 2, 2, 2, 2]);
  });

  it('holds so many kinds at most: a flood from everywhere is one kind, and bounded', () => {
    const sampler = new CallSampler();
    const admitted = Array.from({ length: 10_000 }, (_, i) =>
      sampler.admit(call({ ip: `198.51.${i >> 8}.${i & 255}` })),
    );
    const own = admitted.filter(Boolean).length;
    const counted = sampler.close();
    expect(own).toBeLessThanOrEqual(105);
    expect(counted.length).toBeLessThanOrEqual(101);
    expect(own + counted.reduce((sum, { calls }) => sum + calls, 0)).toBe(10_000);
  });
});
