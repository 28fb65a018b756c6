// binary-parser 2.3.0 has types, but its exports map hides them from NodeNext resolution; this is what we use.
declare module 'binary-parser' {
  export class Parser {
    buffer(name: string, options: { length: number }): this
    array(name: string, options: { type: string; length: number }): this
    getCode(): string
  }
}
