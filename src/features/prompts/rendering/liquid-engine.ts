import { Liquid, toValue } from 'liquidjs';
import { promptLimits } from '../prompt/prompt-limits.js';

/** How long one rendering may keep the process busy (ms): far more than any prompt needs. */
const renderLimitMs = 1_000;

/** No file is read, and nothing outlives the rendering. */
const allowedTags = new Set(
  '# assign break capture case comment continue cycle echo for if raw unless'.split(' '),
);

/**
 * A prompt is the same, byte by byte, in whichever process, time zone and language it is rendered, and what is put in
 * is never evaluated: so no dates, nothing random, no order by locale, no filter whose argument is an expression.
 */
const textFilters = [
  'append prepend strip lstrip rstrip downcase upcase capitalize replace replace_first replace_last remove',
  'remove_first remove_last split strip_newlines squish truncate truncatewords normalize_whitespace',
  'number_of_words array_to_sentence_string escape xml_escape join',
].flatMap((names) => names.split(' '));
const otherFilters = [
  'first last reverse sort size map sum compact concat push unshift pop shift slice uniq',
  'abs at_least at_most ceil divided_by floor minus modulo plus round times',
  'default json to_integer',
].flatMap((names) => names.split(' '));
const allowedFilters = new Set([...textFilters, ...otherFilters]);

interface FilterThis {
  readonly context: { readonly memoryLimit: { use(count: number): void } };
}

/** What is thrown for a value that is no text; holds nothing of it. */
export const noTextOfItsOwn = 'an object has no text of its own';

function hasText(value: unknown): boolean {
  if (Array.isArray(value)) return value.every(hasText);
  const plain: unknown = toValue(value);
  return typeof plain !== 'object' || plain === null;
}

type Handler = (this: unknown, ...values: unknown[]) => unknown;

function ofTextAlone(filter: Handler): Handler {
  return function (...values) {
    if (!values.every(hasText)) throw new TypeError(noTextOfItsOwn);
    return filter.apply(this, values);
  };
}

/** Nothing is escaped: what is put out counts, and "[object Object]" in a prompt would be wrong with a straight face. */
function takeAsItIs(this: unknown, value: unknown): string {
  if (typeof value === 'string') (this as FilterThis).context.memoryLimit.use(value.length);
  else if (!hasText(value)) throw new TypeError(noTextOfItsOwn);
  return value as string;
}

/** The one way that templates are read and rendered, in every process. Its limits are those of PR-9. */
export const liquidEngine = new Liquid({
  strictVariables: true,
  strictFilters: true,
  ownPropertyOnly: true,
  outputEscape: takeAsItIs,
  cache: false,
  templates: {},
  dynamicPartials: false,
  relativeReference: false,
  parseLimit: promptLimits.templateBytes,
  renderLimit: renderLimitMs,
  memoryLimit: promptLimits.promptBytes,
});
for (const name of Object.keys(liquidEngine.tags)) if (!allowedTags.has(name)) delete liquidEngine.tags[name];
for (const name of Object.keys(liquidEngine.filters)) {
  if (!allowedFilters.has(name)) liquidEngine.unregisterFilter(name);
}
for (const name of textFilters) {
  liquidEngine.registerFilter(name, ofTextAlone(liquidEngine.filters[name] as Handler));
}
