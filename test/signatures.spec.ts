import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

describe('the source (CT-4)', () => {
  const files = readdirSync(resolve('src'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !/\.spec\.ts$|^testing\//.test(file))
    .map((file) => ({ file, text: readFileSync(join(resolve('src'), file), 'utf8') }));
  const textOf = (file: string) => files.find((each) => each.file === file)!.text;
  /** File → how it compares what it was given with what it computed. */
  const verifiers = {
    'features/catalog/webhooks/signing/verify-webhook.ts':
      'one.length === other.length && timingSafeEqual(one, other)',
    'features/model-config/operator/sign-document.ts':
      'given.length === expected.length && timingSafeEqual(given, expected)',
  };

  it('computes signatures of webhooks and of snapshots in one place each (CT-4, OP-13)', () => {
    const computing = files.filter(({ text }) => text.includes('createHmac')).map(({ file }) => file);
    expect(computing.toSorted()).toEqual(Object.keys(verifiers));
  });

  it.each(Object.entries(verifiers))(
    '%s compares them by timingSafeEqual after their lengths alone',
    (file, how) => {
      const text = textOf(file);
      expect(text.match(/timingSafeEqual\(/g)).toHaveLength(1);
      expect(text).toContain(how);
      expect(text).not.toMatch(/\.equals\(|\.compare\(|\.includes\(|\.indexOf\(|localeCompare| == /);
      const compared = [...text.matchAll(/(\S+) [!=]== (\S+)/g)].map(([all]) => all);
      const ofSignatures = compared.filter((each) =>
        /given|expected|right|signature\b|one\b|other\b/.test(
          each.replace("(typeof signature === 'string'", ''),
        ),
      );
      // That there is none, or that it is no text, is seen from outside anyway.
      const plain = new Set(['(given.length === 0)', "signature === 'string'"]);
      const [lengths] = how.split(' && ');
      expect(ofSignatures.filter((each) => !plain.has(each))).toEqual([lengths]);
    },
  );

  it('leaves the package for signing to tests and to lastgood/testing', () => {
    expect(files.filter(({ text }) => /from 'standardwebhooks'/.test(text)).map(({ file }) => file)).toEqual(
      [],
    );
  });
});
