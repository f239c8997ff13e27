/** What a person may set, and texts to set it to. */
export interface Placeholder {
  readonly name: string;
  readonly description: string;
  /** Texts by name. */
  readonly values: Readonly<Record<string, string>>;
}

export const profileCategories = ['style', 'subject'] as const;

/** Values that go together, to be copied into a person's settings. */
export interface Profile {
  readonly name: string;
  readonly category: (typeof profileCategories)[number];
  readonly description: string;
  /** By placeholder: the name of one of its values. */
  readonly values: Readonly<Record<string, string>>;
}

/** All of it, by name. Frozen. */
export interface PromptLibrary {
  readonly placeholders: readonly Placeholder[];
  readonly profiles: readonly Profile[];
}
