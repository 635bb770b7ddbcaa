export type { MalformedLine, ObjectCounts } from './line-scanner.ts';
export { LineScanner } from './line-scanner.ts';
