export interface Recipe {
  readonly name: string;
  /** One sentence for the documentation. */
  readonly does: string;
  readonly params: readonly { readonly name: string; readonly type: string; readonly says: string }[];
  readonly returns: { readonly type: string; readonly says: string };
  /** Lines of the function's body, without the outer indentation. */
  readonly body: readonly string[];
  /** A first draft with a slip that the usual examples uncover. */
  readonly draft: readonly string[];
}
