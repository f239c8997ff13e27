export { anyLanguage, languageFallbacks } from './language-fallbacks.js';
export { languageForm, languageSchema, languageTag } from './language-schema.js';
