import { continueTrace, traceparentOf } from './trace.js';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const parent = '00f067aa0ba902b7';
const isNew = { traceId: expect.stringMatching(/^[\da-f]{32}$/), flags: '00' };

describe('traceparent (OP-4)', () => {
  it.each([
    ['version 00', `00-${traceId}-${parent}-01`, '01'],
    ['version 00, not sampled', `00-${traceId}-${parent}-00`, '00'],
    ['a later version', `cc-${traceId}-${parent}-01`, '01'],
    ['a later version with more to it', `cc-${traceId}-${parent}-01-what-the-future-holds`, '01'],
  ])('%s is continued with a span of our own', (_, header, flags) => {
    const trace = continueTrace(header);
    expect(trace).toEqual({ traceId, flags, spanId: expect.stringMatching(/^[\da-f]{16}$/) });
    expect(trace.spanId).not.toBe(parent);
    expect(traceparentOf(trace)).toBe(`00-${traceId}-${trace.spanId}-${flags}`);
  });

  it.each([
    ['none', undefined],
    ['two', [`00-${traceId}-${parent}-01`, `00-${traceId}-${parent}-01`]],
    ['nonsense', 'nonsense'],
    ['the forbidden version', `ff-${traceId}-${parent}-01`],
    ['version 00 with more to it', `00-${traceId}-${parent}-01-x`],
    ['a trace of zeros', `00-${'0'.repeat(32)}-${parent}-01`],
    ['a parent of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
    ['capital letters', `00-${traceId.toUpperCase()}-${parent}-01`],
    ['a short trace', `00-${traceId.slice(1)}-${parent}-01`],
  ])('%s: a new trace begins', (_, header) => {
    const trace = continueTrace(header);
    expect(trace).toMatchObject(isNew);
    expect(trace.traceId).not.toBe(traceId);
    expect(continueTrace(header).traceId).not.toBe(trace.traceId);
  });
});
