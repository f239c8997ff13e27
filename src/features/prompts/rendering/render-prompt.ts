import { PlaceholderConflictError } from '../prompt/placeholder-conflict.error.js';
import { PlaceholdersMissingError } from '../prompt/placeholders-missing.error.js';
import type { PromptData } from '../prompt/prompt-data.js';
import type { PromptContext } from '../prompt/prompt-source.js';
import type { PromptTemplate } from '../prompt/prompt-template.js';
import type { RenderedText } from '../prompt/rendered-prompt.js';
import { checkContext } from './check-context.js';
import { compileTemplate, type CompiledTemplate } from './compile-template.js';

interface ReadyTemplate extends CompiledTemplate {
  readonly dynamic: ReadonlySet<string>;
}

/** A template is the same object for as long as it is current. */
const ready = new WeakMap<PromptTemplate, ReadyTemplate>();

/**
 * Pure: what the template says, with the person's settings and the moment's content put in, which is never rendered
 * again. What the template declares dynamic is the context's alone; all else is the person's, and the context's where
 * they set nothing.
 * @throws PlaceholdersMissingError, PlaceholderConflictError, PromptInvalidError, PromptTooLargeError
 */
export function renderPrompt(
  { template, settings }: Pick<PromptData, 'template' | 'settings'>,
  context: PromptContext,
): RenderedText {
  checkContext(context);
  const compiled = ready.get(template) ?? compile(template);
  const values = valuesOf(template.nodeName, compiled, settings, context);
  const { prompt, system } = compiled.render(values);
  return { prompt, system, usedPlaceholders: compiled.names };
}

function compile(template: PromptTemplate): ReadyTemplate {
  const compiled = compileTemplate(template, template.nodeName);
  const names = Object.freeze([...compiled.names]);
  const made = { ...compiled, names, dynamic: new Set(template.dynamicPlaceholders) };
  ready.set(template, made);
  return made;
}

function valuesOf(
  nodeName: string,
  { names, dynamic }: ReadyTemplate,
  settings: PromptData['settings'],
  context: PromptContext,
): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  const missing: string[] = [];
  const conflicts: string[] = [];
  for (const name of names) {
    const given = Object.hasOwn(context, name) ? context[name] : undefined;
    const isSet = !dynamic.has(name) && Object.hasOwn(settings, name);
    if (isSet && Object.hasOwn(context, name)) conflicts.push(name);
    const value = isSet ? settings[name] : given;
    if (value == null) missing.push(name);
    else values[name] = value;
  }
  if (conflicts.length > 0) throw new PlaceholderConflictError(nodeName, conflicts);
  if (missing.length > 0) {
    throw new PlaceholdersMissingError(nodeName, {
      dynamic: missing.filter((name) => dynamic.has(name)),
      settings: missing.filter((name) => !dynamic.has(name)),
    });
  }
  return values;
}
