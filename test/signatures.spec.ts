import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

describe('the source (CT-4)', () => {
  const files = readdirSync(resolve('src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.spec\.ts$|^testing\//.test(file))
    .map((file) => ({ file, text: readFileSync(join(resolve('src'), file), 'utf8') }));
  const verifier = 'features/catalog/webhooks/signing/verify-webhook.ts';

  it('computes signatures in one place, and compares them by timingSafeEqual after their lengths alone', () => {
    expect(files.filter(({ text }) => text.includes('createHmac')).map(({ file }) => file)).toEqual([
      verifier,
    ]);
    const { text } = files.find(({ file }) => file === verifier)!;
    expect(text.match(/timingSafeEqual\(/g)).toHaveLength(1);
    expect(text).toContain('one.length === other.length && timingSafeEqual(one, other)');
    expect(text).not.toMatch(/\.equals\(|\.compare\(|\.includes\(|\.indexOf\(|localeCompare| == /);
    const compared = [...text.matchAll(/(\S+) [!=]== (\S+)/g)].map(([all]) => all);
    const ofSignatures = compared.filter((each) =>
      /given|expected|right|signature\b|one\b|other\b/.test(each),
    );
    expect(ofSignatures).toEqual(['(given.length === 0)', 'one.length === other.length']);
  });

  it('leaves the package for signing to tests and to lastgood/testing', () => {
    expect(files.filter(({ text }) => /from 'standardwebhooks'/.test(text)).map(({ file }) => file)).toEqual(
      [],
    );
  });
});
