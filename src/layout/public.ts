/** The face for users who describe structures of their own: the language, and codecs made from it at run time. */
export { compile } from './compile/index.ts'
export * from './index.ts'
