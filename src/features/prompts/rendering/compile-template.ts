import type { Template } from 'liquidjs';
import { PromptInvalidError } from '../prompt/prompt-invalid.error.js';
import { promptLimits } from '../prompt/prompt-limits.js';
import { PromptTooLargeError } from '../prompt/prompt-too-large.error.js';
import { describeLiquidError, isLimit } from './describe-liquid-error.js';
import { liquidEngine } from './liquid-engine.js';
import { parseTemplate, type TemplateText } from './parse-template.js';
import { joinParts, plainParts } from './plain-parts.js';

/** What the variables of a template are, by name; a name that is missing fails the rendering. */
export type PlaceholderValues = Readonly<Record<string, unknown>>;

export interface CompiledTemplate {
  /** Root variables of both parts, sorted. */
  readonly names: readonly string[];
  /**
   * Pure: parses nothing.
   * @throws PromptInvalidError where values do not fit the template, PromptTooLargeError beyond a limit of PR-9
   */
  render(values: PlaceholderValues): { readonly prompt: string; readonly system: string | null };
}

/**
 * Reads a template once.
 * @param subject what errors call it
 * @throws PromptInvalidError with all faults, PromptTooLargeError over 64 KB
 */
export function compileTemplate(text: TemplateText, subject = 'template'): CompiledTemplate {
  const { names, faults, body, system } = parseTemplate(text);
  if (faults.length > 0) throw new PromptInvalidError(subject, faults);
  const renderBody = rendererOf(subject, 'template', body);
  const renderSystem = system === null ? null : rendererOf(subject, 'system', system);
  return {
    names,
    render: (values) => ({ prompt: renderBody(values), system: renderSystem && renderSystem(values) }),
  };
}

function rendererOf(
  subject: string,
  path: string,
  parsed: Template[],
): (values: PlaceholderValues) => string {
  const parts = plainParts(parsed);
  return (values) => {
    const joined = parts && joinParts(parts, values, promptLimits.promptBytes);
    return withinLimit(joined ?? renderParsed(subject, path, parsed, values));
  };
}

function renderParsed(subject: string, path: string, parsed: Template[], values: PlaceholderValues): string {
  try {
    return liquidEngine.renderSync(parsed, values) as string;
  } catch (error) {
    if (isLimit(error)) throw tooLarge();
    // Not as its cause: what LiquidJS says quotes the template.
    throw new PromptInvalidError(subject, [{ path, message: describeLiquidError(error) }]);
  }
}

function withinLimit(text: string): string {
  const { promptBytes } = promptLimits;
  // Each unit has a byte or more: what is far too long, as a loop over text may make it, is not put together to count.
  if (text.length > promptBytes || (text.length > promptBytes / 3 && Buffer.byteLength(text) > promptBytes)) {
    throw tooLarge();
  }
  return text;
}

const tooLarge = () =>
  new PromptTooLargeError('prompt', `${promptLimits.promptBytes} bytes, and a second to be rendered`);
