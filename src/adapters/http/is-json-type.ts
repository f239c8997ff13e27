/** Whether a media type, in lower case and without parameters, is JSON. */
export const isJsonType = (mediaType: string): boolean => /^application\/([\w.-]+\+)?json$/.test(mediaType);
