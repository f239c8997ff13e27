import { createHash } from 'node:crypto';
import type { ViewData } from '../views/catalog-view.js';

const hashDigits = 32;

/** Of a view's content: as long as it is the same, so is this. */
export const hashView = (data: ViewData): string =>
  createHash('sha256').update(JSON.stringify(data)).digest('hex').slice(0, hashDigits);
