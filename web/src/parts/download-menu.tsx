import { useRef, useState } from 'react';
import { downloadAnswer, FILE_FORMS, type FileForm } from './download.ts';
import { Popover } from './popover.tsx';

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
  const button = useRef<HTMLButtonElement>(null);
  const [isOpen, setIsOpen] = useState(false);
  const [state, setState] = useState('');
  const download = async (form: FileForm): Promise<void> => {
    setIsOpen(false);
    setState(`Preparing ${form.label}…`);
    setState(await downloadAnswer(name, address, body, form));
  };
  return (
    <>
      <span className="hint" role="status">
        {state}
      </span>
      <button
        ref={button}
        type="button"
        className="text-button"
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setIsOpen(!isOpen)}
      >
        {isTruncated ? 'Download all rows' : 'Download'}
      </button>
      {isOpen && button.current !== null ? (
        <Popover anchor={button.current} label="Download" role="menu" onClose={() => setIsOpen(false)}>
          {FILE_FORMS.map((form) => (
            <button key={form.label} type="button" role="menuitem" onClick={() => void download(form)}>
              {form.label}
            </button>
          ))}
        </Popover>
      ) : null}
    </>
  );
}
