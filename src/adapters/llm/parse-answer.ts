import type { AnswerForm } from './llm-request.js';

/** The value of a structured answer, or what is wrong with it, in words that hold nothing of it. */
export type ParsedAnswer<T> = { readonly value: T } | { readonly problem: string };

/** Reads a text as JSON of a form; a fence (```) around it is no fault. */
export async function parseAnswer<T>(
  text: string,
  { name, schema }: AnswerForm<T>,
): Promise<ParsedAnswer<T>> {
  let json: unknown;
  try {
    json = JSON.parse(withoutFence(text.trim()));
  } catch {
    return { problem: `the answer is no JSON, which "${name}" has to be` };
  }
  const { success, data, error } = await schema.safeParseAsync(json);
  if (success) return { value: data };
  // Paths and messages quote keys that the model wrote.
  const codes = [...new Set(error.issues.map(({ code }) => code))].join(', ');
  return { problem: `the answer is not in the form "${name}" (${error.issues.length}: ${codes})` };
}

function withoutFence(text: string): string {
  const opening = /^```[a-z]*\s/i.exec(text)?.[0];
  if (opening === undefined || !text.endsWith('```')) return text;
  return text.slice(opening.length, -3);
}
