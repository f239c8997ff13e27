import { hostPort, readTarget } from './source-target.js';

const allowed = new Set(['127.0.0.1:8080', 'feeds.inside:443', '[::1]:8080']);
const secure = new URL('https://news.example/a/b');

describe('the URL of a source (SI-5)', () => {
  it.each([
    ['https://News.example/a?b=c', 'https://news.example/a?b=c', 'news.example:443'],
    ['http://127.0.0.1:8080/a', 'http://127.0.0.1:8080/a', '127.0.0.1:8080'],
    ['http://[::1]:8080/', 'http://[::1]:8080/', '[::1]:8080'],
    ['https://feeds.inside/a', 'https://feeds.inside/a', 'feeds.inside:443'],
  ])('may be %p (SI-5)', (text, href, host) => {
    const url = readTarget(text, allowed);
    expect([url.href, hostPort(url)]).toEqual([href, host]);
  });

  it.each([
    ['../c', 'https://news.example/c'],
    ['//other.example/c', 'https://other.example/c'],
    ['https://feeds.inside/c', 'https://feeds.inside/c'],
  ])('may be that of a redirect to %p (SI-5)', (text, href) => {
    expect(readTarget(text, allowed, secure).href).toBe(href);
  });

  it.each([
    ['address', 'http://127.1:8080/', undefined],
    ['address', 'https://FEEDS.inside/', undefined],
    ['address', 'https://:password@news.example/', undefined],
    ['address', '/a', undefined],
    ['protocol', 'http://feeds.inside/', undefined],
    ['protocol', 'gopher://news.example/', undefined],
    ['redirect', 'http://127.0.0.1:8080/', secure],
    ['redirect', 'http://news.example/', secure],
  ])('is refused with the fault %p where it is %p (SI-5)', (fault, text, base) => {
    expect(() => readTarget(text, allowed, base)).toThrow(expect.objectContaining({ fault }));
  });
});
