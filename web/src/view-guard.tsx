import { Component, type ReactNode } from 'react';

interface Props {
  /** Another view, another try. */
  readonly of: string;
  /** Nothing is shown in its place: the page is whole without it. */
  readonly isSpare?: boolean;
  readonly children: ReactNode;
}

interface State {
  readonly of: string;
  readonly message: string | null;
}

/** Keeps the rest of the page when a part of it fails, or cannot be loaded because the console was replaced meanwhile. */
export class ViewGuard extends Component<Props, State> {
  override state: State = { of: this.props.of, message: null };

  static getDerivedStateFromError(error: unknown): Partial<State> {
    return { message: error instanceof Error ? error.message : String(error) };
  }

  static getDerivedStateFromProps(props: Props, state: State): State | null {
    return props.of === state.of ? null : { of: props.of, message: null };
  }

  override render(): ReactNode {
    if (this.state.message === null) return this.props.children;
    if (this.props.isSpare === true) return null;
    return (
      <section className="empty" role="alert">
        <h2>This view could not be shown</h2>
        <p>
          The console may have been replaced by another version while this page was open. The address keeps
          everything, so nothing is lost by loading it again.
        </p>
        <pre>{this.state.message}</pre>
        <p>
          <button type="button" className="button" onClick={() => window.location.reload()}>
            Load again
          </button>
        </p>
      </section>
    );
  }
}
