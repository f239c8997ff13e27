import { execFile, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ScriptedPromptService } from './support/scripted-prompt-service.js';
import { promisify } from 'node:util';

const run = promisify(execFile);
const entry = pathToFileURL(resolve('dist/src/prompts.js')).href;

/** Tells every module that is loaded, ESM and CommonJS, before it loads the entry. */
const tracer = `
import { register } from 'node:module';
const hook = 'export async function load(url, context, next) { console.log(url); return next(url, context); }';
register('data:text/javascript,' + encodeURIComponent(hook));
const loaded = await import(${JSON.stringify(entry)});
console.log('exports ' + Object.keys(loaded).sort().join(' '));
`;

describe('lastgood/prompts (PR-4)', () => {
  it('is an entry of the package, with its types', () => {
    const { exports } = JSON.parse(readFileSync(resolve('package.json'), 'utf8')) as {
      exports: Record<string, { types: string; default: string }>;
    };
    expect(exports['./prompts']).toEqual({
      types: './dist/src/prompts.d.ts',
      default: './dist/src/prompts.js',
    });
    expect(readFileSync(resolve('dist/src/prompts.d.ts'), 'utf8')).toContain('createPromptClient');
  });

  it('loads no framework, database or adapter but the clock and the bounded map', () => {
    const { stdout, stderr, status } = spawnSync(process.execPath, ['--input-type=module', '-e', tracer], {
      encoding: 'utf8',
    });
    expect([status, stderr]).toEqual([0, '']);
    const urls = stdout.split('\n').filter((line) => line.startsWith('file:'));
    const packages = new Set(
      urls.flatMap((url) => /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url)?.[1] ?? []),
    );
    expect([...packages].toSorted()).toEqual(['liquidjs', 'lru-cache', 'zod']);
    const ours = urls.flatMap((url) => /\/dist\/src\/(.*)$/.exec(url)?.[1] ?? []);
    const strangers = ours.filter(
      (file) =>
        !/^(prompts\.js|core\/|platform\/language\/|adapters\/(memory|system)\/)/.test(file) &&
        !/^features\/prompts\/(prompts\.policy\.js|(prompt|rendering|manager|client)\/)/.test(file),
    );
    expect(strangers).toEqual([]);
    expect(ours.length).toBeGreaterThan(30);
    expect(stdout).toMatch(/exports .*PromptManager.* createPromptClient/);
  });

  it('renders in a bare process, and waits there for a service that comes late', async () => {
    const service = await ScriptedPromptService.start();
    try {
      service.reply = (response) =>
        service.asked.length === 1
          ? service.problem(response, 503, 'database-unavailable')
          : service.answer(response, service.data());
      const script = `
        const { createPromptClient } = await import(${JSON.stringify(entry)});
        const client = createPromptClient({ url: process.argv[1], apiKey: 'k' });
        const context = { input_content: '{{ x }}' };
        console.log((await client.render({ nodeName: 'a_node', userId: 7, context })).prompt);
        client.close();`;
      const args = ['--input-type=module', '-e', script, service.url];
      const { stdout } = await run(process.execPath, args);
      expect(stdout).toBe('brief: {{ x }}\n');
      expect(service.asked).toHaveLength(2);
    } finally {
      await service.close();
    }
  });

  it('renders the same in every time zone and language', async () => {
    const service = await ScriptedPromptService.start();
    try {
      const template = `{{ words | sort | join: ' ' | upcase }} {{ 1 | divided_by: 3.0 }} {{ words | json }}
        {%- for word in words reversed %} {{ forloop.index }}{{ word | capitalize }}{% endfor %}`;
      const answer = service.data({
        template,
        user_placeholders: {},
        required_dynamic_placeholders: ['words'],
      });
      service.reply = (response) => service.answer(response, answer);
      const script = `
        const { createPromptClient } = await import(${JSON.stringify(entry)});
        const client = createPromptClient({ url: process.argv[1], apiKey: 'k' });
        const context = { words: ['i', 'İ', 'ä', 'z', 'ß', '2026-11-22'] };
        console.log((await client.render({ nodeName: 'a_node', context })).prompt);
        client.close();`;
      const args = ['--input-type=module', '-e', script, service.url];
      const places = [
        { TZ: 'UTC', LC_ALL: 'C' },
        { TZ: 'Pacific/Kiritimati', LC_ALL: 'tr_TR.UTF-8' },
        { TZ: 'America/Los_Angeles', LC_ALL: 'sv_SE.UTF-8' },
      ];
      const told: string[] = [];
      for (const place of places) {
        told.push((await run(process.execPath, args, { env: { ...process.env, ...place } })).stdout);
      }
      expect(new Set(told).size).toBe(1);
      expect(told[0]).toContain('22 I Z');
    } finally {
      await service.close();
    }
  });
});
