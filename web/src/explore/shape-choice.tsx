import { type Address, goTo, hrefWith } from '../address.ts';
import { SHAPES, type Shape } from './question.ts';

/** The shapes an answer can take, as one row of choices; arrow keys walk along it. */
export function ShapeChoice({ address, shape }: { readonly address: Address; readonly shape: Shape }) {
  const go = (name: Shape): void => goTo(hrefWith(address, { shape: name === 'stacked' ? null : name }));
  return (
    <div
      className="choice shape-choice"
      role="radiogroup"
      aria-label="Drawn as"
      onKeyDown={(event) => {
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        if (step === undefined) return;
        event.preventDefault();
        const at = SHAPES.findIndex(({ name }) => name === shape);
        const next = SHAPES[(at + step + SHAPES.length) % SHAPES.length];
        const buttons = event.currentTarget.querySelectorAll('button');
        buttons[(at + step + SHAPES.length) % SHAPES.length]?.focus();
        if (next !== undefined) go(next.name);
      }}
    >
      {SHAPES.map(({ name, label, meaning }) => (
        <button
          key={name}
          type="button"
          role="radio"
          aria-checked={name === shape}
          tabIndex={name === shape ? 0 : -1}
          title={meaning}
          onClick={() => go(name)}
        >
          {label}
        </button>
      ))}
    </div>
  );
}
