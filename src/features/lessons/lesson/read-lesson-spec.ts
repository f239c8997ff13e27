import { parse } from 'yaml';
import { LessonSpecInvalidError } from './lesson-spec-invalid.error.js';
import { lessonSpecSchema, type LessonSpec } from './lesson-spec.js';

/**
 * Reads a specification from YAML or JSON.
 * @throws LessonSpecInvalidError with every fault, by field
 */
export function readLessonSpec(text: string): LessonSpec {
  let value: unknown;
  try {
    value = parse(text, { stringKeys: true });
  } catch (error) {
    throw new LessonSpecInvalidError([(error as Error).message]);
  }
  const { success, data, error } = lessonSpecSchema.safeParse(value);
  if (success) return data;
  throw new LessonSpecInvalidError(
    error.issues.map(({ path, message }) => `${path.join('.') || 'lesson'}: ${message}`),
  );
}
