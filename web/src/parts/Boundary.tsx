import { Component, type ReactNode } from 'react';

interface Props {
  /** Shown when drawing the page failed. */
  readonly instead: ReactNode;
  readonly children: ReactNode;
}

/** A fault of the page must not leave a blank screen. */
export class Boundary extends Component<Props, { readonly failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    return this.state.failed ? this.props.instead : this.props.children;
  }
}
