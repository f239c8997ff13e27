import type { z } from 'zod';
import type { Ask } from './http-client.js';

/** Operation, where it is asked, how, and the schema and the status of its answer. */
export type Example = [operation: string, url: string, ask: Ask, schema: z.ZodType, status: number];

export const reason = 'a test';
export const byAnyone: Ask = { as: null };
export const byClient: Ask = {};
export const byViewer: Ask = { as: 'viewer' };
export const byAdmin = (method: string, body?: unknown, headers: Ask['headers'] = {}): Ask => ({
  as: 'admin',
  method,
  body,
  headers,
});
