import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

interface Sample {
  readonly templates: readonly { readonly system?: string; readonly template: string }[];
}

const shortest = 25;
const comments = /\/\*[\s\S]*?\*\/|(?<![:'"`])\/\/.*$/gm;
const template = /\{\{-?\s*[a-z_][\w.]*\s*(?:\|[^}]*)?-?\}\}|\{%-?\s*[a-z]\w*[^%]*-?%\}/;

const sample = parse(readFileSync(resolve('sample', 'prompts.yaml'), 'utf8')) as Sample;
const sentences = sample.templates
  .flatMap(({ system = '', template: text }) => `${system}\n${text}`.split(/\n|(?<=[.!?])\s/))
  .map((text) => text.trim())
  .filter((text) => text.length >= shortest);

/** Templates, and sentences of the sample, in what is not a comment. */
function findPrompts(source: string): string[] {
  const code = source.replaceAll(comments, '');
  const found = template.exec(code);
  return [...(found ? [found[0]] : []), ...sentences.filter((sentence) => code.includes(sentence))];
}

describe('the source code', () => {
  it('shows a prompt to whoever looks for one (PR-4)', () => {
    expect(sentences.length).toBeGreaterThan(20);
    expect(findPrompts("const text = 'Dear {{ name }}';")).toEqual(['{{ name }}']);
    expect(findPrompts("const text = '{%- for each in list %}';")).toHaveLength(1);
    expect(findPrompts(`const text = '${sentences[0]}';`)).toContain(sentences[0]);
    expect(findPrompts('/** As in `{{ name }}`. */ // {{ name }}\nconst url = `http://${name}`;')).toEqual(
      [],
    );
  });

  it('holds no text of a prompt: a fallback in code would be used silently, and rot (PR-4)', () => {
    const files = readdirSync(resolve('src'), { recursive: true, encoding: 'utf8' }).filter(
      (file) => /\.(ts|mjs)$/.test(file) && !file.endsWith('.spec.ts'),
    );
    expect(files).toContain(join('features', 'prompts', 'manager', 'prompt-manager.ts'));
    const hits = files.flatMap((file) =>
      findPrompts(readFileSync(join(resolve('src'), file), 'utf8')).map((text) => `${file}: ${text}`),
    );
    expect(hits).toEqual([]);
  });
});
