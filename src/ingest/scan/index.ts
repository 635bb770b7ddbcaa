export type { MalformedLine, ObjectCounts } from './line-scanner.ts';
export { LineScanner } from './line-scanner.ts';
export type { AddressTable } from './text-dictionary.ts';
export { addressKeyOf, addressScopeOf } from './text-dictionary.ts';
export { tokenOf } from './value-writer.ts';
