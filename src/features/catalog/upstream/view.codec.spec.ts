import type { CatalogView, ViewData } from '../views/catalog-view.js';
import { hashView } from './hash-view.js';
import { viewCodec } from './view.codec.js';

const viewOf = (data: ViewData): CatalogView => ({ hash: hashView(data), data });
const roundTrip = (view: CatalogView) =>
  viewCodec.decode(JSON.parse(JSON.stringify(viewCodec.encode(view))), 1);
const book = { id: '1', publisher_id: '2', title: 'Fog', 10: 'ten', a: null, publisher: null };

describe('what tiers hold of the catalogue (CT-7)', () => {
  it.each<[string, ViewData]>([
    ['a list', [book, { ...book, id: '2' }]],
    ['an empty list', []],
    ['a book', book],
    ['a publisher', { id: '1', name: 'North', nested: { deep: [null, { x: 1.5 }] } }],
    ['a configuration', { book_id: '1', pages: null }],
    ['a logo', { contentType: 'image/png', base64: Buffer.from([1, 2, 255]).toString('base64') }],
  ])('comes back as it was: %s (CT-7)', (_, data) => {
    expect(roundTrip(viewOf(data))).toEqual(viewOf(data));
  });

  const { hash } = viewOf(book);
  it.each<[string, unknown]>([
    ['nothing', null],
    ['a text', 'text'],
    ['no hash', { data: book }],
    ['no data', { hash }],
    ['the hash of something else', { hash, data: { ...book, title: 'Forged' } }],
    ['an entity without an id', viewOf({ title: 'x' } as never)],
    ['an id that nothing has', viewOf({ ...book, id: '1:2' })],
    ['a list with a stranger in it', viewOf([book, 'x' as never])],
    ['an image that is none', viewOf({ contentType: 'text/html', base64: 'AAAA' })],
  ])('is not read where it is %s (CT-7)', (_, json) => {
    expect(() => viewCodec.decode(json, 1)).toThrow('It is no view of the catalogue');
  });

  it('is not read where another version of us wrote it (CT-7)', () => {
    expect(() => viewCodec.decode(viewOf(book), 2)).toThrow('It is no view of the catalogue');
  });
});
