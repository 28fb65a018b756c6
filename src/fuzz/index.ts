export { type ArbitraryOptions, arbitraryOf } from './arbitrary.ts'
export { EDGES } from './edges.ts'
export { sameValue } from './equal.ts'
export { type Mutation, mutate, mutated, mutation } from './mutations.ts'
