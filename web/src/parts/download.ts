import { ApiError, askForFile } from '../client.ts';

/** A form in which a whole answer can be saved. */
export interface FileForm {
  readonly label: string;
  readonly type: string;
  readonly ending: string;
}

/** The forms that the API answers in beside JSON. */
export const FILE_FORMS: readonly FileForm[] = [
  { label: 'CSV', type: 'text/csv', ending: 'csv' },
  { label: 'NDJSON', type: 'application/x-ndjson', ending: 'ndjson' },
  { label: 'Parquet', type: 'application/vnd.apache.parquet', ending: 'parquet' },
  { label: 'Arrow', type: 'application/vnd.apache.arrow.stream', ending: 'arrows' },
];

/** Asks again in a form of files and saves what comes. Gives what happened, in words; never rejects. */
export async function downloadAnswer(
  name: string,
  address: string,
  body: unknown,
  form: FileForm,
): Promise<string> {
  try {
    const { content, isTruncated } = await askForFile(address, body, form.type, new AbortController().signal);
    saveFile(`weir-${name}.${form.ending}`, content);
    return isTruncated
      ? `${form.label} saved; the file is cut off at the limit of the server`
      : `${form.label} saved`;
  } catch (error) {
    if (error instanceof ApiError) return `Not saved: ${error.problem.detail}`;
    throw error;
  }
}

/** Saves a file as if it had been downloaded. */
export function saveFile(name: string, content: Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
