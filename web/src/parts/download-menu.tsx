import { useState } from 'react';
import { downloadAnswer, FILE_FORMS, type FileForm } from './download.ts';
import { MenuButton } from './popover-button.tsx';

/** The whole answer as a file, beyond what a page can show. */
export function DownloadMenu(props: {
  /** What the file is called. */
  readonly name: string;
  readonly address: string;
  /** The question that is sent there; absent where the address says it all. */
  readonly body?: unknown;
  readonly isTruncated: boolean;
}) {
  const { name, address, body, isTruncated } = props;
  const [state, setState] = useState('');
  const download = async (form: FileForm): Promise<void> => {
    setState(`Preparing ${form.label}…`);
    setState(await downloadAnswer(name, address, body, form));
  };
  return (
    <>
      <span className="hint" role="status">
        {state}
      </span>
      <MenuButton
        text={isTruncated ? 'Download all rows' : 'Download'}
        label="Download"
        choices={FILE_FORMS.map((form) => ({ name: form.label, onChoose: () => void download(form) }))}
      />
    </>
  );
}
