import type { KeyedAnswer } from '../../../platform/cache/index.js';
import type { CatalogMeta, CatalogRead } from '../reading/catalog-read.js';

const json = Object.freeze({ 'content-type': 'application/json; charset=utf-8' });
/** The JSON of lists, for as long as they are held: 5,000 books anew at each read would hold all others up. */
const texts = new WeakMap<object, Buffer>();

/** A view as it is answered. */
export class ViewAnswer<T extends object> implements KeyedAnswer {
  readonly meta: CatalogMeta;
  readonly maxAgeMs: number;
  readonly headers = json;

  constructor(private readonly read: CatalogRead<T>) {
    this.meta = read.meta;
    this.maxAgeMs = read.maxAgeMs;
  }

  body(): string | Buffer {
    const { data } = this.read;
    if (!Array.isArray(data)) return JSON.stringify({ data, meta: this.meta });
    const rest = `,"meta":${JSON.stringify(this.meta)}}`;
    return Buffer.concat([Buffer.from('{"data":'), textOf(data), Buffer.from(rest)]);
  }
}

function textOf(list: readonly unknown[]): Buffer {
  let text = texts.get(list);
  if (text === undefined) {
    text = Buffer.from(JSON.stringify(list));
    texts.set(list, text);
  }
  return text;
}
