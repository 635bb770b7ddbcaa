import { networkJsonSchema } from '../src/flow/index.ts';

/** The JSON Schema of `network.yaml`, for editors, from the table that the reader itself uses. */
export function networkSchemaFile(): string {
  return `${JSON.stringify(networkJsonSchema(), null, 2)}\n`;
}
