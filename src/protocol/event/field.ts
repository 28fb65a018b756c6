/** The forms that a field of an event can have. All are plain JSON. */
export type Field =
  | {
      readonly type: 'integer'
      readonly meaning: string
      /** Greatest value, where the least is 0; any safe integer when left out. */
      readonly most?: number
      readonly optional?: true
    }
  | { readonly type: 'text'; readonly meaning: string; readonly optional?: true }
  | { readonly type: 'flag'; readonly meaning: string; readonly optional?: true }
  | { readonly type: 'one-of'; readonly values: readonly string[]; readonly meaning: string; readonly optional?: true }

export type Fields = Readonly<Record<string, Field>>

/** The value that a field takes in an event. */
export type FieldValue<F> = F extends { readonly type: 'one-of'; readonly values: readonly (infer V)[] }
  ? V
  : F extends { readonly type: 'integer' }
    ? number
    : F extends { readonly type: 'flag' }
      ? boolean
      : string

type OptionalNames<Fs> = { [N in keyof Fs]: Fs[N] extends { readonly optional: true } ? N : never }[keyof Fs]

/** The members that fields give an event. */
export type FieldValues<Fs> = {
  readonly [N in Exclude<keyof Fs, OptionalNames<Fs>>]: FieldValue<Fs[N]>
} & { readonly [N in OptionalNames<Fs>]?: FieldValue<Fs[N]> }

/** A safe integer. */
export function integer(meaning: string) {
  return { type: 'integer', meaning } as const
}

/** An integer from 0 to `most`. */
export function integerTo(most: number, meaning: string) {
  return { type: 'integer', most, meaning } as const
}

export function text(meaning: string) {
  return { type: 'text', meaning } as const
}

export function flag(meaning: string) {
  return { type: 'flag', meaning } as const
}

export function oneOf<const V extends readonly string[]>(values: V, meaning: string) {
  return { type: 'one-of', values, meaning } as const
}

/** The same field, which an event may leave out. */
export function optional<F extends Field>(field: F): F & { readonly optional: true } {
  return { ...field, optional: true }
}
