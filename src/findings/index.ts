export { type Catalogue, type CodeEntry, defineCodes, type Place } from './catalogue.ts'
export { atPath, DecodeError, EncodeError, hexOffset } from './errors.ts'
export { type Finding, type Report, SEVERITIES, type Severity } from './finding.ts'
export { type Path, type PathPart, printPath, valueAt } from './path.ts'
