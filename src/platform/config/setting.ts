import type { z } from 'zod';

export interface Documentation {
  readonly description: string;
  /** As shown in `.env.example` and `docs/settings.md`; what the code does without the setting. */
  readonly default: string;
}

export const setting = <S extends z.ZodType>(schema: S, description: string, shownDefault: string) =>
  schema.meta({ description, default: shownDefault } satisfies Documentation);
