/** What of a call the simulation looks at. */
interface Asked {
  readonly messages: readonly { readonly role: string; readonly content: string }[];
  /** The form that the answer was asked for in; `null` for text. */
  readonly form: { readonly name: string; readonly schema: unknown } | null;
}

interface SimulationOptions {
  /** What every criterion of the n-th verdict (from 1) is given, 0..1; by default a good lesson. */
  readonly score?: (verdict: number) => number;
}

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly minItems?: number;
}

const goodScore = 0.92;

/**
 * Answers what the sample prompts of lessons ask, as a model would, with text that says that it is simulated: for
 * demonstrations and rehearsals with `LlmUpstream`. The same question gets the same answer.
 */
export function simulatedLessonModel({ score = () => goodScore }: SimulationOptions = {}) {
  let verdicts = 0;
  return ({ messages, form }: Asked): string => {
    const text = messages.map(({ content }) => content).join('\n');
    if (form?.name === 'outline') return JSON.stringify(outline(text, form.schema as Schema));
    if (form?.name === 'verdict') return JSON.stringify(verdict(form.schema as Schema, score(++verdicts)));
    if (text.includes('<text number=')) return assemble(text);
    return between(text, 'draft') ?? section(text);
  };
}

function outline(text: string, schema: Schema) {
  const title = between(text, 'title') ?? 'the lesson';
  const sections = schema.properties?.['sections']?.minItems ?? 1;
  return {
    introduction: `Why "${title}" is worth an hour of anybody's time`,
    sections: Array.from({ length: sections }, (_, index) => ({ points: pointsOf(index + 1) })),
    conclusion: `What to take along from "${title}"`,
  };
}

const pointsOf = (number: number) =>
  ['what it is', 'where it is met', 'what goes wrong without it'].map((point) => `Point ${number}: ${point}`);

function section(text: string): string {
  const [heading = 'Section', ...points] = (between(text, 'section') ?? '').trim().split('\n');
  const paragraphs = points.map((point) => `${point.replace(/^- /, '')}. (This text is simulated.)`);
  return [`## ${heading}`, ...paragraphs].join('\n\n');
}

function assemble(text: string): string {
  const [title = 'Lesson', introduction = '', conclusion = ''] = ['title', 'introduction', 'conclusion'].map(
    (tag) => between(text, tag) ?? '',
  );
  const sections = [...text.matchAll(/<text number="\d+">\n([\s\S]*?)\n<\/text>/g)].map(([, body]) => body!);
  return [`# ${title}`, `${introduction}.`, ...sections, '## In short', `${conclusion}.`].join('\n\n');
}

function verdict(schema: Schema, score: number) {
  const criteria = Object.keys(schema.properties?.['criteria']?.properties ?? {});
  return {
    rationale: 'Every section does what it was asked for, as far as simulated text can.',
    criteria: Object.fromEntries(criteria.map((name) => [name, score])),
    issues: score < goodScore ? [{ severity: 'major', text: 'The examples are thin' }] : [],
    confidence: 'high',
  };
}

function between(text: string, tag: string): string | null {
  return new RegExp(`<${tag}(?: [^>]*)?>([\\s\\S]*?)</${tag}>`).exec(text)?.[1]?.trim() ?? null;
}
