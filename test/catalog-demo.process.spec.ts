import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ServerProcess } from './support/server-process.js';

const root = resolve(__dirname, '..');

describe('npm run demo:catalog', () => {
  it('shows what docs/catalog.md shows, and leaves nothing behind (CT-5, CT-7)', async () => {
    const before = readdirSync(tmpdir());
    const demo = new ServerProcess({ DATA_DIR: root }, [join(root, 'scripts', 'demo-catalog.mjs')]);
    expect([await demo.exit(), demo.stderr]).toEqual([0, '']);
    const page = readFileSync(join(root, 'docs', 'catalog.md'), 'utf8');
    const [, shown = ''] = /\$ npm run -s demo:catalog.*\n([^]*?)```/.exec(page) ?? [];
    expect(withoutReason(demo.stdout)).toBe(withoutReason(shown));
    const left = readdirSync(tmpdir()).filter((name) => !before.includes(name));
    expect(left.filter((name) => name.startsWith('lastgood-demo-catalog-'))).toEqual([]);
  }, 120_000);
});

/** Why it is stale depends on whether a load was tried just now. */
const withoutReason = (text: string) => text.replace(/STALE \((origin-failed|backing-off)\)/, 'STALE');
