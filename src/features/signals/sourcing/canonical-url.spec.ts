import { canonicalUrl } from './canonical-url.mjs';

describe('the address that an article is known by (SI-2)', () => {
  it.each([
    [null, null],
    ['not a URL', null],
    ['javascript:alert(1)', null],
    ['ftp://a.example/1', null],
    ['https://A.example/1', 'https://a.example/1'],
    ['https://a.example/1#top', 'https://a.example/1'],
    ['https://a.example/1?utm_source=x&utm_medium=y', 'https://a.example/1'],
    ['https://a.example/1?id=2&UTM_Source=x', 'https://a.example/1?id=2'],
    ['https://a.example/1?q=a%20b', 'https://a.example/1?q=a%20b'],
  ])('of %p is %p (SI-2)', (text, canonical) => {
    expect(canonicalUrl(text)).toBe(canonical);
  });
});
