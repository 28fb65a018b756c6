/** What a handler chained in front of vfio-pci makes of one operation. */
export type Verdict =
  /** The operation is done; vfio-pci's own is not called. */
  | { readonly kind: 'done' }
  /** The handler does not process this parameter of this operation; vfio-pci's own runs. */
  | { readonly kind: 'not-handled' }
  /** The operation failed; the error goes to the caller and vfio-pci's own is not called (proposed: never stated). */
  | { readonly kind: 'failed'; readonly errno: number }

/**
 * The verdict that a handler's return value gives: 0 done, positive not handled, negative (proposed) failed.
 *
 * Read and write return a positive count of bytes when they succeed: a handler that returns the count would be taken
 * for one that did not handle the operation. Hence `Handled`, which keeps them apart.
 */
export function verdictOf(returned: number): Verdict {
  if (returned === 0) return { kind: 'done' }
  return returned > 0 ? { kind: 'not-handled' } : { kind: 'failed', errno: -returned }
}

/** A verdict and, where the operation is done, its own result. */
export type Handled<R> =
  | { readonly verdict: Extract<Verdict, { kind: 'done' }>; readonly result: R }
  | { readonly verdict: Exclude<Verdict, { kind: 'done' }> }

/** What the caller of an operation gets. */
export type Outcome<R> =
  | { readonly by: 'handler' | 'default'; readonly result: R }
  | { readonly by: 'handler'; readonly errno: number }

/** Runs an operation: the handler first, vfio-pci's own where there is no handler or it does not handle it. */
export function runChained<R>(handler: (() => Handled<R>) | undefined, fallback: () => R): Outcome<R> {
  if (handler === undefined) return { by: 'default', result: fallback() }
  const handled = handler()
  if ('result' in handled) return { by: 'handler', result: handled.result }
  const { verdict } = handled
  return verdict.kind === 'failed' ? { by: 'handler', errno: verdict.errno } : { by: 'default', result: fallback() }
}

/**
 * What is wrong when the default operation did or did not run behind a handler's return value; undefined where
 * nothing is.
 */
export function verdictProblem(returned: number, defaultRan: boolean): string | undefined {
  const { kind } = verdictOf(returned)
  if ((kind === 'not-handled') === defaultRan) return undefined
  const ran = defaultRan ? 'ran' : 'did not run'
  return `The handler returned ${returned}, which is ${kind}, and the default operation ${ran}.`
}

/**
 * What a mediate operation of December 2019 gives: with `passThrough` (pt) the hardware or vfio-pci's default goes on,
 * without it the mediate driver's result is final.
 */
export interface Mediated<R> {
  readonly passThrough: boolean
  readonly result: R
}

/** Runs a mediated operation; `undefined` where no mediate driver has opened the device. */
export function runMediated<R>(mediate: (() => Mediated<R>) | undefined, hardware: () => R): Outcome<R> {
  const mediated = mediate?.()
  if (mediated === undefined || mediated.passThrough) return { by: 'default', result: hardware() }
  return { by: 'handler', result: mediated.result }
}
