import { SignalNotListableError } from '../src/features/signals/reading/signal-not-listable.error.js';
import { SignalSourceError } from '../src/features/signals/reading/signal-source.error.js';
import type { ScriptedSource } from './support/scripted-source.js';
import { caught, SignalDesk } from './support/signal-desk.js';
import type { SignalReplica } from './support/signal-replica.js';

describe('SignalService.list', () => {
  let source: ScriptedSource;
  let replica: SignalReplica;
  let over: SignalDesk['over'];

  beforeEach(() => {
    ({ source, replica, over } = new SignalDesk());
  });

  const rss = (...titles: string[]) =>
    `<rss version="2.0"><channel><title>t</title><link>https://wire.example/</link><description>d</description>${titles
      .map((title) => `<item><guid>${title}</guid><title>${title}</title></item>`)
      .join('')}</channel></rss>`;

  it('gives all articles of a feed, by one request (SI-5)', async () => {
    source.text = () => rss('a', 'b', 'c');
    const articles = await replica.service.list('news', 'wire');
    expect(articles.map(({ value }) => (value as { title: string }).title)).toEqual(['a', 'b', 'c']);
    expect(source.asked).toEqual(['https://wire.example/']);
    await expect(replica.service.get('news', articles[0]!.id)).resolves.toMatchObject({ source: 'memory' });
  });

  it('a feed that cannot be asked is told, and one that takes too long (SI-4)', async () => {
    source.text = () => null;
    expect(await caught(replica.service.list('news', 'wire'))).toBeInstanceOf(SignalSourceError);
    source.answersInMs = 3_600_000;
    const error = await over(caught(replica.service.list('news', 'other')), 10_000);
    expect(error).toMatchObject({
      code: 'signal-source-failed',
      message: expect.stringContaining('10000 ms'),
    });
  });

  it('only feeds can be listed, by their names (SI-4)', async () => {
    expect(await caught(replica.service.list('pushed', 'g1'))).toBeInstanceOf(SignalNotListableError);
    await expect(replica.service.list('news', '../x')).rejects.toMatchObject({ code: 'signal-id-invalid' });
    await expect(replica.service.list('none', 'x')).rejects.toMatchObject({ code: 'signal-type-unknown' });
  });

  it('what is not there any more by the time it is read is left out (SI-4)', async () => {
    source.text = () => rss('a', 'b');
    const [first] = await replica.service.list('news', 'wire');
    const { reader } = replica.get('news');
    const held = reader.cache.entry(`news:${first!.id}`)!;
    reader.cache.setAbsent(held.key, {});
    const list = replica.get('news').source.list!;
    Object.assign(replica.get('news').source, { list: async () => [first!.id.split(':')[1]!, 'gone'] });
    source.text = () => rss('b');
    await expect(replica.service.list('news', 'wire')).resolves.toEqual([]);
    Object.assign(replica.get('news').source, { list });
  });
});
