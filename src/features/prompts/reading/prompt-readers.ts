/** Inject a `Reader<PromptTemplate>`, keyed by `templateKey`, and a `Reader<PersonSettings>`, keyed by the user id. */
export const PROMPT_TEMPLATES_READER = Symbol('PROMPT_TEMPLATES_READER');
export const PROMPT_SETTINGS_READER = Symbol('PROMPT_SETTINGS_READER');
