import { type Address, goTo, hrefWith } from '../address.ts';
import { Choice } from '../parts/choice.tsx';
import { SHAPES, type Shape } from './question.ts';

/** The shapes an answer can take. */
export function ShapeChoice({ address, shape }: { readonly address: Address; readonly shape: Shape }) {
  return (
    <Choice
      label="Drawn as"
      className="shape-choice"
      entries={SHAPES}
      current={shape}
      onChoose={(name) => goTo(hrefWith(address, { shape: name === 'stacked' ? null : name }))}
    />
  );
}
