import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { renderPoint } from '../../../core/index.js';
import { appendAudit, sha256Of } from '../../../platform/audit/index.js';
import { streamPoint } from '../../../platform/database/index.js';
import { PromptInvalidError } from '../prompt/prompt-invalid.error.js';
import { promptsStream } from '../prompts.policy.js';
import { textFault } from './check-settings.js';
import { findPlaceholderUses } from './find-placeholder-uses.js';
import { LibraryRows } from './library-rows.js';
import type { Placeholder, Profile } from './prompt-library.js';
import type { PromptEdit } from '../publishing/prompt-edit.js';
import { PromptWrites, type Written } from '../publishing/prompt-writes.js';

/** One change: what stands, what is to stand (`null`: nothing), and how it comes to. */
interface Change<R> {
  readonly target: string;
  readonly before: R | null;
  readonly after: R | null;
  readonly apply: () => Promise<void>;
}

/**
 * Changes placeholders and profiles: each in one transaction, recorded with who and why, and by hashes alone. What
 * people took over from here stays theirs as it was.
 * @throws PromptInvalidError with everything that is wrong; then nothing was changed
 */
@Injectable()
export class LibraryPublisher {
  constructor(@Inject(PromptWrites) private readonly writes: PromptWrites) {}

  /** Makes or replaces a placeholder with all of its values. A value that a profile names has to stay. */
  putPlaceholder(placeholder: Placeholder, edit: PromptEdit): Promise<Written<void>> {
    const { name, values } = placeholder;
    const faults = Object.entries(values).flatMap(([value, text]) => {
      const message = textFault(text);
      return message === null ? [] : [{ path: `values.${value}`, message }];
    });
    refuse(name, faults);
    return this.change(edit, async (rows) => {
      const used = await rows.profilesUsing(name, Object.keys(values));
      refuse(
        name,
        used.map(({ profile, value }) => ({
          path: `values.${value}`,
          message: `the profile ${profile} names it`,
        })),
      );
      const before = await rows.placeholder(name);
      return {
        target: `placeholder ${name}`,
        before,
        after: placeholder,
        apply: () => rows.put(placeholder),
      };
    });
  }

  /** Refused while anything uses it, with all that does. Removing what is not there changes nothing. */
  removePlaceholder(name: string, edit: PromptEdit): Promise<Written<void>> {
    return this.change(edit, async (rows, manager) => {
      refuse(name, await findPlaceholderUses(manager, name));
      const before = await rows.placeholder(name);
      const apply = () => rows.remove('placeholders', name);
      return { target: `placeholder ${name}`, before, after: null, apply };
    });
  }

  /** Makes or replaces a profile. */
  putProfile(profile: Profile, edit: PromptEdit): Promise<Written<void>> {
    const { name, values } = profile;
    return this.change(edit, async (rows) => {
      const unknown = await rows.unknownValues(values);
      refuse(
        name,
        unknown.map(({ placeholder, isPlaceholder }) => ({
          path: `values.${placeholder}`,
          message: isPlaceholder ? 'the placeholder has no such value' : 'there is no such placeholder',
        })),
      );
      const before = await rows.profile(name);
      return { target: `profile ${name}`, before, after: profile, apply: () => rows.putProfile(profile) };
    });
  }

  /** People keep what they took over from it. Removing what is not there changes nothing. */
  removeProfile(name: string, edit: PromptEdit): Promise<Written<void>> {
    return this.change(edit, async (rows) => {
      const before = await rows.profile(name);
      return { target: `profile ${name}`, before, after: null, apply: () => rows.remove('profiles', name) };
    });
  }

  private change<R>(
    { call, reason }: PromptEdit,
    plan: (rows: LibraryRows, manager: EntityManager) => Promise<Change<R>>,
  ): Promise<Written<void>> {
    return this.writes.write(async (manager) => {
      const { target, before, after, apply } = await plan(new LibraryRows(manager), manager);
      if (isDeepStrictEqual(before, after)) return;
      await apply();
      await appendAudit(manager, call, {
        target,
        reason,
        ...(before !== null && { beforeSha256: sha256Of(before) }),
        ...(after !== null && { afterSha256: sha256Of(after) }),
        version: renderPoint(await streamPoint(manager, promptsStream)),
      });
    });
  }
}

function refuse(name: string, faults: readonly { readonly path: string; readonly message: string }[]): void {
  if (faults.length > 0) throw new PromptInvalidError(name, faults);
}
