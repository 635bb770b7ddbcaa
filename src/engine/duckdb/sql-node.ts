/** A node of the engine's tree of a statement. */
export type SqlNode = Readonly<Record<string, unknown>>;
