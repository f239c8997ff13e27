import fs from 'node:fs';
import path from 'node:path';
import { tempFolder } from '../../../test/support/temp-folder.js';
import { JournalFile } from './journal-file.js';

describe('JournalFile (OP-13)', () => {
  let file: string;

  beforeEach(() => {
    file = path.join(tempFolder('journal'), 'calls.jsonl');
  });

  it('keeps lines for whoever opens it next, for its owner only', async () => {
    const journal = new JournalFile(file, 1_000);
    await Promise.all(['a', 'b', 'c'].map((line) => journal.append(line)));
    expect(await new JournalFile(file, 1_000).lines()).toEqual(['a', 'b', 'c']);
    expect(fs.statSync(file).mode & 0o777).toBe(0o600);
  });

  it('does not glue a new line to one that a process left half written', async () => {
    fs.writeFileSync(file, '\n{"whole":1}\n\n{"to', { mode: 0o600 });
    const journal = new JournalFile(file, 1_000);
    await journal.append('{"next":2}');
    expect(await journal.lines()).toEqual(['{"whole":1}', '{"to', '{"next":2}']);
  });

  it('takes no line beyond its bound, and takes lines again once there is room', async () => {
    const journal = new JournalFile(file, 20);
    await journal.append('0123456789');
    await expect(journal.append('0123456789')).rejects.toThrow('holds 20 bytes, which is all that it may');
    expect(await journal.lines()).toEqual(['0123456789']);
    await journal.retain(() => false);
    expect(journal.sizeBytes).toBe(0);
    await journal.append('again');
    expect(await journal.lines()).toEqual(['again']);
  });

  it('keeps what came in while the rest was taken out', async () => {
    const journal = new JournalFile(file, 1_000);
    await journal.append('old');
    await Promise.all([journal.retain((line) => line !== 'old'), journal.append('new')]);
    expect(await journal.lines()).toEqual(['new']);
    expect(fs.readdirSync(path.dirname(file))).toEqual(['calls.jsonl']);
  });

  it('writes through no link, and says so', async () => {
    const victim = path.join(path.dirname(file), 'victim');
    fs.writeFileSync(victim, 'untouched');
    fs.symlinkSync(victim, file);
    await expect(new JournalFile(file, 1_000).append('x')).rejects.toThrow('ELOOP');
    expect(fs.readFileSync(victim, 'utf8')).toBe('untouched');
  });
});
