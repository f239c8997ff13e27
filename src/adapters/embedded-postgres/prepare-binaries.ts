import { copyBinaries } from './copy-binaries.js';
import { EmbeddedPostgresError } from './embedded-postgres.error.js';
import { linkLibraries } from './link-libraries.js';
import type { BinaryPackage } from './locate-package.js';
import type { Notice } from './notice.js';
import type { PostgresUser } from './postgres-user.js';
import { runBinary } from './run-binary.js';

interface Request {
  installed: BinaryPackage;
  user: PostgresUser;
  /** Makes, where needed, the folder that a copy goes to. */
  copiesFolder: () => Promise<string>;
  notice: Notice;
}

/** The folder of binaries that the Postgres user can really run: the installed one, else a copy. */
export async function prepareBinaries({ installed, user, copiesFolder, notice }: Request): Promise<string> {
  const linked = await linkLibraries(installed.folder);
  const failure = linked ? await tryToRun(installed.folder, user) : undefined;
  if (linked && !failure) return installed.folder;
  if (failure) refuseHopeless(failure);
  const copy = await copyBinaries(installed, await copiesFolder(), notice);
  const again = await tryToRun(copy, user);
  if (again) {
    throw new EmbeddedPostgresError(
      'unsupported-platform',
      `The embedded Postgres in ${copy} can't run here (${again.message}). Remove that folder and start again, or set DATABASE_URL`,
      { cause: again },
    );
  }
  return copy;
}

type Failure = Error & { code?: unknown };

const tryToRun = (folder: string, user: PostgresUser): Promise<Failure | undefined> =>
  runBinary(folder, 'postgres', ['--version'], user).then(
    () => undefined,
    (error: Failure) => error,
  );

function refuseHopeless(failure: Failure): void {
  if (failure.code === 'EPERM' || failure.code === 'EINVAL') {
    throw new EmbeddedPostgresError(
      'cannot-switch-user',
      'Postgres may not run as root, and this process is root without the right to run it as another user. Run as a normal user, or set DATABASE_URL',
      { cause: failure },
    );
  }
  if (failure.code === 'ENOENT' || failure.code === 'ENOEXEC') {
    throw new EmbeddedPostgresError(
      'unsupported-platform',
      `The embedded Postgres can't run on this system, which may lack glibc (${failure.message}). Set DATABASE_URL`,
      { cause: failure },
    );
  }
}
