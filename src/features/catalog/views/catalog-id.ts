import { z } from 'zod';

/** Ids stand in keys and in paths: nothing that parts either may be in them. */
export const catalogIdPattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;
const form = '1 to 100 of A-Z a-z 0-9 . _ -, a letter or digit first';

/** As in a URL. */
export const catalogIdText = z.string().regex(catalogIdPattern, form);

/** As the content service writes it: a text, or a whole number, which is its digits. */
export const catalogId = z
  .union([z.string(), z.int().min(0).transform(String)], { error: form })
  .pipe(catalogIdText);
