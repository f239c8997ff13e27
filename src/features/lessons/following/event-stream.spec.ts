import { PassThrough } from 'node:stream';
import type { ServerResponse } from 'node:http';
import { EventStream } from './event-stream.js';

const section = (seq: number) => ({ seq, type: 'section', data: { done: seq } });
const ended = { seq: 9, type: 'ended', data: null };

describe('events to one follower (LE-7)', () => {
  /** What was sent and not read waits in it, as in a response whose client is slow. */
  let response: PassThrough;
  let stream: EventStream;

  beforeEach(() => {
    response = new PassThrough({ highWaterMark: 1 });
    stream = new EventStream('lesson', 0, response as unknown as ServerResponse, 1_000);
  });

  it('carry their number, their kind and JSON on one line (LE-7)', () => {
    stream.send({ seq: 7, type: 'node-started', data: { node: 'a\nb' } });
    expect(String(response.read())).toBe('id: 7\nevent: node-started\ndata: {"node":"a\\nb"}\n\n');
    expect(stream.after).toBe(7);
  });

  it('end with the last one, after which nothing is sent (LE-7)', async () => {
    const text = response.setEncoding('utf8').toArray();
    stream.send(ended);
    stream.beat();
    stream.send(section(10));
    expect(stream.isClosed).toBe(true);
    expect(await text).toEqual(['id: 9\nevent: ended\ndata: null\n\n']);
  });

  it('are cut off where they are not read, in place of waiting in memory without end (LE-7)', () => {
    for (let seq = 1; seq <= 1_000; seq++) stream.send(section(seq));
    expect([stream.isClosed, response.destroyed]).toEqual([true, true]);
    expect(stream.after).toBeLessThan(100);
  });

  it('say once in each outage that the database is away (LE-7)', () => {
    for (const isAway of [true, true, false, true]) stream.databaseIsAway(isAway);
    response.setEncoding('utf8');
    let text = '';
    for (let part = response.read(); part !== null; part = response.read()) text += part as string;
    expect(text).toBe(': database unavailable\n\n'.repeat(2));
  });
});
