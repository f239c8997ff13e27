import { anyLanguage } from '../../../platform/language/index.js';
import { productionLabel, type PromptQuery } from '../../prompts/index.js';

/** A prompt as it is for everybody: what is made by it is shared. */
export const sharedPrompt = (nodeName: string): PromptQuery =>
  Object.freeze({ nodeName, userId: null, language: anyLanguage, label: productionLabel });
