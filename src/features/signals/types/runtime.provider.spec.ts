import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { tempFolder } from '../../../../test/support/temp-folder.js';
import { parseConfig } from '../../../platform/config/index.js';
import { RuntimeInvalidError } from './runtime-invalid.error.js';
import { runtimeProvider } from './runtime.provider.js';

describe('runtimeProvider', () => {
  const folder = tempFolder('runtime');
  const read = (file: string | null) =>
    runtimeProvider.useFactory(
      parseConfig({ DATA_DIR: folder, ...(file !== null && { RUNTIME_CONFIG: file }) }),
    );

  it('reads the file that the settings name; without one, that of the package (SI-1)', () => {
    const file = join(folder, 'runtime.yml');
    writeFileSync(file, 'signals: { types: { odds: { ttl: 60s, key: "odds:{id}", source: push } } }');
    expect(read(file)).toMatchObject({ cacheDir: join(folder, 'signals') });
    expect(read(null)).toMatchObject({
      types: new Map([
        ['features', expect.anything()],
        ['news', expect.anything()],
        ['odds', expect.anything()],
      ]),
    });
  });

  it('a file that is not there is a fault that names it (SI-1)', () => {
    const file = join(folder, 'none.yml');
    expect(() => read(file)).toThrow(RuntimeInvalidError);
    expect(() => read(file)).toThrow(`${file}: cannot be read`);
  });
});
