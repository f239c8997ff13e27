/** What is to be played, and what fills the placeholders of keys: a text, or a list of them, by name. */
export type Game = Readonly<Record<string, string | readonly string[]>>;
