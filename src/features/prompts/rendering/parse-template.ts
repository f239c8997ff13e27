import { toValueSync, type Template, type Variable } from 'liquidjs';
import { promptLimits } from '../prompt/prompt-limits.js';
import { placeholderNameSchema } from '../prompt/prompt-names.js';
import { PromptTooLargeError } from '../prompt/prompt-too-large.error.js';
import { describeLiquidError } from './describe-liquid-error.js';
import { liquidEngine } from './liquid-engine.js';

export interface TemplateText {
  readonly system: string | null;
  readonly body: string;
}

export interface Fault {
  readonly path: string;
  readonly message: string;
}

export interface ParsedTemplate {
  readonly system: Template[] | null;
  readonly body: Template[];
  /** All variables that neither part makes itself, by their roots; sorted. */
  readonly names: readonly string[];
  /** Empty: it may be rendered. */
  readonly faults: readonly Fault[];
}

/** Blocks in blocks: each takes a part of the stack, which processes do not have equally much of. */
const deepest = 32;

/** What `for` makes of it is no variable, and analysis takes it for one. */
const wordOfFor = 'continue';

/**
 * Pure. The paths of faults are `template`, for the body, and `system`.
 * @throws PromptTooLargeError when both parts together have more than 64 KB
 */
export function parseTemplate({ system, body }: TemplateText): ParsedTemplate {
  if (Buffer.byteLength(body) + Buffer.byteLength(system ?? '') > promptLimits.templateBytes) {
    throw new PromptTooLargeError('template', `${promptLimits.templateBytes} bytes`);
  }
  const faults: Fault[] = [];
  const names = new Set<string>();
  const parts = {
    body: parsePart('template', body, names, faults),
    system: system === null ? null : parsePart('system', system, names, faults),
  };
  if (names.size > promptLimits.placeholders) {
    faults.push({ path: 'template', message: `has more than ${promptLimits.placeholders} placeholders` });
  }
  return { ...parts, names: [...names].toSorted(), faults };
}

function parsePart(path: string, text: string, names: Set<string>, faults: Fault[]): Template[] {
  if (/[\0\p{Cs}]/u.test(text)) {
    faults.push({ path, message: 'has a NUL or half a character in it' });
    return [];
  }
  try {
    const parsed = liquidEngine.parse(text);
    if (isDeeper(parsed, deepest))
      faults.push({ path, message: `has blocks nested more than ${deepest} deep` });
    else noteNames({ path, text, parsed }, names, faults);
    return parsed;
  } catch (error) {
    faults.push({ path, message: describeLiquidError(error) });
    return [];
  }
}

function isDeeper(templates: readonly Template[], levels: number): boolean {
  if (levels < 0) return true;
  return templates.some((template) => {
    const children = template.children?.(false, true);
    return children !== undefined && isDeeper(toValueSync<Template[]>(children), levels - 1);
  });
}

interface Part {
  readonly path: string;
  readonly text: string;
  readonly parsed: Template[];
}

function noteNames({ path, text, parsed }: Part, names: Set<string>, faults: Fault[]): void {
  const { variables, globals } = liquidEngine.analyzeSync(parsed, { partials: false });
  // `{{ [name] }}` lets what is put in choose what is read, and analysis takes it for `{{ name }}`.
  const lines = text.split('\n');
  const isBracketed = ({ location: { row, col } }: Variable) => lines[row - 1]?.[col - 1] === '[';
  if (Object.values(variables).some((uses) => uses.some(isBracketed))) {
    faults.push({ path, message: 'a variable has to be named: what stands in brackets comes after a name' });
    return;
  }
  const roots = Object.values(globals).flatMap((uses) => uses.map(({ segments }) => segments[0]));
  for (const name of new Set(roots)) {
    if (typeof name !== 'string') continue;
    if (name !== wordOfFor && placeholderNameSchema.safeParse(name).success) names.add(name);
    else faults.push({ path, message: `${shown(name)} cannot be the name of a placeholder` });
  }
}

const shown = (name: string): string => (/^[\w-]{1,100}$/.test(name) ? `"${name}"` : 'something');
