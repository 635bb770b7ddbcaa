import { useRef, useState } from 'react';
import { Popover } from './popover.tsx';

/** Copies a question in the form that another tool takes: SQL, a command line, a request. */
export function CopyMenu(props: {
  readonly sql: string | null;
  readonly command: string | null;
  readonly post: { readonly path: string; readonly body: unknown };
}) {
  const { sql, command, post } = props;
  const [isOpen, setIsOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const curl = `curl -s ${window.location.origin}${post.path} -H 'content-type: application/json' -d '${JSON.stringify(post.body).replaceAll("'", `'\\''`)}'`;
  const ways = [
    ['SQL', sql],
    ['Command line', command],
    ['curl', curl],
    ['Link', window.location.href],
  ] as const;
  return (
    <>
      <button
        ref={button}
        type="button"
        className="text-button"
        aria-haspopup="menu"
        aria-expanded={isOpen}
        onClick={() => setIsOpen(!isOpen)}
      >
        Copy as
      </button>
      {isOpen && button.current !== null ? (
        <Popover anchor={button.current} label="Copy as" role="menu" onClose={() => setIsOpen(false)}>
          {ways.map(([name, text]) =>
            text === null ? null : (
              <button
                key={name}
                type="button"
                role="menuitem"
                title={text.slice(0, 600)}
                onClick={() => {
                  void navigator.clipboard?.writeText(text);
                  setIsOpen(false);
                }}
              >
                {name}
              </button>
            ),
          )}
        </Popover>
      ) : null}
    </>
  );
}
