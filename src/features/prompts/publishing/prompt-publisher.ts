import { Inject, Injectable } from '@nestjs/common';
import { sha256Of } from '../../../platform/audit/index.js';
import { checkPrecondition, type Precondition } from '../../../platform/http/index.js';
import { PromptInvalidError } from '../prompt/prompt-invalid.error.js';
import { PromptNotFoundError } from '../prompt/prompt-not-found.error.js';
import { assertMayLabel } from './assert-may-label.js';
import { placeDraft } from './place-draft.js';
import { PromptChanges } from './prompt-changes.service.js';
import type { PromptEdit } from './prompt-edit.js';
import { nameLabel, namePrompt, type PromptKey } from './prompt-key.js';
import type {
  LabelPublication,
  ModePublication,
  RemovalPublication,
  VersionPublication,
} from './prompt-publishing.answers.js';
import type { PromptWriter } from './prompt-writer.js';
import type { StandingPrompt } from './standing-prompts.js';
import { hashContent } from './template-content.js';
import { checkDraft, toContent, type TemplateDraft } from './template-draft.js';

interface LabelKey extends PromptKey {
  readonly label: string;
}

/**
 * The changes of prompts that people make (PR-8). Whoever is not an admin does not move `production`: ForbiddenError.
 * All other errors are those of `PromptChanges`, and PromptNotFoundError.
 */
@Injectable()
export class PromptPublisher {
  constructor(@Inject(PromptChanges) private readonly changes: PromptChanges) {}

  /**
   * The same content as the newest version's makes none: its labels are moved all the same.
   * @throws PromptInvalidError with everything that is wrong, PromptTooLargeError
   */
  async createVersion(draft: TemplateDraft, edit: PromptEdit): Promise<VersionPublication> {
    assertMayLabel(draft.labels, edit.call);
    const { nodeName, language, labels } = draft;
    return this.changes.make(edit, async (writer) => {
      const { dynamicPlaceholders, faults } = checkDraft(draft, await writer.staticNames());
      if (faults.length > 0) throw new PromptInvalidError(nodeName, faults);
      const content = toContent(draft, dynamicPlaceholders);
      const standing = (await writer.standing([nodeName])).of(draft);
      const before = standing.newest;
      const placed = await placeDraft(writer, { nodeName, language }, standing, content, labels);
      const audited = {
        target: namePrompt(draft),
        ...(before && { beforeSha256: hashContent(before) }),
        afterSha256: hashContent(content),
      };
      return {
        answer: { nodeName, language, ...placed, dynamicPlaceholders },
        audited: placed.isNew || placed.moved.length > 0 ? audited : null,
      };
    });
  }

  /**
   * @param expected the version that the label is thought to stand for; `null`: any, or none
   * @throws VersionConflictError; PromptInvalidError for a version that was removed, or uses a name that is none any more
   */
  moveLabel(
    key: LabelKey,
    version: number,
    expected: Precondition | null,
    edit: PromptEdit,
  ): Promise<LabelPublication> {
    return this.move(key, expected, edit, async (writer) => {
      const found = await writer.version(key, version);
      if (found === null) throw new PromptNotFoundError({ ...keyOf(key), version });
      if (found.status === 'removed') throw invalid(key, 'version', `version ${version} was removed`);
      // What no label served may use a placeholder that was removed since.
      const { faults } = checkDraft(found, await writer.staticNames());
      if (faults.length > 0) throw new PromptInvalidError(key.nodeName, faults);
      return version;
    });
  }

  /**
   * Back to where the label stood before it was last moved; once more, forth again.
   * @throws PromptInvalidError where it was never moved, or what it stood for was removed
   */
  rollbackLabel(key: LabelKey, edit: PromptEdit): Promise<LabelPublication> {
    return this.move(key, null, edit, async (writer, standing) => {
      const label = standing.labels.get(key.label);
      if (label === undefined) throw new PromptNotFoundError(key);
      const { previousVersion } = label;
      if (previousVersion === null) throw invalid(key, 'label', 'was never moved: there is no way back');
      if ((await writer.version(key, previousVersion))?.status !== 'active')
        throw invalid(key, 'label', `version ${previousVersion} was removed`);
      return previousVersion;
    });
  }

  /** Whoever reads by the label finds nothing from now on. */
  async removeLabel(
    key: LabelKey,
    expected: Precondition | null,
    edit: PromptEdit,
  ): Promise<LabelPublication> {
    assertMayLabel([key.label], edit.call);
    return this.changes.make(edit, async (writer) => {
      const standing = (await writer.standing([key.nodeName])).of(key);
      const previousVersion = standing.labels.get(key.label)?.version ?? null;
      if (expected !== null) checkPrecondition(expected, previousVersion, nameLabel(key, key.label));
      if (previousVersion === null) throw new PromptNotFoundError(key);
      await writer.dropLabel(key, key.label);
      return {
        answer: { ...keyOf(key), label: key.label, version: null, previousVersion },
        audited: { target: nameLabel(key, key.label), beforeSha256: hashLabelled(standing, key.label) },
      };
    });
  }

  /** A tombstone: found no more, at once; the next version that is made goes on counting. */
  remove({ nodeName, language }: PromptKey, edit: PromptEdit): Promise<RemovalPublication> {
    return this.changes.make(edit, async (writer) => {
      const key = { nodeName, language };
      const { newest } = (await writer.standing([nodeName])).of(key);
      if (newest === null) throw new PromptNotFoundError(key);
      const removedVersions = await writer.removeAll(key);
      return {
        answer: { ...key, removedVersions },
        audited: { target: namePrompt(key), beforeSha256: hashContent(newest) },
      };
    });
  }

  /** @param localShare 0..1 of all people, whose prompts are rendered where they are asked for */
  setMode(nodeName: string, localShare: number, edit: PromptEdit): Promise<ModePublication> {
    return this.changes.make(edit, async (writer) => {
      if (!(await writer.hasNode(nodeName))) throw new PromptNotFoundError({ nodeName });
      const isChange = await writer.putMode(nodeName, localShare);
      const audited = { target: `prompts[${nodeName}].mode`, afterSha256: sha256Of({ localShare }) };
      return { answer: { nodeName, localShare }, audited: isChange ? audited : null };
    });
  }

  private async move(
    key: LabelKey,
    expected: Precondition | null,
    edit: PromptEdit,
    choose: (writer: PromptWriter, standing: StandingPrompt) => Promise<number>,
  ): Promise<LabelPublication> {
    assertMayLabel([key.label], edit.call);
    const subject = nameLabel(key, key.label);
    return this.changes.make(edit, async (writer) => {
      const standing = (await writer.standing([key.nodeName])).of(key);
      const before = standing.labels.get(key.label) ?? null;
      if (expected !== null) checkPrecondition(expected, before?.version ?? null, subject);
      const version = await choose(writer, standing);
      const answer = { ...keyOf(key), label: key.label, version };
      if (before?.version === version)
        return { answer: { ...answer, previousVersion: before.previousVersion }, audited: null };
      await writer.putLabel(key, key.label, version);
      return {
        answer: { ...answer, previousVersion: before?.version ?? null },
        audited: {
          target: subject,
          ...(before && { beforeSha256: hashLabelled(standing, key.label) }),
          afterSha256: sha256Of({ version }),
        },
      };
    });
  }
}

const keyOf = ({ nodeName, language }: PromptKey): PromptKey => ({ nodeName, language });

const invalid = (key: PromptKey, path: string, message: string): PromptInvalidError =>
  new PromptInvalidError(key.nodeName, [{ path, message }]);

const hashLabelled = (standing: StandingPrompt, label: string): string =>
  sha256Of({ version: standing.labels.get(label)?.version ?? null });
