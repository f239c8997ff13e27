import type { NarrativeOutcome, NarrativeRequest } from './narrative-request.js';
import { RequestBuffer } from './request-buffer.js';

const request = (key: string, userId: string | null, outcome: NarrativeOutcome): NarrativeRequest => ({
  askedAt: 0,
  userId,
  key,
  outcome,
  durationMs: 1,
  systems: [],
  tokens: 0,
  costUsd: 0,
  savedUsd: null,
});

describe('the requests that wait to be written (NA-9)', () => {
  const filled = (...requests: NarrativeRequest[]) => {
    const buffer = new RequestBuffer(3);
    for (const each of requests) buffer.add(each);
    return buffer;
  };
  const keysOf = (buffer: RequestBuffer) =>
    buffer
      .take(10)
      .map(({ key }) => key)
      .toSorted();

  it('are all there while there is room', () => {
    const buffer = filled(request('a', null, 'fresh'), request('b', 'ann', 'made'));
    expect([buffer.size, buffer.dropped]).toEqual([2, 0]);
    expect(keysOf(buffer)).toEqual(['a', 'b']);
    expect(buffer.size).toBe(0);
  });

  it.each([
    [
      'the oldest of nobody',
      [request('a', 'ann', 'fresh'), request('b', null, 'made'), request('c', null, 'made')],
      'b',
    ],
    [
      'then the oldest hit',
      [request('a', 'ann', 'made'), request('b', 'bob', 'stale'), request('c', 'bob', 'fresh')],
      'b',
    ],
    [
      'then the oldest',
      [request('a', 'ann', 'made'), request('b', 'bob', 'invalid'), request('c', 'bob', 'failed')],
      'a',
    ],
  ])('lose %s where there is none, and it is counted', (_, requests, lost) => {
    const buffer = filled(...requests, request('d', 'dan', 'made'));
    expect([buffer.size, buffer.dropped]).toEqual([3, 1]);
    expect(keysOf(buffer)).toEqual(['a', 'b', 'c', 'd'].filter((key) => key !== lost));
  });

  it('lose one of nobody that comes when there are only such that are somebody’s', () => {
    const buffer = filled(
      request('a', 'ann', 'made'),
      request('b', 'ann', 'made'),
      request('c', 'ann', 'made'),
    );
    buffer.add(request('d', null, 'made'));
    expect(keysOf(buffer)).toEqual(['a', 'b', 'c']);
  });

  it('have less room while others are being written', () => {
    const buffer = new RequestBuffer(3);
    buffer.add(request('a', 'ann', 'made'), 2);
    buffer.add(request('b', 'ann', 'made'), 2);
    expect([buffer.size, buffer.dropped]).toEqual([1, 1]);
  });

  it('leave in parts, those that are given up last first', () => {
    const buffer = filled(
      request('a', null, 'made'),
      request('b', 'ann', 'fresh'),
      request('c', 'ann', 'made'),
    );
    expect([buffer.take(2), buffer.take(2)].map((part) => part.map(({ key }) => key))).toEqual([
      ['c', 'b'],
      ['a'],
    ]);
  });
});
