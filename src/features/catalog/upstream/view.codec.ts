import { z } from 'zod';
import type { ValueCodec } from '../../../core/index.js';
import { catalogIdText } from '../views/catalog-id.js';
import type { CatalogView, ViewData } from '../views/catalog-view.js';
import { hashView } from './hash-view.js';

const schema = 1;

const entity = z.looseObject({ id: catalogIdText });
const data = z.union([
  z.array(entity),
  entity,
  z.looseObject({ book_id: catalogIdText }),
  z.object({ contentType: z.string().startsWith('image/'), base64: z.base64() }),
]);
const stored = z.object({
  hash: z.string(),
  data: z.custom<ViewData>((value) => data.safeParse(value).success),
});

/** What tiers hold of the catalogue: what somebody else put there, or changed, is not read. */
export const viewCodec: ValueCodec<CatalogView> = {
  schema,
  encode: (view) => view,
  decode: (json, version) => {
    const parsed = version === schema ? stored.safeParse(json) : null;
    if (!parsed?.success || parsed.data.hash !== hashView(parsed.data.data))
      throw new TypeError('It is no view of the catalogue');
    return parsed.data;
  },
};
