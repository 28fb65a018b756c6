export { type ProtocolCode, protocolCodes } from './codes.ts'
export { DESIGN_NAMES, type Design, type DesignFacts, type DesignName, type Fault, type QuietEvents } from './design.ts'
export { designs, findDesign } from './designs.ts'
export type { Field, Fields } from './event/field.ts'
export { LAST_DEVICE } from './event/kind.ts'
export { type EventReading, eventLine, readEvent } from './event/read.ts'
export { eventSchema } from './event/schema.ts'
export { deviceOf, type EventKind, type EventOf, eventKinds, SIDES, type Side, type TraceEvent } from './event.ts'
export {
  defineMachine,
  type IllegalStep,
  type Machine,
  type MachineProblem,
  MachineRun,
  type Transitions,
} from './machine.ts'
export { objections } from './objections.ts'
export { type EventPattern, matches } from './pattern.ts'
export type { Rule, RuleContext, RuleRun } from './rule.ts'
export { rules } from './rules.ts'
export { type TraceOptions, TraceValidator, validateTrace } from './validate-trace.ts'
export * as vfioV2 from './vfio-v2/index.ts'
